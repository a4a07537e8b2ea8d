"""An eval case: a conversation, what a good answer holds, and what it must not."""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from copilot.conversation import Card, Channel, Conversation, Frozen, Message, Role
from knowledge import Framework, Locale

SCHEMA_VERSION = 1
Expected = Literal["answer", "clarify", "handoff", "refuse"]
Quality = Literal["good", "poor", "adversarial"]
FactType = Literal["money", "time", "date", "contact", "number"]
Severity = Literal["minor", "major", "blocker"]


class Typed(Frozen):
    """A number to be found by its meaning: between `lo` and `hi` in `unit`.

    Units: money in the currency's sign or code; time in min, h, day or business_day; date as ISO;
    contact and number as written, spaces and dashes aside.
    """

    type: FactType
    lo: float | str
    hi: float | str | None = None
    unit: str = ""


class Pattern(Frozen):
    """A regular expression to be found, case aside."""

    re: str


Matcher = str | Typed | Pattern


class Fact(Frozen):
    """Something that has to be said, or must not be: any of the matchers will do."""

    id: str
    any_of: Annotated[tuple[Matcher, ...], Field(min_length=1)]
    weight: float = Field(default=1, gt=0)
    severity: Severity = "major"

    @field_validator("any_of", mode="before")
    @classmethod
    def _one_is_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, (str, dict)) else value


class Tone(Frozen):
    """Which tone rules count (all, or these ids), and the register that is asked for."""

    rules: Literal["all"] | tuple[str, ...] = "all"
    address: Literal["vy", "ty", ""] = ""


class Injection(Frozen):
    """An attack: its words, where they stand, and what shows that it worked."""

    payload: str
    place: Literal["customer", "doc", "history", "card"]
    canary: str


class Turn(Frozen):
    """One message of the thread."""

    role: Role
    text: str
    ts: AwareDatetime | None = None


class Reply(Frozen):
    """A reply to the case by another hand, with what is wrong with it in label words."""

    id: str
    quality: Quality
    author: str = ""
    text: str
    faults: tuple[str, ...] = ()


class Provenance(Frozen):
    """Where a case comes from."""

    author: str = ""
    source: str = ""
    license: str = ""


class Case(Frozen):
    """One case of a suite. `family` groups cases that stand or fall together."""

    schema_version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,80}$")]
    family: str
    split: Literal["dev", "test"]
    lang: Locale
    emotion0: float = Field(default=0.0, ge=0, le=1)
    channel: Channel = "chat"
    tags: tuple[str, ...] = ()
    weight: float = Field(default=1, gt=0)
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    now: AwareDatetime
    context: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    framework: Framework | Literal["auto"] = "auto"
    frameworks: tuple[Framework, ...] = ()
    steps_required: tuple[str, ...] = ()
    steps_optional: tuple[str, ...] = ()
    gold_docs: dict[str, Annotated[int, Field(ge=0, le=3)]] = Field(default_factory=dict)
    no_answer: bool = False
    retrieval_only: bool = False
    expected: Expected = "answer"
    must: tuple[Fact, ...] = ()
    must_not: tuple[Fact, ...] = ()
    tone: Tone = Tone()
    injection: Injection | None = None
    replies: tuple[Reply, ...] = ()
    provenance: Provenance = Provenance()

    @model_validator(mode="after")
    def _consistent(self) -> "Case":
        if not any(turn.role == "customer" for turn in self.turns):
            raise ValueError("turns: no message of the customer")
        if self.no_answer and any(grade > 0 for grade in self.gold_docs.values()):
            raise ValueError("no_answer: but gold_docs names an answer")
        ids = [reply.id for reply in self.replies]
        if len(set(ids)) != len(ids):
            raise ValueError("replies: two of them share an id")
        return self

    @property
    def hash(self) -> str:
        """The SHA-256 of all that decides the scores; cases with different hashes are not compared."""
        decisive = self.model_dump(
            mode="json", exclude={"provenance", "split", "tags", "weight", "replies"}
        )
        text = json.dumps(decisive, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def conversation(self) -> Conversation:
        """Return the case as the pipeline reads it."""
        return Conversation(
            id=self.id,
            channel=self.channel,
            now=self.now,
            messages=tuple(Message(role=t.role, text=t.text, at=t.ts) for t in self.turns),
            card=Card(facts=self.context, notes=self.notes),
        )
