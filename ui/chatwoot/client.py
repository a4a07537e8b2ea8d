"""The way to a Chatwoot: its REST calls, every wait and every body bounded, no redirect followed."""

import json
import ssl
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ui.chatwoot.errors import ChatwootTrouble

if TYPE_CHECKING:
    import httpx2

    from copilot.settings import Settings

MAX_BODY_BYTES = 4 * 1024 * 1024
CONNECT_S = 2.0
TOTAL_S = 8.0  # of one call, however slowly the bytes drip
_MAX_RETRY_AFTER_S = 3600.0
_SHOWN = 100


class Chatwoot:
    """One Chatwoot as one token's owner sees it. Safe to use from several threads."""

    def __init__(self, base_url: str, token: str, *, total_s: float = TOTAL_S) -> None:
        """Remember where it is; nothing is sent yet."""
        import httpx2

        self.base_url = base_url.rstrip("/")
        self._total_s = total_s
        self._client = httpx2.Client(
            headers={"api_access_token": token, "accept": "application/json"},
            timeout=httpx2.Timeout(total_s, connect=min(CONNECT_S, total_s)),
            verify=ssl.create_default_context() if base_url.startswith("https:") else True,
            trust_env=False,
            follow_redirects=False,
        )

    def conversation(self, account: int, number: int) -> dict[str, Any]:
        """Return a conversation.

        Raises:
            ChatwootTrouble: it cannot be had.
        """
        return _mapping(self._get(f"{_of(account)}/conversations/{int(number)}"))

    def messages(
        self, account: int, number: int, *, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Return twenty messages of a conversation: the newest, or those before a message.

        Raises:
            ChatwootTrouble: they cannot be had.
        """
        params = {} if before is None else {"before": str(int(before))}
        told = self._get(f"{_of(account)}/conversations/{int(number)}/messages", params)
        return _mappings(_mapping(told).get("payload"))

    def write(self, account: int, number: int, text: str, *, private: bool, echo: str) -> str:
        """Write a message as the owner of the token and return its id.

        Raises:
            ChatwootTrouble: it was not taken, or (kind `away`) nobody knows.
        """
        body = {
            "content": text, "message_type": "outgoing", "private": private, "echo_id": echo,
        }  # fmt: skip
        path = f"{_of(account)}/conversations/{int(number)}/messages"
        return str(_mapping(self._call("POST", path, body=body)).get("id", ""))

    def profile(self) -> dict[str, Any]:
        """Return whose token this is.

        Raises:
            ChatwootTrouble: it cannot be had.
        """
        return _mapping(self._get("/api/v1/profile"))

    def canned(self, account: int) -> list[dict[str, Any]]:
        """Return the canned replies of an account.

        Raises:
            ChatwootTrouble: they cannot be had.
        """
        return _mappings(self._get(f"{_of(account)}/canned_responses"))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self._call("GET", path, params=params)

    def _call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None
    ) -> Any:
        import httpx2

        until = time.monotonic() + self._total_s
        try:
            with self._client.stream(
                method, self.base_url + path, params=params, json=body
            ) as answer:
                _check(answer, path)
                return _json(_body(answer, path, until), path)
        except httpx2.HTTPError as error:
            raise ChatwootTrouble("away", f"{path} gave {type(error).__name__}") from None
        except httpx2.InvalidURL:
            raise ChatwootTrouble("away", f"{self.base_url!r} is no address") from None


def open_chatwoot(settings: "Settings", *, token: str = "") -> Chatwoot:
    """Return the Chatwoot that is set, seen by this token or by the one that is set.

    Raises:
        ChatwootTrouble: none is set.
    """
    seen_by = token or settings.chatwoot_token.get_secret_value()
    if not settings.chatwoot_url or not seen_by:
        raise ChatwootTrouble("unset", "none is set")
    return Chatwoot(settings.chatwoot_url, seen_by)


def _of(account: int) -> str:
    return f"/api/v1/accounts/{int(account)}"


def _check(answer: "httpx2.Response", path: str) -> None:
    status = answer.status_code
    if answer.is_redirect:
        host = urlsplit(answer.headers.get("location", "")).netloc[:_SHOWN] or "the same host"
        raise ChatwootTrouble("redirected", f"{path} leads to {host}")
    if status in {401, 403}:
        raise ChatwootTrouble("refused", f"{path} answered {status}")
    if status == 404:
        raise ChatwootTrouble("missing", f"{path} answered 404")
    if status == 429:
        raise ChatwootTrouble("busy", f"{path} answered 429", retry_after_s=_retry_after(answer))
    if status >= 500:
        raise ChatwootTrouble("broken", f"{path} answered {status}")
    if not answer.is_success:
        raise ChatwootTrouble("odd", f"{path} answered {status}")


def _retry_after(answer: "httpx2.Response") -> float | None:
    told = answer.headers.get("retry-after", "")
    return min(float(told), _MAX_RETRY_AFTER_S) if told.isdecimal() else None


def _body(answer: "httpx2.Response", path: str, until: float) -> bytes:
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise ChatwootTrouble("large", f"{path} gave more than {MAX_BODY_BYTES} bytes")
        if time.monotonic() > until:
            raise ChatwootTrouble("away", f"{path} took too long")
    return bytes(body)


def _json(body: bytes, path: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ChatwootTrouble("odd", f"{path} answered something that is not JSON") from None


def _mapping(told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise ChatwootTrouble("odd", "an answer is not of the expected shape")
    return told


def _mappings(told: Any) -> list[dict[str, Any]]:
    if not isinstance(told, list):
        raise ChatwootTrouble("odd", "an answer is not of the expected shape")
    return [one for one in told if isinstance(one, dict)]
