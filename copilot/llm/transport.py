"""The way to the model's server: every wait bounded by the call's deadline, every body by a cap.

Imported only when a model is first called, because it brings the HTTP library.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpcore2
import httpx2

MAX_BODY_BYTES = 256 * 1024
MAX_STREAM_BYTES = 2 * 1024 * 1024  # a token on its way has two hundred bytes of JSON around it
CONNECT_TIMEOUT_S = 1.0
_LOOK_S = 0.1  # how often a wait looks whether anybody still waits for its end
_POOL = 16


@dataclass(frozen=True)
class Wait:
    """How long a call may take: until `time.monotonic()` is `until`, or one of `over` is set."""

    until: float
    over: tuple[threading.Event, ...] = ()


waiting: ContextVar[Wait] = ContextVar("waiting")


def remaining_s(longest_s: float | None = None) -> float:
    """Return how long the call may still take, at most `longest_s`.

    Raises:
        httpcore2.ReadTimeout: the deadline has passed, or nobody waits any more.
    """
    wait = waiting.get()
    left = wait.until - time.monotonic()
    if left <= 0 or any(event.is_set() for event in wait.over):
        raise httpcore2.ReadTimeout
    return left if longest_s is None else min(left, longest_s)


class _Stream(httpcore2.NetworkStream):
    """A connection on which no single wait outlasts the deadline, however slowly bytes drip."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        latest = time.monotonic() + remaining_s(timeout)
        while True:
            try:
                return self._inner.read(max_bytes, min(_LOOK_S, remaining_s()))
            except httpcore2.ReadTimeout:
                if time.monotonic() >= latest:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, remaining_s(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        limit = remaining_s(CONNECT_TIMEOUT_S if timeout is None else timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore2.NetworkBackend):
    """Connects within `CONNECT_TIMEOUT_S`."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        limit = remaining_s(min(CONNECT_TIMEOUT_S, timeout or CONNECT_TIMEOUT_S))
        return _Stream(self._inner.connect_tcp(host, port, limit, local_address, socket_options))


class _Body(httpx2.SyncByteStream):
    """A response body that breaks off above its cap."""

    def __init__(self, inner: httpx2.SyncByteStream, max_bytes: int) -> None:
        self._inner = inner
        self._max_bytes = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for chunk in self._inner:
            read += len(chunk)
            if read > self._max_bytes:
                raise httpx2.RemoteProtocolError(f"response above {self._max_bytes} bytes")
            yield chunk

    def close(self) -> None:
        self._inner.close()


class BoundedTransport(httpx2.HTTPTransport):
    """HTTP without proxies, redirects and compression, under `waiting` and a cap on bodies.

    `sending` sees every body before it leaves and may refuse it by raising.
    """

    def __init__(
        self, sending: Callable[[httpx2.Request], None], *, ca_bundle: str | None = None
    ) -> None:
        """Open no connection yet; the parent's own pool has no deadline, so it is not made."""
        trusted = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else None
        self._sending = sending
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trusted or httpx2.create_ssl_context(),
            max_connections=_POOL,
            max_keepalive_connections=_POOL,
            keepalive_expiry=20.0,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        request.headers["accept-encoding"] = "identity"
        request.read()
        self._sending(request)
        response = super().handle_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise httpx2.RemoteProtocolError("a compressed response that nobody asked for")
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)  # noqa: S101 – narrows the type
        streamed = response.headers.get("content-type", "").startswith("text/event-stream")
        response.stream = _Body(stream, MAX_STREAM_BYTES if streamed else MAX_BODY_BYTES)
        return response
