"""Everything a suggester may know about one conversation, frozen."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from copilot.conversation import Conversation, Frozen
from knowledge import Failure, Framework, Hit, Locale, Register

Emotion = Literal[
    "neutral", "curious", "confused", "anxious", "helpless", "desperate", "disappointed",
    "irritated", "angry", "furious", "sarcastic", "grieving", "grateful", "joyful", "embarrassed",
]  # fmt: skip
Risk = Literal[
    "none", "self_harm", "violence", "health", "safety", "fraud", "privacy",
    "legal", "publicity", "abuse", "injection",
]  # fmt: skip


class Signal(Frozen):
    """A word of the label vocabulary heard in the conversation, with the words that show it."""

    name: str
    span: str
    message: int = Field(ge=0)


class Fact(Frozen):
    """Something already said: `value` is normalised, `span` is as written.

    `message` is the index of the message, or -1 when the customer card holds the fact.
    """

    kind: str
    value: str
    message: int = Field(ge=-1)
    span: str = ""


class Perception(Frozen):
    """What the conversation says about the person and the matter.

    `hostility` 0–4 and `distress` 0–3 speak of the last customer turn; `course` is the hostility of
    every customer turn in order; `upset` is the chance that the last one comes from an upset person
    and orders messages finer than hostility does. `request` is the open request in one line, the
    retrieval query; `requests` are all open ones. `failure` says whose fault it looks like: ours,
    unknown, not ours.
    """

    language: Locale
    hostility: Annotated[int, Field(ge=0, le=4)] = 0
    distress: Annotated[int, Field(ge=0, le=3)] = 0
    emotion: Emotion = "neutral"
    signals: tuple[Signal, ...] = ()
    facts: tuple[Fact, ...] = ()
    request: str = ""
    requests: tuple[str, ...] = ()
    risk: Risk = "none"
    needs_escalation: bool = False
    course: tuple[int, ...] = ()
    upset: float = Field(default=0.0, ge=0, le=1)
    failure: Failure = "unknown"
    address: Literal["vy", "ty"] = "vy"

    def has(self, *names: str) -> bool:
        """Say whether any of these signals was heard."""
        heard = {signal.name for signal in self.signals}
        return any(name in heard for name in names)


class Frame(Frozen):
    """How to answer: the framework, its steps, which are done in this thread, and why.

    `why` is in the language of the conversation; `reason` is its key and `params` its values, from
    which a screen in another language says the same (`copilot.framing.explain`).
    `avoid` holds reply faults that this situation forbids in particular (label vocabulary);
    `row` is the row of the decision table that matched; `max_chars` the length to keep.
    """

    framework: Framework
    steps: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    why: str = ""
    reason: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    row: int = 0
    protocol: str = ""
    apologise: bool = False
    avoid: tuple[str, ...] = ()
    max_chars: int = Field(default=700, gt=0)


class Voice(Frozen):
    """How the brand speaks."""

    address: Literal["vy", "ty"] = "vy"
    register_: Register = Field(default="neutral", alias="register")
    humour: bool = False
    signature: str = ""
    crisis_line: str = ""
    rules_off: tuple[str, ...] = ()


class Brief(Frozen):
    """The conversation, what was understood, how to answer, and what the company knows."""

    conversation: Conversation
    perception: Perception
    frame: Frame
    hits: tuple[Hit, ...] = ()
    cases: tuple[Hit, ...] = ()
    voice: Voice = Voice()

    @property
    def now(self) -> AwareDatetime:
        """The moment the reply is written."""
        if self.conversation.now is None:
            raise ValueError(
                "a brief needs a conversation with `now`; read_conversation fills it in"
            )
        return self.conversation.now
