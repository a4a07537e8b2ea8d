"""What the gate looks at of a request, and what it answers by itself."""

import json
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ui.accounts import Who
from ui.sessions import COOKIE

Scope = dict[str, Any]


@dataclass
class Answer:
    """An answer of the gate itself."""

    status: int
    text: str
    kind: str = "text/plain; charset=utf-8"
    headers: list[tuple[str, str]] = field(default_factory=list)


class Request:
    """The few things of a request that the gate looks at."""

    def __init__(self, scope: Scope) -> None:
        """Read the head of a request."""
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.user = ""
        self.who: Who | None = None
        self._headers: dict[str, str] = {
            k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]
        }

    def header(self, name: str) -> str:
        """Return a header, or nothing; of several the last."""
        return self._headers.get(name, "")

    def headers(self, name: str) -> list[str]:
        """Return a header as often as it was sent."""
        wanted = name.lower().encode("latin-1", "replace")
        return [v.decode("utf-8", "replace") for k, v in self.scope["headers"] if k == wanted]

    @property
    def peer(self) -> str:
        """The address that the connection comes from."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def host(self) -> str:
        """The name that was asked for, without the port."""
        try:
            return urlsplit(f"//{self.header('host')}").hostname or ""
        except ValueError:
            return ""

    @property
    def bearer(self) -> str:
        """The token of a machine."""
        scheme, _, token = self.header("authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def cookie(self) -> str:
        """The secret of the sign-in."""
        try:
            jar = SimpleCookie(self.header("cookie"))
        except CookieError:
            return ""
        return str(jar[COOKIE].value) if COOKIE in jar else ""

    @property
    def length(self) -> int:
        """How long the body says it is; 0 when it does not say."""
        value = self.header("content-length")
        return int(value) if value.isdecimal() else 0

    @property
    def wants_page(self) -> bool:
        """Whether a person waits for a page, not a script for data."""
        return self.method == "GET" and "text/html" in self.header("accept")

    def query(self, name: str) -> str:
        """Return a parameter of the address, or nothing."""
        values: list[str] = parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get(
            name, [""]
        )
        return values[0]


async def read_body(receive: Any, limit: int) -> bytes | None:
    """Read a whole body; None when it is longer than it may be."""
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


def replayed(body: bytes, receive: Any) -> Any:
    """Return a `receive` that gives a body that was read already."""
    sent = False

    async def again() -> Any:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def session_hash(body: bytes) -> str:
    """Return the Gradio session that a body names, or nothing."""
    try:
        data = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return ""
    named = data.get("session_hash") if isinstance(data, dict) else None
    return named if isinstance(named, str) else ""
