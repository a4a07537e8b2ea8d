"""The gate in front of everything: sign-in, origin, size, headers. Nothing is shown without it."""

import json
import logging
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ui.pages import page
from ui.sessions import COOKIE, MAX_AGE_S, Sessions

Scope = dict[str, Any]
LOG = logging.getLogger("teplo.gate")

API_BODY_BYTES = 256 * 1024
PANEL_BODY_BYTES = 1024 * 1024
UPLOAD_BODY_BYTES = 20 * 1024 * 1024
_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
# Routes of Gradio that fetch, proxy or tell more than the panel needs.
_CLOSED = (
    "/gradio_api/file=http",
    "/gradio_api/proxy=",
    "/proxy=",
    "/gradio_api/stream",
    "/gradio_api/monitoring",
    "/monitoring",
    "/gradio_api/runs",
    "/gradio_api/vibe",
    "/gradio_api/dev",
    "/gradio_api/deep_link",
    "/gradio_api/info",
    "/gradio_api/openapi",
)


@dataclass
class Gate:
    """An ASGI application in front of another one.

    It decides on the raw path and headers, never on a URL built from the Host header.
    """

    inner: Any
    sessions: Sessions
    hosts: frozenset[str]
    api_token: str = ""
    embed_origins: tuple[str, ...] = ()
    _owners: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Let a request through, or answer it with a refusal."""
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = _Request(scope)
        answer = self._refusal(request) or self._sign_in(request)
        if answer is None and not self._signed_in(request):
            answer = _Answer(401, page("sign_in"), "text/html; charset=utf-8")
        if answer is not None:
            await self._send(answer, send)
            return
        await self._through(request, receive, send)

    def _refusal(self, request: "_Request") -> "_Answer | None":
        if request.host not in self.hosts:
            return _Answer(421, "This address is not served here; set TEPLO_HOST.\n")
        if request.method in _WRITES and not self._same_origin(request):
            return _Answer(403, "Requests from other sites are refused.\n")
        tail = (
            request.path[request.path.find("/gradio_api") :]
            if "/gradio_api" in request.path
            else ""
        )
        if any((tail or request.path).startswith(closed) for closed in _CLOSED):
            return _Answer(404, "Not served.\n")
        if request.length > self._limit(request):
            return _Answer(
                413, f"Too large: at most {self._limit(request)} bytes are taken here.\n"
            )
        return None

    def _same_origin(self, request: "_Request") -> bool:
        origin = request.header("origin")
        if not origin or request.bearer:
            return True  # no browser, or a token that no browser adds by itself
        return urlsplit(origin).netloc == request.header("host") or origin in self.embed_origins

    def _sign_in(self, request: "_Request") -> "_Answer | None":
        """Exchange a one-time link for a session, and take the token out of the address bar."""
        token = request.query("token")
        if request.method != "GET" or not token or request.path not in {"/", "/panel", "/panel/"}:
            return None
        if not self.sessions.spend_link(token):
            return (
                None
                if self._signed_in(request)
                else _Answer(401, page("link_spent"), "text/html; charset=utf-8")
            )
        answer = _Answer(303, "")
        answer.headers.append(("location", "/"))
        answer.headers.append(("set-cookie", self._cookie(request)))
        return answer

    def _cookie(self, request: "_Request") -> str:
        secure = "; Secure" if request.scope.get("scheme") == "https" else ""
        site = "None; Secure; Partitioned" if self.embed_origins else f"Lax{secure}"
        value = self.sessions.start()
        return f"{COOKIE}={value}; HttpOnly; Path=/; Max-Age={MAX_AGE_S}; SameSite={site}"

    def _signed_in(self, request: "_Request") -> bool:
        if request.bearer:
            return self.sessions.same(request.bearer, self.api_token)
        request.user = self.sessions.owner(request.cookie) or ""
        return bool(request.user)

    @staticmethod
    def _limit(request: "_Request") -> int:
        if request.path.startswith("/api/") and not request.path.endswith("/upload"):
            return API_BODY_BYTES
        return UPLOAD_BODY_BYTES if "/upload" in request.path else PANEL_BODY_BYTES

    async def _through(self, request: "_Request", receive: Any, send: Any) -> None:
        body = b""
        if request.method in _WRITES and not request.path.endswith("/upload"):
            read = await _read(receive, self._limit(request))
            if read is None:
                await self._send(_Answer(413, "Too large.\n"), send)
                return
            body, receive = read, _replay(read, receive)
        if not self._owns(request, body):
            await self._send(_Answer(403, "This belongs to another session.\n"), send)
            return

        async def guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._headers(list(message.get("headers", [])))
            await send(message)

        await self.inner(request.scope, receive, guarded)

    def _owns(self, request: "_Request", body: bytes) -> bool:
        """Bind every Gradio session to the sign-in that first used it."""
        if "/gradio_api/" not in request.path:
            return True
        named = request.query("session_hash") or _session_hash(body)
        if not named:
            return True
        owner = request.user or "api"
        while len(self._owners) >= 10_000:
            self._owners.pop(next(iter(self._owners)))
        return self._owners.setdefault(named, owner) == owner

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        frames = " ".join(("'self'", *self.embed_origins))
        ours = {
            b"content-security-policy": f"{_CSP}; frame-ancestors {frames}".encode(),
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"no-referrer",
            b"cross-origin-opener-policy": b"same-origin",
            b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
        }
        dropped = {
            *ours,
            b"access-control-allow-origin",
            b"access-control-allow-credentials",
            b"server",
        }
        return [*((k, v) for k, v in headers if k.lower() not in dropped), *ours.items()]

    async def _send(self, answer: "_Answer", send: Any) -> None:
        headers = [(k.encode(), v.encode()) for k, v in answer.headers]
        headers += [(b"content-type", answer.kind.encode()), (b"cache-control", b"no-store")]
        start = {"type": "http.response.start", "status": answer.status}
        await send({**start, "headers": self._headers(headers)})
        await send({"type": "http.response.body", "body": answer.text.encode()})


_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "font-src 'self' data:; frame-src 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
)


@dataclass
class _Answer:
    status: int
    text: str
    kind: str = "text/plain; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


class _Request:
    """The few things of a request that the gate looks at."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.user = ""
        self._headers: dict[str, str] = {
            k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]
        }

    def header(self, name: str) -> str:
        return self._headers.get(name, "")

    @property
    def host(self) -> str:
        try:
            return urlsplit(f"//{self.header('host')}").hostname or ""
        except ValueError:
            return ""

    @property
    def bearer(self) -> str:
        scheme, _, token = self.header("authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def cookie(self) -> str:
        try:
            jar = SimpleCookie(self.header("cookie"))
        except CookieError:
            return ""
        return str(jar[COOKIE].value) if COOKIE in jar else ""

    @property
    def length(self) -> int:
        value = self.header("content-length")
        return int(value) if value.isdecimal() else 0

    def query(self, name: str) -> str:
        values: list[str] = parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get(
            name, [""]
        )
        return values[0]


async def _read(receive: Any, limit: int) -> bytes | None:
    body = b""
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] != "http.request":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return body


def _replay(body: bytes, receive: Any) -> Any:
    sent = False

    async def again() -> Any:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _session_hash(body: bytes) -> str:
    try:
        data = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return ""
    named = data.get("session_hash") if isinstance(data, dict) else None
    return named if isinstance(named, str) else ""
