"""A conversation with a customer, as it comes in from a helpdesk, a paste or the command line."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from copilot.errors import BadConversation
from knowledge import normalise

Role = Literal["customer", "operator", "bot"]
Channel = Literal["chat", "email", "sms", "push", "review", "voice", "social"]

MAX_MESSAGE_CHARS = 20_000  # longer messages keep their head and tail; nobody reads the middle live
MAX_MESSAGES = 400  # the newest ones; older turns no longer change what to answer


class Frozen(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Message(Frozen):
    """One message; the text is normalised and never empty of meaning by our doing."""

    role: Role
    text: str
    at: AwareDatetime | None = None

    @field_validator("text", mode="before")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if len(value) > MAX_MESSAGE_CHARS:
            half = MAX_MESSAGE_CHARS // 2
            value = f"{value[:half]}\n...\n{value[-half:]}"
        return normalise(value)


class Card(Frozen):
    """What the operator or the CRM knows of the customer and may rely on.

    `incident` is the id of the incident whose facts stand first among the notes, if there is one.
    """

    facts: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    incident: str = ""


class Conversation(Frozen):
    """Messages in order, newest last. `now` is the moment the reply is written."""

    id: str = "c1"
    channel: Channel = "chat"
    now: AwareDatetime | None = None
    messages: tuple[Message, ...]
    card: Card = Card()

    @field_validator("messages")
    @classmethod
    def _newest(cls, value: tuple[Message, ...]) -> tuple[Message, ...]:
        return value[-MAX_MESSAGES:]

    @property
    def last_turn(self) -> tuple[Message, ...]:
        """The customer's messages since anybody last answered, read as one turn."""
        turn: list[Message] = []
        for message in reversed(self.messages):
            if message.role != "customer":
                break
            turn.append(message)
        return tuple(reversed(turn))

    @property
    def last_customer_text(self) -> str:
        """The text of the customer's last turn, also when an operator wrote after it."""
        messages = list(self.messages)
        while messages and messages[-1].role != "customer":
            messages.pop()
        turn: list[str] = []
        while messages and messages[-1].role == "customer":
            turn.append(messages.pop().text)
        return "\n".join(reversed(turn))

    @property
    def operator_texts(self) -> tuple[str, ...]:
        """What people of ours have already written in this thread."""
        return tuple(m.text for m in self.messages if m.role == "operator")


def read_conversation(raw: str | bytes | dict[str, Any], *, now: datetime) -> Conversation:
    """Read a conversation from JSON, filling in `now` where it is missing.

    Raises:
        BadConversation: the input is not JSON or not a conversation; the message says where.
    """
    data = raw if isinstance(raw, dict) else _parse(raw)
    known = set(Conversation.model_fields)
    data = {key: value for key, value in data.items() if key in known}
    if data.get("now") is None:
        data["now"] = now
    elif isinstance(data["now"], str) and (moment := _moment(data["now"])):
        data["now"] = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    try:
        return Conversation.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "conversation"
        raise BadConversation(f"{place}: {first['msg']} (got {first['input']!r:.80})") from error


def _parse(raw: str | bytes) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        data = json.loads(text)
    except UnicodeDecodeError as error:
        raise BadConversation(
            f"The input is not UTF-8 text ({error.reason}); save it as UTF-8."
        ) from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadConversation(f"The input is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise BadConversation(f"A conversation is a JSON object, not {type(data).__name__}.")
    return data


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
