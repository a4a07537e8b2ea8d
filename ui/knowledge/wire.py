"""What the page asks and what it is told; both are JSON in a hidden box."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import TeploError

MAX_ASK_CHARS = 900_000  # a longer one does not come through the gate


class Odd(TeploError):
    """The page sent a value that none of its forms has."""


class Asked(BaseModel):
    """A request of the page: what to do, with which ids, and the controls of the form it is about."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    serial: int = 0
    do: str = Field(default="", max_length=40)
    args: dict[str, str] = Field(default_factory=dict, max_length=20)
    fields: tuple[tuple[str, str], ...] = Field(default=(), max_length=4_000)

    def field(self, name: str) -> str:
        """Return what stands in a control, or nothing."""
        return dict(self.fields).get(name, "")

    def arg(self, name: str) -> str:
        """Return an id that came along, or nothing."""
        return self.args.get(name, "")

    def number(self, name: str) -> int:
        """Return an id that is a number; 0 when it is none."""
        given = self.arg(name)
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 12 else 0


class Notice(BaseModel):
    """A line that says what came of an action. `undo` is the request that takes it back."""

    model_config = ConfigDict(frozen=True)

    text: str
    grave: bool = False
    undo: dict[str, str] = Field(default_factory=dict)


class Telling(BaseModel):
    """What to show: HTML by the id of its place, made here and escaped here.

    `again` names lists that are out of date now; `polls` are asked again in half a second; `url` are
    the values of the address; `focus` is the id that the keyboard goes to; `closed` are the actions
    that whoever asked may not take.
    """

    serial: int = 0
    parts: dict[str, str] = Field(default_factory=dict)
    notice: Notice | None = None
    again: tuple[str, ...] = ()
    polls: tuple[dict[str, str], ...] = ()
    url: dict[str, str] | None = None
    focus: str = ""
    closed: tuple[str, ...] = ()
    say: str = ""

    def and_also(self, **more: Any) -> "Telling":
        """Return this with more told."""
        return self.model_copy(update=more)
