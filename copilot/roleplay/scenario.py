"""A role-play scenario as trainers write it: who the customer is, what they need, what moves them."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from copilot.conversation import Card, Channel, Frozen
from copilot.errors import BadScenario
from knowledge import Framework, Locale

Kind = Literal["anger", "anxiety", "disappointment", "confusion", "resignation"]
NeedKind = Literal["outcome", "process", "relational"]
Level = Annotated[int, Field(ge=0, le=4)]
Share = Annotated[float, Field(ge=0, le=1)]
Lines = tuple[str, ...]


class Temperament(Frozen):
    """How strongly the customer reacts: to kindness, to slights, and what anger never falls below.

    `floor` holds until every hidden need is out: nobody calms down about what was never said.
    """

    inertia: float = Field(default=1.0, gt=0, le=2)
    losses: float = Field(default=1.6, ge=1, le=3)
    floor: Share = 0.05
    loud: bool = False


class Persona(Frozen):
    """Who the customer is. `about` is read by trainers and by a model that voices the customer."""

    name: str
    about: str
    gender: Literal["f", "m", "open"] = "open"
    address: Literal["vy", "ty"] = "vy"
    manner: Literal["formal", "plain", "curt"] = "plain"
    kind: Kind = "anger"
    temperament: Temperament = Temperament()


class Start(Frozen):
    """The state at the first message: anger 0-4, trust and being heard 0-1, patience in turns."""

    anger: Level = 2
    trust: Share = 0.3
    heard: Share = 0.1
    patience: float = Field(default=8, gt=0, le=30)


class Unlock(Frozen):
    """What opens a hidden need or fact: enough trust, and an open or one of the named questions."""

    trust: Share = 0.4
    open: bool = True
    asked: Lines = ()


class Need(Frozen):
    """What the customer came for, or needs without saying it.

    `met_by` holds phrases: one fits when all its content words stand in one message of the operator.
    `good` is a line of a good operator that meets the need, `question` one that opens it; the
    reference runs speak them and the debrief shows them.
    """

    id: str
    text: str
    kind: NeedKind = "outcome"
    weight: float = Field(default=1, gt=0, le=10)
    hidden: bool = False
    unlock: Unlock = Unlock()
    met_by: Lines = ()
    line: str = ""
    ask: Lines = ()
    confirm: str = ""
    good: str
    question: str = ""


class Detail(Frozen):
    """A fact the customer knows and tells when asked; a hidden one also needs trust."""

    id: str
    text: str
    asked: Lines
    line: str
    hidden: bool = False
    unlock: Unlock = Unlock()


class Mover(Frozen):
    """What this very customer takes ill or well: acts of the label vocabulary, or phrases.

    `anger` is the change in levels of 0-4, negative for what soothes; `text` says for the debrief
    what it is.
    """

    id: str
    text: str = ""
    acts: Lines = ()
    said: Lines = ()
    anger: float = Field(ge=-2, le=2)
    trust: float = Field(default=0, ge=-1, le=1)
    line: str = ""

    @model_validator(mode="after")
    def _moves_by_something(self) -> "Mover":
        if not self.acts and not self.said:
            raise ValueError("give acts or said, else nothing sets it off")
        return self


class Stop(Frozen):
    """What ends the conversation badly at once, and the customer's last line."""

    id: str
    text: str
    acts: Lines = ()
    said: Lines = ()
    times: int = Field(default=1, ge=1, le=5)
    line: str


class Win(Frozen):
    """When the customer is satisfied: these needs met (all, if none are named), anger at most this."""

    needs: Lines = ()
    anger: Level = 1
    trust: Share = 0.45


class Item(Frozen):
    """A line of a checklist: done when an act or a phrase of it was said."""

    id: str
    text: str
    acts: Lines = ()
    said: Lines = ()
    critical: bool = False
    never: bool = False


class Reference(Frozen):
    """What a good operator would say in this case; the reference policies and the ghost line use it."""

    acknowledge: Lines
    empathise: Lines
    own: Lines
    deadline: Lines = ()
    options: Lines = ()
    close: Lines = ()


class Scenario(Frozen):
    """One scenario, complete. `lines` are the customer's own words by intent, used before templates."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
    number: str = ""
    version: int = Field(default=1, ge=1)
    language: Locale
    title: str
    situation: str
    channel: Channel = "chat"
    difficulty: int = Field(default=2, ge=1, le=5)
    skills: Lines = ()
    goals: Lines = ()
    framework: Framework = "LEAD"
    money: bool = False
    sample: bool = True
    persona: Persona
    start: Start = Start()
    card: Card = Card()
    opening: Annotated[Lines, Field(min_length=1)]
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]
    details: tuple[Detail, ...] = ()
    triggers: tuple[Mover, ...] = ()
    soothers: tuple[Mover, ...] = ()
    lines: dict[str, Lines] = Field(default_factory=dict)
    win: Win = Win()
    stops: tuple[Stop, ...] = ()
    max_turns: int = Field(default=8, ge=3, le=20)
    checklist: tuple[Item, ...] = ()
    judged_by: Literal["outcome", "checklist"] = "outcome"
    reference: Reference

    @model_validator(mode="after")
    def _consistent(self) -> "Scenario":
        ids = [need.id for need in self.needs]
        if len(set(ids)) != len(ids):
            raise ValueError("needs: two of them share an id")
        unknown = sorted(set(self.win.needs) - set(ids))
        if unknown:
            raise ValueError(f"win.needs: {', '.join(unknown)} is no need of this scenario")
        strange = sorted(set(self.lines) - set(INTENTS))
        if strange:
            raise ValueError(f"lines: {', '.join(strange)} is none of {', '.join(INTENTS)}")
        if self.judged_by == "checklist" and not self.checklist:
            raise ValueError("checklist: a scenario judged by it needs one")
        return self

    def need(self, name: str) -> Need:
        """Return the need of that id.

        Raises:
            KeyError: there is none.
        """
        return {need.id: need for need in self.needs}[name]

    @property
    def goal(self) -> tuple[Need, ...]:
        """The needs that must be met to win."""
        return tuple(n for n in self.needs if not self.win.needs or n.id in self.win.needs)


INTENTS = (
    "vent", "repeat", "ask_status", "doubt", "challenge", "puzzled", "short", "soften", "wait",
    "accept", "partly", "thank", "threaten", "leave", "escalate", "timeout", "handed_over",
    "handed_over_badly", "stuffed", "foreign", "silence", "unknown", "boundary",
)  # fmt: skip


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file.

    Raises:
        BadScenario: the file is not YAML or not a scenario; the message lists every fault at once.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadScenario(f"{path.name}: cannot be read: {error}") from error
    return scenario_of(data, path.name)


def scenario_of(data: Any, place: str) -> Scenario:
    """Make a scenario of plain data, as a form or a file gives it.

    Raises:
        BadScenario: the data is no scenario; the message lists every fault at once.
    """
    if not isinstance(data, dict):
        raise BadScenario(f"{place}: a scenario is a mapping with id, persona, needs and more.")
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        faults = [
            f"{place}: {'.'.join(str(part) for part in e['loc']) or 'scenario'}: {e['msg']}"
            for e in error.errors(include_url=False)
        ]
        raise BadScenario("\n".join(faults)) from error


@cache
def shipped(language: Locale | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios that come with Teplo, by number, in one language or both."""
    root = files("knowledge").joinpath("scenarios")
    found = [
        read_scenario(Path(str(entry)))
        for locale in ("ru", "en")
        if language in (None, locale)
        for entry in root.joinpath(locale).iterdir()
        if entry.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda s: (len(s.number), s.number, s.id)))
