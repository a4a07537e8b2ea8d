"""Drafts, what the guard found in them, and the result of the pipeline."""

import re
from typing import Literal

from pydantic import Field, computed_field

from copilot.brief import Frame, Perception
from copilot.conversation import Frozen
from copilot.llm.usage import Usage
from knowledge import Hit, Severity

Step = Literal["L", "E", "A", "D", "C", "R", "H", ""]
Origin = Literal["embedded", "llm", "operator"]

SLOT = re.compile(r"\[([^\[\]\n]{1,60})\?\]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[A-Z\u0400-\u042F«\"(\d\[])|\n+")


class Sentence(Frozen):
    """A sentence of a draft: the framework step it takes and the sources it rests on.

    `act` is the reply act of the label vocabulary; `before` is what separates it from the previous
    sentence: a space or line ends.
    """

    step: str = ""
    text: str
    sources: tuple[str, ...] = ()
    act: str = ""
    before: str = " "


class Draft(Frozen):
    """A reply as sentences. `label` says in one word how it differs from the other options."""

    sentences: tuple[Sentence, ...]
    origin: Origin = "embedded"
    label: Literal["full", "short", "ask", "handover", "own"] = "full"
    subject: str = ""

    @property
    def text(self) -> str:
        """The reply as the customer reads it."""
        parts = [s.text if n == 0 else s.before + s.text for n, s in enumerate(self.sentences)]
        return "".join(parts)

    @property
    def slots(self) -> tuple[str, ...]:
        """Labels of the brackets that are still open, in order, each once."""
        return tuple(dict.fromkeys(SLOT.findall(self.text)))

    @classmethod
    def from_text(cls, text: str) -> "Draft":
        """Cut an operator's own text into sentences; the text stays byte for byte the same."""
        ends = [gap for gap in _SENTENCE_END.finditer(text.rstrip()) if text[: gap.start()].strip()]
        cuts = [0, *(gap.end() for gap in ends)]
        stops = [*(gap.start() for gap in ends), len(text)]
        gaps = ["", *(gap.group() for gap in ends)]
        sentences = [
            Sentence(text=text[start:stop], before=before)
            for start, stop, before in zip(cuts, stops, gaps, strict=True)
        ]
        return cls(sentences=tuple(sentences), origin="operator", label="own")


class Finding(Frozen):
    """What a rule found in a draft: `start` and `end` are character offsets in its text."""

    rule: str
    type: str
    severity: Severity
    span: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    why: str = ""
    replacement: str = ""

    @property
    def blocks(self) -> bool:
        """Whether copying stops until this is dealt with."""
        return self.severity == "critical"


class CommitmentCheck(Frozen):
    """A promise found in a draft, normalised, and whether the sources carry it."""

    span: str
    start: int
    end: int
    type: Literal["time", "money", "action", "outcome"]
    scope: Literal["company", "own_followup", "third_party"]
    verdict: Literal[
        "exact", "derived", "weaker", "better_than_policy", "over_limit", "condition_missing",
        "contradicts", "outdated_source", "absent", "unit_calendar_vs_business",
    ]  # fmt: skip
    value: float | None = None
    unit: str = ""
    source: str = ""
    rewrite: str = ""


class Suggestion(Frozen):
    """A draft that went through the guard."""

    draft: Draft = Field(exclude=True)
    findings: tuple[Finding, ...] = ()

    @computed_field  # type: ignore[prop-decorator]  # pydantic's documented form
    @property
    def text(self) -> str:
        """The reply as the customer reads it."""
        return self.draft.text

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The reply by sentence, with steps and sources."""
        return self.draft.sentences

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def slots(self) -> tuple[str, ...]:
        """Brackets still to fill."""
        return self.draft.slots

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def origin(self) -> Origin:
        """Who wrote it."""
        return self.draft.origin

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def label(self) -> str:
        """How it differs from the other options."""
        return self.draft.label

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def blocked(self) -> bool:
        """Whether copying is stopped: an open bracket or a critical finding."""
        return bool(self.draft.slots) or any(finding.blocks for finding in self.findings)


class Result(Frozen):
    """What the pipeline says of one conversation; `usage` is what a model took for it.

    `incident` is the id of the incident that it complains of, if one is on.
    """

    v: Literal[1] = 1
    conversation: str
    incident: str = ""
    perception: Perception
    frame: Frame
    hits: tuple[Hit, ...] = ()
    cases: tuple[Hit, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    notices: tuple[str, ...] = ()
    usage: Usage | None = None
