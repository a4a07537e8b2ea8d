"""LangChain's side of a call: requests with more or less help from the server, streamed or whole."""

import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from copilot.llm.endpoint import Endpoint
from copilot.llm.failures import ModelFailure, status_of
from prompts import PromptMessage

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

MAX_ANSWER_TOKENS = 2000  # a reply takes 200–400; the rest is for models that think aloud
_SILENCED = ("openai", "httpx2", "httpcore2", "langchain_openai")
_UNSUPPORTED = (400, 415, 422, 501)


@dataclass(frozen=True)
class Schema:
    """What the answer must look like: a name and a strict JSON schema."""

    name: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What a server said: the text, the model that it names, its own count of tokens if it has one."""

    text: str
    model: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Rung:
    """How much a server is asked for. `steady` fixes temperature and length, which some refuse."""

    name: str
    steady: bool = False

    def options(self, schema: Schema) -> dict[str, Any]:
        """Return the options of a request; the last rung sends nothing a server may not know.

        As extra body, because LangChain would hand a `response_format` to a parser that raises, and
        would send `max_tokens` by its newer name, which many servers don't know.
        """
        extra: dict[str, Any] = {"max_tokens": MAX_ANSWER_TOKENS} if self.steady else {}
        if self.name != "plain":
            extra["response_format"] = self._format(schema)
        steady: dict[str, Any] = {"temperature": 0} if self.steady else {}
        return {**steady, "extra_body": extra} if extra else steady

    def _format(self, schema: Schema) -> dict[str, Any]:
        if self.name == "json_object":
            return {"type": "json_object"}
        named = {"name": schema.name, "strict": True, "schema": schema.fields}
        return {"type": "json_schema", "json_schema": named}


LADDER: tuple[Rung, ...] = (
    Rung("json_schema", steady=True),
    Rung("json_schema"),
    Rung("json_object", steady=True),
    Rung("plain", steady=True),
    Rung("plain"),
)


def unsupported(error: Exception) -> bool:
    """Say whether a server refused the form of a request, so that a plainer one may pass."""
    return status_of(error) in _UNSUPPORTED


class Vendor:
    """The model behind LangChain; loads with the first call.

    `sending` sees every request and its body before it leaves, and may refuse it by raising.
    """

    def __init__(self, endpoint: Endpoint, sending: Callable[[Any], None]) -> None:
        """Load nothing yet."""
        self._endpoint = endpoint
        self._sending = sending

    def load(self) -> None:
        """Import the libraries, which takes seconds."""
        _ = self._model

    def close(self) -> None:
        """Let go of open connections."""
        if "_model" in self.__dict__:
            self._model.http_client.close()  # type: ignore[union-attr]  # given by us

    def whole(self, messages: Sequence[PromptMessage], options: dict[str, Any]) -> Reply:
        """Return an answer in one piece."""
        reply = self._model.invoke(_said(messages), **options)
        return _reply(str(reply.text), reply)

    def streamed(
        self,
        messages: Sequence[PromptMessage],
        options: dict[str, Any],
        on_text: Callable[[str], None],
    ) -> Reply:
        """Return an answer, telling `on_text` what there is of it after every piece."""
        parts: list[str] = []
        whole: Any = None
        stream_usage = "temperature" in options  # servers that know little don't know this either
        try:
            for chunk in self._model.stream(_said(messages), stream_usage=stream_usage, **options):
                whole = chunk if whole is None else whole + chunk
                if text := str(chunk.text):
                    parts.append(text)
                    on_text("".join(parts))
        except ValueError:  # LangChain's word for a stream with nothing in it
            if parts:
                raise
        if whole is None:
            return Reply("")
        return _reply("".join(parts), whole)

    @cached_property
    def _model(self) -> "ChatOpenAI":
        import httpx2
        from langchain_openai import ChatOpenAI

        from copilot.llm.transport import BoundedTransport

        for name in _SILENCED:  # at DEBUG they write whole requests
            logging.getLogger(name).setLevel(logging.WARNING)
        warnings.filterwarnings("ignore", category=UserWarning, module="langchain_openai")
        bundle = self._endpoint.ca_bundle
        transport = BoundedTransport(self._send, ca_bundle=str(bundle) if bundle else None)
        return ChatOpenAI(
            model=self._endpoint.model,
            base_url=self._endpoint.base_url,
            api_key=SecretStr("set with every request"),
            timeout=self._endpoint.timeout_s,
            max_retries=0,
            openai_proxy=None,
            use_responses_api=False,
            http_client=httpx2.Client(transport=transport, trust_env=False, follow_redirects=False),
        )

    def _send(self, request: Any) -> None:
        try:
            request.headers["authorization"] = f"Bearer {self._endpoint.key()}"
        except (OSError, UnicodeError) as error:
            reason = f"the key file cannot be read ({type(error).__name__})"
            raise ModelFailure("unsent", reason) from error
        for name, value in self._endpoint.headers.items():
            request.headers[name] = value.get_secret_value()
        self._sending(request)


def _said(messages: Sequence[PromptMessage]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in messages]


def _reply(text: str, message: Any) -> Reply:
    told = message.usage_metadata or {}
    named = message.response_metadata.get("model_name", "")
    return Reply(
        text=text,
        model=named if isinstance(named, str) else "",
        input_tokens=told.get("input_tokens"),
        output_tokens=told.get("output_tokens"),
    )
