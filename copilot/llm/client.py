"""The client of an OpenAI-compatible server, through LangChain, under one deadline per call."""

import logging
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from copilot.llm.breaker import Breaker
from copilot.llm.failures import ModelFailure
from copilot.outbox import Outbox
from prompts import PromptMessage

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

T = TypeVar("T")
Mode = Literal["json_schema", "json_object", "plain"]

OPENAI_URL = "https://api.openai.com/v1"
MAX_ANSWER_TOKENS = 2000  # a reply takes 200–400; the rest is for models that think aloud
MAX_AT_ONCE = 8
_MODES: tuple[Mode, ...] = ("json_schema", "json_object", "plain")
_SILENCED = ("openai", "httpx2", "httpcore2", "langchain_openai")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Endpoint:
    """A server, the model on it, and how long an answer is waited for."""

    base_url: str
    api_key: SecretStr
    model: str
    timeout_s: float

    @property
    def address(self) -> str:
        """The address without a user name or password that may stand in it."""
        parts = urlsplit(self.base_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()

    @property
    def host(self) -> str:
        """The name of the machine that texts go to."""
        return urlsplit(self.base_url).hostname or ""


@dataclass(frozen=True)
class Schema:
    """What the answer must look like: a name and a strict JSON schema."""

    name: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Asking:
    """A call under way: asks as often as the time allows."""

    client: "ModelClient"
    until: float

    @property
    def left_s(self) -> float:
        """How much of the time is left."""
        return self.until - time.monotonic()

    def ask(self, messages: Sequence[PromptMessage], schema: Schema) -> str:
        """Return what the model writes.

        Raises:
            Exception: whatever the vendors raise; `ModelClient.run` puts it into our words.
        """
        from copilot.llm.transport import deadline

        self.client.warm()
        deadline.set(self.until)
        return self.client.answer(messages, schema)


class ModelClient:
    """Asks one model; safe to share between threads."""

    def __init__(
        self, endpoint: Endpoint, *, outbox: Outbox, breaker: Breaker | None = None
    ) -> None:
        """Connect to nothing yet."""
        self.endpoint = endpoint
        self._outbox = outbox
        self._breaker = breaker or Breaker()
        self._places = threading.BoundedSemaphore(MAX_AT_ONCE)
        self._building = threading.Lock()
        self._mode = 0

    def warm(self) -> None:
        """Load the vendors' libraries, which takes seconds, before somebody waits for an answer."""
        with self._building:
            _ = self._model

    def close(self) -> None:
        """Let go of open connections."""
        with self._building:
            if "_model" in self.__dict__:
                self._model.http_client.close()  # type: ignore[union-attr]  # given by us

    def run(self, job: Callable[[Asking], T]) -> T:
        """Run `job` with a call to the model, all of it within `endpoint.timeout_s`.

        The job has its own thread: name look-ups cannot be interrupted, everything else in it ends
        at the deadline by itself.

        Raises:
            ModelFailure: no answer in time, or none that can be used.
        """
        if not self._breaker.allows():
            raise ModelFailure("resting", "too many failures in a row")
        try:
            result = self._wait_for(job)
        except ModelFailure as failure:
            self._note(failure)
            raise
        self._breaker.succeeded()
        return result

    def _note(self, failure: ModelFailure) -> None:
        if failure.kind == "unfit":
            self._breaker.succeeded()
        elif failure.kind == "unsent":
            self._breaker.withdrew()
        else:
            self._breaker.failed(rest_s=failure.retry_after_s)

    def _wait_for(self, job: Callable[[Asking], T]) -> T:
        until = time.monotonic() + self.endpoint.timeout_s
        if not self._places.acquire(blocking=False):
            raise ModelFailure("busy", f"{MAX_AT_ONCE} calls are already under way")
        outcome: SimpleQueue[T | Exception] = SimpleQueue()

        def work() -> None:
            try:
                outcome.put(job(Asking(self, until)))
            except Exception as error:  # noqa: BLE001 – vendors raise anything; a draft must stand
                outcome.put(_failure(error))
            finally:
                self._places.release()

        threading.Thread(target=work, name="model-call", daemon=True).start()
        try:
            result = outcome.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            raise ModelFailure("slow", f"no answer within {self.endpoint.timeout_s:g} s") from None
        if isinstance(result, Exception):
            raise result
        return result

    def answer(self, messages: Sequence[PromptMessage], schema: Schema) -> str:
        """Ask for structured output, and with less and less help where the server has none."""
        for number in range(self._mode, len(_MODES)):
            try:
                answer = self._invoke(messages, _format(_MODES[number], schema))
            except Exception as error:
                if not _unsupported(error) or number == len(_MODES) - 1:
                    raise
                continue
            self._mode = number
            return answer
        raise AssertionError("the last mode answers or raises")

    def _invoke(self, messages: Sequence[PromptMessage], options: dict[str, Any]) -> str:
        said = [(message.role, message.text) for message in messages]
        reply = self._model.invoke(said, **options)
        text = reply.text
        if not text.strip():
            raise ModelFailure("broken", "an empty answer")
        return str(text)

    @cached_property
    def _model(self) -> "ChatOpenAI":
        import httpx2
        from langchain_openai import ChatOpenAI

        from copilot.llm.transport import BoundedTransport

        for name in _SILENCED:  # at DEBUG they write whole requests
            logging.getLogger(name).setLevel(logging.WARNING)
        warnings.filterwarnings("ignore", category=UserWarning, module="langchain_openai")
        return ChatOpenAI(
            model=self.endpoint.model,
            base_url=self.endpoint.base_url,
            api_key=SecretStr(self.endpoint.api_key.get_secret_value() or "none"),
            timeout=self.endpoint.timeout_s,
            max_retries=0,
            openai_proxy=None,
            use_responses_api=False,
            http_client=httpx2.Client(
                transport=BoundedTransport(self._record), trust_env=False, follow_redirects=False
            ),
        )

    def _record(self, request: Any) -> None:
        try:
            self._outbox.write(host=self.endpoint.host, path=request.url.path, body=request.content)
        except OSError as error:
            reason = f"the outbox cannot be written ({type(error).__name__})"
            raise ModelFailure("unsent", reason) from error


def _format(mode: Mode, schema: Schema) -> dict[str, Any]:
    """Return the options of a mode; the plain one sends nothing that a server may not know."""
    if mode == "plain":
        return {}
    steady: dict[str, Any] = {"temperature": 0, "max_tokens": MAX_ANSWER_TOKENS}
    if mode == "json_object":
        return {**steady, "response_format": {"type": "json_object"}}
    named = {"name": schema.name, "strict": True, "schema": schema.fields}
    return {**steady, "response_format": {"type": "json_schema", "json_schema": named}}


def _unsupported(error: Exception) -> bool:
    return getattr(error, "status_code", 0) in (400, 415, 422, 501)


def _failure(error: Exception) -> ModelFailure:
    """Put a vendor's exception into our words; its own may hold the key or the conversation."""
    if isinstance(error, ModelFailure):
        return error
    import openai

    name = type(error).__name__
    status = getattr(error, "status_code", 0)
    if isinstance(error, openai.APITimeoutError):
        return ModelFailure("slow", name)
    if isinstance(error, openai.APIConnectionError):
        return ModelFailure("away", name)
    if isinstance(error, openai.APIStatusError):
        kinds: dict[int, Any] = {
            429: "busy",
            503: "busy",
            401: "refused",
            403: "refused",
            404: "refused",
        }
        kind = kinds.get(status, "broken" if status < 500 else "away")
        return ModelFailure(kind, f"HTTP {status}", retry_after_s=_retry_after_s(error))
    if not isinstance(error, openai.OpenAIError):
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.warning("a model's answer broke off in %s:%s (%s)", place.filename, place.lineno, name)
    return ModelFailure("broken", name)


def _retry_after_s(error: Any) -> float:
    written = error.response.headers.get("retry-after", "")
    return float(written) if written.isdecimal() else 0.0
