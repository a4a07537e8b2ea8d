"""What the page sends: requests of its own controls, and the state that Gradio's buttons send along."""

import json
from typing import Any, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field

from copilot.conversation import Channel
from copilot.errors import BadConversation
from copilot.improve import How
from knowledge import Framework, Locale

MAX_FILLS = 40


class Held(BaseModel):
    """What the page holds: its language, the operator's own choice of framework, the conversation.

    `serial` numbers the request; unknown keys of a newer or older page are passed over.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    serial: int = 0
    language: Locale | Literal[""] = ""
    framework: Framework | Literal[""] = ""
    conversation: dict[str, Any] | None = None

    @property
    def chosen(self) -> Framework | None:
        """The framework that the operator insists on."""
        return self.framework or None


class Asked(Held):
    """A request of a painted control. `fills` are the values typed into brackets, by their label.

    `page` is one open page: its next request for the model's version ends the one before. `kept` is the
    kept conversation to open.
    """

    do: Literal["start", "again", "check", "model", "improve", "note", "open"] = "start"
    page: str = Field(default="", max_length=40)
    kept: str = Field(default="", max_length=40)
    how: How = "fix"
    masked: bool = False
    text: str = Field(default="", max_length=20_000)
    fills: dict[str, str] = Field(default_factory=dict, max_length=MAX_FILLS)

    @property
    def notes(self) -> tuple[str, ...]:
        """The filled brackets as notes: what the operator looked up, replies may rely on."""
        return tuple(
            f"{label}: {value.strip()}" for label, value in self.fills.items() if value.strip()
        )


def read_held(raw: str) -> Held:
    """Read what came along with a button; an empty box is a page that holds nothing yet."""
    return Held.model_validate(_parse(raw))


def read_asked(raw: str) -> Asked:
    """Read a request of the page."""
    return Asked.model_validate(_parse(raw))


def read_channel(raw: str | None) -> Channel:
    """Read the channel of the menu; anything unknown is a chat."""
    return cast("Channel", raw) if raw in get_args(Channel) else "chat"


def _parse(raw: str) -> Any:
    try:
        return json.loads(raw) if raw else {}
    except (ValueError, RecursionError) as error:
        raise BadConversation(f"The page sent something that is not JSON: {error}.") from error
