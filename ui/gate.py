"""The gate in front of everything: sign-in, origin, size, headers. Nothing is shown without it."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from anyio import CapacityLimiter, to_thread

from ui.accounts import WHO, Who
from ui.door import Door
from ui.gate_requests import Answer, Request, Scope, read_body, replayed, session_hash
from ui.pages import page
from ui.permissions import Need
from ui.sessions import Sessions, cookie_header

_Told = TypeVar("_Told")
LOG = logging.getLogger("teplo.gate")

API_BODY_BYTES = 256 * 1024
PANEL_BODY_BYTES = 1024 * 1024
UPLOAD_BODY_BYTES = 20 * 1024 * 1024
_HTML = "text/html; charset=utf-8"
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
    hooks: tuple[str, ...] = ()  # paths that check for themselves who calls
    door: Door | None = None  # who has an account; without one, all who sign in are the same
    _owners: dict[str, str] = field(default_factory=dict)
    _threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(8))

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Let a request through, or answer it with a refusal."""
        if scope["type"] == "lifespan":
            await self.inner(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope)
        self._forwarded(request)
        team = await self._asked(self.door.is_team) if self.door else False
        answer = self._refusal(request)
        if answer is None:
            answer = await self._met(request) if team else await self._alone(request)
        if answer is not None:
            await self._send(answer, send)
            return
        await self._through(request, receive, send)

    async def _alone(self, request: Request) -> Answer | None:
        """Without accounts: whoever has the link, the cookie that it gave, or a token."""
        if request.bearer and self.door and not self._signed_in(request):
            self._known(request, await self._asked(self.door.bearer, request.bearer))
        if request.who is not None:
            return None
        answer = self._sign_in(request)
        if answer is None and not self._is_hook(request) and not self._signed_in(request):
            answer = Answer(401, page("sign_in"), _HTML)
        return answer

    async def _met(self, request: Request) -> Answer | None:
        """With accounts: who is it, and is the way open before we know."""
        if self._is_hook(request):
            return None
        door = self._door
        named = request.headers(door.sso_header) if door.sso_header else []
        if named and (len(named) > 1 or not door.by_proxy(str(request.scope.get("teplo.peer")))):
            return Answer(403, "This header is taken from the proxies of TEPLO_SSO_PROXIES only.\n")
        who = await self._who(request, named)
        self._known(request, who)
        if who is not None or door.rules.need(request.method, request.path).right == "anyone":
            return None
        if named:
            return Answer(403, page("no_account"), _HTML)
        if request.wants_page:
            return Answer(303, "", headers=[("location", f"/sign-in{_back(request)}")])
        return _refused(401, "SignIn", "Sign in first.")

    @staticmethod
    def _known(request: Request, who: Who | None) -> None:
        request.who, request.user = who, who.id if who else ""
        request.scope[WHO] = who

    async def _who(self, request: Request, named: list[str]) -> Who | None:
        if request.bearer:
            if self.sessions.same(request.bearer, self.api_token):
                return Who(id="api", name="machine:TEPLO_TOKEN", role="", rights=None, own=False)
            return await self._asked(self._door.bearer, request.bearer)
        if named:
            return await self._asked(self._door.named, named[0])
        return await self._asked(self._door.signed_in, request.cookie)

    async def _asked(self, ask: Callable[..., _Told], *args: Any) -> _Told:
        return await to_thread.run_sync(partial(ask, *args), limiter=self._threads)

    @property
    def _door(self) -> Door:
        assert self.door is not None  # noqa: S101  # asked only where there are accounts
        return self.door

    def _forwarded(self, request: Request) -> None:
        """Believe a known proxy on whose behalf it asks, and whether by TLS."""
        request.scope["teplo.peer"] = request.peer
        if self.door is None or not self.door.forwards(request.peer):
            return
        told = request.header("x-forwarded-for").rpartition(",")[2].strip()
        if told:
            request.scope["client"] = (told, 0)
        if request.header("x-forwarded-proto") in {"http", "https"}:
            request.scope["scheme"] = request.header("x-forwarded-proto")

    def _refusal(self, request: Request) -> Answer | None:
        if request.host not in self.hosts:
            return Answer(421, "This address is not served here; set TEPLO_HOST.\n")
        if request.method in _WRITES and not self._same_origin(request):
            return Answer(403, "Requests from other sites are refused.\n")
        tail = (
            request.path[request.path.find("/gradio_api") :]
            if "/gradio_api" in request.path
            else ""
        )
        if any((tail or request.path).startswith(closed) for closed in _CLOSED):
            return Answer(404, "Not served.\n")
        if request.length > self._limit(request):
            return Answer(413, f"Too large: at most {self._limit(request)} bytes are taken here.\n")
        return None

    def _same_origin(self, request: Request) -> bool:
        origin = request.header("origin")
        if not origin or request.bearer:
            return True  # no browser, or a token that no browser adds by itself
        return urlsplit(origin).netloc == request.header("host") or origin in self.embed_origins

    def _sign_in(self, request: Request) -> Answer | None:
        """Exchange a one-time link for a session, and take the token out of the address bar."""
        token = request.query("token")
        if request.method != "GET" or not token or request.path not in {"/", "/panel", "/panel/"}:
            return None
        if not self.sessions.spend_link(token):
            return None if self._signed_in(request) else Answer(401, page("link_spent"), _HTML)
        answer = Answer(303, "")
        answer.headers.append(("location", "/"))
        answer.headers.append(("set-cookie", self._cookie(request)))
        return answer

    def _cookie(self, request: Request) -> str:
        https = request.scope.get("scheme") == "https"
        return cookie_header(self.sessions.start(), https=https, framed=bool(self.embed_origins))

    def _is_hook(self, request: Request) -> bool:
        called = (
            request.path == hook or request.path.startswith(f"{hook}/") for hook in self.hooks
        )
        return request.method == "POST" and any(called)

    def _signed_in(self, request: Request) -> bool:
        if request.bearer:
            return self.sessions.same(request.bearer, self.api_token)
        request.user = self.sessions.owner(request.cookie) or ""
        return bool(request.user)

    @staticmethod
    def _limit(request: Request) -> int:
        if request.path.startswith("/api/") and not request.path.endswith("/upload"):
            return API_BODY_BYTES
        return UPLOAD_BODY_BYTES if "/upload" in request.path else PANEL_BODY_BYTES

    async def _through(self, request: Request, receive: Any, send: Any) -> None:
        body = b""
        if request.method in _WRITES and not request.path.endswith("/upload"):
            read = await read_body(receive, self._limit(request))
            if read is None:
                await self._send(Answer(413, "Too large.\n"), send)
                return
            body, receive = read, replayed(read, receive)
        if not self._owns(request, body):
            await self._send(Answer(403, "This belongs to another session.\n"), send)
            return
        need = self.door.rules.need(request.method, request.path, body) if self.door else Need()
        if request.who is not None and not request.who.may(need.right) and need.right != "anyone":
            await self._send(_forbidden(request), send)
            return
        status = 0

        async def guarded(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._headers(list(message.get("headers", [])))
            await send(message)

        await self.inner(request.scope, receive, guarded)
        if need.audit and status < 400:
            await self._asked(self._log, request.who, need)

    def _log(self, who: Who | None, need: Need) -> None:
        """Say what was asked; a page tells the person itself whether it was done."""
        name, role = (who.name, who.role) if who else ("", "")
        moment = self._door.clock()
        self._door.records.audit.write(
            need.audit, who=name, role=role, thing=need.thing, now=moment
        )

    def _owns(self, request: Request, body: bytes) -> bool:
        """Bind every Gradio session to the sign-in that first used it."""
        if "/gradio_api/" not in request.path:
            return True
        named = request.query("session_hash") or session_hash(body)
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
            b"referrer-policy": b"same-origin",
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

    async def _send(self, answer: Answer, send: Any) -> None:
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


def _back(request: Request) -> str:
    """Return the query that leads back to what was asked for after signing in."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    wanted = f"{request.path}?{query}" if query else request.path
    return "" if wanted == "/" else f"?next={quote(wanted)}"


def _refused(status: int, code: str, message: str) -> Answer:
    told = json.dumps({"error": {"code": code, "message": message}})
    return Answer(status, told, "application/json")


def _forbidden(request: Request) -> Answer:
    if request.wants_page:
        return Answer(403, page("no_right"), _HTML)
    return _refused(403, "Forbidden", "Your role, or the scopes of this token, do not allow this.")
