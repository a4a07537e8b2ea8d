"""Conversations as they are given to be kept, and as they are told again."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from copilot.conversation import Card, Channel, Conversation, Frozen, Message, Role
from copilot.records.acceptance import Outcome, Reason

Source = Literal["panel", "api", "chatwoot", "extension"]
View = Literal["waiting", "mine", "recent", "all"]
DraftState = Literal["none", "ready", "stale"]


class Opened(Frozen):
    """What is known of a conversation but its messages.

    `outer_id` in `account` is its name where it came from: the same name is the same conversation.
    `customers` are keys under which the customer can be found and erased.
    """

    source: Source = "api"
    account: str = Field(default="", max_length=40)
    outer_id: str = Field(default="", max_length=120)
    channel: Channel = "chat"
    customers: tuple[str, ...] = Field(default=(), max_length=10)
    topic: str = Field(default="", max_length=120)
    assignee: str = Field(default="", max_length=200)
    open: bool = True
    card: Card = Card()


class Written(Frozen):
    """A message that comes in; one with an `outer_id` that is already kept takes its place."""

    role: Role
    text: str = Field(min_length=1, max_length=100_000)
    at: AwareDatetime | None = None
    outer_id: str = Field(default="", max_length=120)


class Kept(Frozen):
    """What keeping did: `fresh` are the numbers of messages that are new."""

    id: str
    created: bool
    fresh: tuple[int, ...] = ()


class Line(Frozen):
    """A conversation in a list."""

    id: str
    source: Source
    account: str
    outer_id: str
    channel: Channel
    topic: str
    assignee: str
    open: bool
    opened: AwareDatetime
    changed: AwareDatetime
    waiting_since: AwareDatetime | None
    messages: int
    preview: str
    draft: DraftState


class Page(Frozen):
    """Some of the conversations that were asked for; `total` are all of them."""

    items: tuple[Line, ...]
    total: int
    page: int
    pages: int
    waiting: int


class KeptMessage(Frozen):
    """Message `n` of a conversation."""

    n: int
    role: Role
    text: str
    at: AwareDatetime
    outer_id: str = ""


class KeptDraft(Frozen):
    """A draft with what became of it; `through` is the last message that it answers.

    `result` is the whole answer as `/api/v1/suggest` gives it, kept of the newest draft only.
    """

    id: str
    made: AwareDatetime
    through: int
    framework: str
    scripts: tuple[str, ...]
    options: tuple[dict[str, Any], ...]
    result: dict[str, Any] | None = None
    shown: AwareDatetime | None = None
    copied: int | None = None
    edits: tuple[dict[str, Any], ...] = ()
    outcome: Outcome | Literal[""] = ""
    reason: Reason | Literal[""] = ""
    option: int | None = None
    distance: float | None = None
    measured: bool = False
    stale: bool = False


class Whole(Frozen):
    """A conversation with everything: newest draft first."""

    v: Literal[1] = 1
    line: Line
    card: Card
    messages: tuple[KeptMessage, ...]
    drafts: tuple[KeptDraft, ...] = ()

    @property
    def draft(self) -> KeptDraft | None:
        """The newest draft."""
        return self.drafts[0] if self.drafts else None

    def conversation(self, *, now: AwareDatetime | None = None) -> Conversation:
        """Return it as the pipeline reads it."""
        return Conversation(
            id=self.line.id,
            channel=self.line.channel,
            now=now,
            card=self.card,
            messages=tuple(Message(role=m.role, text=m.text, at=m.at) for m in self.messages),
        )
