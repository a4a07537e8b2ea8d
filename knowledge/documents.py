"""Documents and their records: scripts, tone rules and cases, as `docs/knowledge-format.md` says."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["script", "tone", "case"]
Locale = Literal["ru", "en"]
Framework = Literal["LEAD", "CARE", "HEAR", "NONE"]
Status = Literal["draft", "active", "retired"]
Severity = Literal["critical", "high", "medium", "low"]
Failure = Literal["yes", "unknown", "no"]
Register = Literal["formal", "neutral", "friendly", "ty"]
Unit = Literal[
    "minute", "hour", "day", "week", "month",
    "RUB", "percent", "percent_of_item", "bonus", "piece", "kg",
]  # fmt: skip


class Value(BaseModel):
    """A frozen value that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Header(Value):
    """What every record says of itself."""

    id: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.\-]+$")]
    locale: Locale
    status: Status = "active"
    brand: str = ""
    sample: bool = False
    source: str = ""
    tags: tuple[str, ...] = ()


class FactNeeded(Value):
    """A fact without which the script cannot be done, asked only when nobody has said it yet."""

    name: str
    why: str = ""
    ask: str


class Slot(Value):
    """A value that somebody looks up while answering; unfilled it shows as `[label?]`."""

    name: str
    label: str
    source: Literal["operator", "customer", "card", "system", "settings"] = "operator"
    hint: str = ""


class Precondition(Value):
    """A condition under which the script holds."""

    field: str
    op: Literal["<", "<=", "=", "!=", ">=", ">", "in", "not in"]
    value: str | int | float | bool | tuple[str, ...]
    text: str = ""


class Limits(Value):
    """What the operator may give without asking; sums in `currency`, bonuses in pieces."""

    refund_max: float | None = None
    bonus_max: float | None = None
    discount_max_pct: float | None = Field(default=None, ge=0, le=100)
    compensation_max_pct: float | None = Field(default=None, ge=0)
    currency: str = "RUB"
    who_above: str = ""


class Commitment(Value):
    """A promise that replies from this script may make, with its bounds."""

    id: str
    type: Literal["time", "money", "action", "outcome"]
    text: str
    min_value: float | None = None
    max_value: float | None = None
    unit: Unit | None = None
    calendar: Literal["business", "calendar"] | None = None
    clock_from: str = ""
    condition: str = ""
    exclusions: str = ""


class Escalation(Value):
    """To whom, when and how fast the matter goes on."""

    to: str = ""
    when: str = ""
    sla: str = ""


class Reply(Value):
    """What the customer reads, by part; each part is a tuple of whole sentences."""

    acknowledge: tuple[str, ...] = ()
    empathise: tuple[str, ...] = ()
    apologise: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    solve: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


class Script(Header):
    """What the company does and may promise in one matter."""

    kind: Literal["script"] = "script"
    title: str
    intent: str
    signals: tuple[str, ...] = ()
    framework: tuple[Framework, ...] = ()
    failure: Failure = "unknown"
    safety: Literal["none", "health", "safety", "fraud", "self_harm"] = "none"
    trigger_examples: tuple[str, ...] = ()
    customer_goal: str = ""
    preconditions: tuple[Precondition, ...] = ()
    facts_needed: tuple[FactNeeded, ...] = ()
    slots: tuple[Slot, ...] = ()
    steps: tuple[str, ...] = ()
    limits: Limits = Limits()
    commitments: tuple[Commitment, ...] = ()
    actions_allowed: tuple[str, ...] = ()
    escalation: Escalation = Escalation()
    do_not: tuple[str, ...] = ()
    legal_note: str = ""
    audience: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    owner: str = ""
    reviewed_at: date | None = None
    related: tuple[str, ...] = ()
    reply: Reply = Reply()
    registers: dict[Register, Reply] = Field(default_factory=dict)
    example_good: str = ""
    example_bad: str = ""

    def reply_in(self, register: Register) -> Reply:
        """Return the reply in a register, part by part falling back to the neutral one."""
        own = self.registers.get(register)
        if own is None:
            return self.reply
        parts = {name: value for name in Reply.model_fields if (value := getattr(own, name))}
        return self.reply.model_copy(update=parts)


class RuleTest(Value):
    """A sentence and whether the rule must find something in it."""

    text: str
    expect: Literal["hit", "clean"]


class Applies(Value):
    """The context a tone rule speaks of; all given conditions must hold."""

    min_hostility: int | None = Field(default=None, ge=0, le=4)
    max_hostility: int | None = Field(default=None, ge=0, le=4)
    thread_started: bool | None = None
    address: Literal["vy", "ty"] | None = None
    channels: tuple[str, ...] = ()
    failure: Literal["yes", "no"] | None = None
    b2b: bool | None = None
    any_signal: tuple[str, ...] = ()
    no_signal: tuple[str, ...] = ()
    max_sentence_words: int | None = Field(default=None, gt=0)
    max_chars: int | None = Field(default=None, gt=0)
    min_count: int = Field(default=1, ge=1)
    only_if_missing: tuple[str, ...] = ()


class ToneRule(Header):
    """How we do not speak, why, and what to say instead."""

    kind: Literal["tone"] = "tone"
    type: str
    severity: Severity
    check: Literal["D", "C", "L"]
    default_on: bool = True
    always_on: bool = False
    patterns: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    applies: Applies = Applies()
    replacement: str = ""
    tests: tuple[RuleTest, ...] = ()


def pattern_lists(rule: ToneRule) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return every list of patterns of a tone rule by its place in the record."""
    return {
        ("patterns",): rule.patterns,
        ("innocent",): rule.innocent,
        ("applies", "only_if_missing"): rule.applies.only_if_missing,
    }


class CaseTurn(Value):
    """One message of a past conversation, personal data masked."""

    role: Literal["customer", "operator", "bot"]
    text: str


class CaseFact(Value):
    """A fact named in a case, with the number of the turn that named it (from 1)."""

    key: str
    value: str
    turn: int = Field(ge=1)


class CasePromise(Value):
    """A promise made in a case and what became of it."""

    span: str
    type: Literal["time", "money", "action", "outcome"]
    status: Literal["open", "kept", "broken", "withdrawn"]


class Case(Header):
    """What was said once, and whether it worked."""

    kind: Literal["case"] = "case"
    title: str
    channel: str = "chat"
    signals: tuple[str, ...] = ()
    hostility_by_turn: tuple[Annotated[int, Field(ge=0, le=4)], ...] = ()
    framework: Framework = "NONE"
    outcome: Literal["worked", "partly", "failed"]
    antipattern: bool = False
    worked_because: str = ""
    lesson: str = ""
    scripts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    facts: tuple[CaseFact, ...] = ()
    resolution: str = ""
    turns: tuple[CaseTurn, ...] = ()
    promises: tuple[CasePromise, ...] = ()
    root_cause: str = ""


Record = Annotated[Script | ToneRule | Case, Field(discriminator="kind")]


class Document(Value):
    """One piece of knowledge: a record with its page, or a plain article without a record.

    `question` and `answer` are set for articles that came as such; `path` and `place` say where
    the text was read; `body` is what search sees and people read. `examples` are customers'
    wordings that were attached to it later: it is found by them as well.
    """

    id: str
    kind: Kind
    locale: Locale
    title: str
    body: str
    question: str = ""
    answer: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    status: Status = "active"
    valid_from: date | None = None
    valid_to: date | None = None
    path: str = ""
    place: str = ""
    examples: tuple[str, ...] = ()
    record: Record | None = None
