"""How a call to a model can fail, in words that the breaker and the notices understand."""

import logging
import traceback
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

Kind = Literal[
    "slow", "away", "busy", "refused", "broken", "unfit", "resting", "unsent",
    "spent_minute", "spent_day", "cancelled",
]  # fmt: skip
LOCAL: tuple[Kind, ...] = ("unsent", "spent_minute", "spent_day", "cancelled")  # not the server's
FREE: tuple[Kind, ...] = ("away", "busy", "refused", *LOCAL)  # nobody charges for these
_BUSY = (429, 503)
_REFUSED = (401, 402, 403, 404)
_log = logging.getLogger(__name__)


class ModelFailure(Exception):
    """A call brought no usable answer.

    `kind` picks the notice; `reason` names what happened, never with a word of the request or the
    response in it; `retry_after_s` is how long the server asked to be left alone.
    """

    def __init__(self, kind: Kind, reason: str, *, retry_after_s: float = 0.0) -> None:
        """Say what happened."""
        super().__init__(reason)
        self.kind: Kind = kind
        self.reason = reason
        self.retry_after_s = retry_after_s


def failure_of(error: Exception) -> ModelFailure:
    """Put a vendor's exception into our words; its own may hold the key or the conversation."""
    ours = _ours_in(error)
    if ours is not None:
        return ours
    import openai

    name = type(error).__name__
    if isinstance(error, openai.APITimeoutError):
        return ModelFailure("slow", name)
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIConnectionError):
        return ModelFailure("away", name)
    return _of_transport(error) or _unexpected(error, name)


def _ours_in(error: BaseException) -> ModelFailure | None:
    """Return our own failure, which a vendor may have wrapped on its way up."""
    seen: BaseException | None = error
    for _ in range(5):
        if seen is None or isinstance(seen, ModelFailure):
            return seen
        seen = seen.__cause__
    return None


def status_of(error: Exception) -> int:
    """Return the HTTP status that a vendor's exception tells of, or 0."""
    status = getattr(error, "status_code", 0)
    return status if isinstance(status, int) else 0


def _of_status(error: Any) -> ModelFailure:
    status = status_of(error)
    kind: Kind = "broken" if status < 500 else "away"
    if status in _BUSY:
        kind = "busy"
    elif status in _REFUSED:
        kind = "refused"
    return ModelFailure(kind, f"HTTP {status}", retry_after_s=_retry_after_s(error))


def _of_transport(error: Exception) -> ModelFailure | None:
    """Name what broke while a stream was being read: the vendor lets that through as it is."""
    import httpcore2
    import httpx2

    name = type(error).__name__
    if isinstance(error, httpx2.TimeoutException | httpcore2.TimeoutException):
        return ModelFailure("slow", name)
    if isinstance(error, httpx2.TransportError | httpcore2.NetworkError | httpcore2.ProtocolError):
        return ModelFailure("away", name)
    return None


def _unexpected(error: Exception, name: str) -> ModelFailure:
    import openai

    if not isinstance(error, openai.OpenAIError):
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.warning("a model's answer broke off in %s:%s (%s)", place.filename, place.lineno, name)
    return ModelFailure("broken", name)


def _retry_after_s(error: Any) -> float:
    """Read Retry-After, which holds seconds or a date."""
    written = str(error.response.headers.get("retry-after", "")).strip()
    try:
        return max(0.0, float(written)) if len(written) < 12 else _until(written)
    except (ValueError, OverflowError, TypeError):
        return 0.0


def _until(written: str) -> float:
    moment = parsedate_to_datetime(written)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
