"""What the practice page asks, and what it is told."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.errors import BadConversation
from copilot.records.roleplays import Sitting
from copilot.roleplay.scenario import Kind

MAX_TEXT = 5_000  # characters of one message; the customer reads no more
Hints = Literal["off", "ask", "each"]


class Setting(BaseModel):
    """How a session is played."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    hints: Hints = "off"
    mood: Literal["hidden", "shown"] = "hidden"
    timer: Literal["on", "off"] = "on"


class Asked(BaseModel):
    """A request of the page. `turn` counts from 0; `at` is the page from which it comes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    do: Literal[
        "home", "mine", "trainer", "setup", "start", "open", "say", "hint", "suggest", "diagnose",
        "again", "dispute", "comment", "share", "unshare", "forget", "report", "table",
    ] = "home"  # fmt: skip
    serial: int = 0
    id: str = Field(default="", max_length=80)
    turn: int = Field(default=0, ge=0, le=1000)
    text: str = Field(default="", max_length=MAX_TEXT * 4)
    seconds: float = Field(default=0, ge=0, le=86_400)
    hinted: bool = False
    action: Literal["say", "hand_over", "stop", "give_up"] = "say"
    feeling: Kind | Literal[""] = ""
    need: str = Field(default="", max_length=1000)
    skipped: bool = False
    name: str = Field(default="", max_length=80)
    who: str = Field(default="", max_length=80)
    setting: Setting = Setting()


class FileTold(BaseModel):
    """A file that the page offers for saving."""

    name: str
    kind: str
    text: str


class Told(BaseModel):
    """The answer: parts of the page by element id, already escaped, and what to say aloud.

    `address` is the query under which this screen can be opened again.
    """

    serial: int = 0
    parts: dict[str, str] = Field(default_factory=dict)
    address: str | None = None
    said: str = ""
    problem: str = ""
    sent: bool = False
    hinted: bool = False
    file: FileTold | None = None


def read_asked(raw: str) -> Asked:
    """Read a request of the page.

    Raises:
        BadConversation: it is not one.
    """
    try:
        return Asked.model_validate(json.loads(raw) if raw else {})
    except (ValueError, RecursionError, ValidationError) as error:
        raise BadConversation(
            f"The page sent what it should not: {type(error).__name__}."
        ) from error


def as_note(kind: str, **more: Any) -> dict[str, Any]:
    """Return a note as it is kept with a session."""
    return {"kind": kind, **more}


def file_told(sitting: Sitting, ending: str, kind: str, text: str) -> FileTold:
    """Return a file about a session, named by its scenario and day."""
    name = f"teplo-{sitting.scenario_id}-{sitting.started:%Y-%m-%d}.{ending}"
    return FileTold(name=name, kind=f"{kind};charset=utf-8", text=text)
