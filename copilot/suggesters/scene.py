"""Scene: one brief as the composer sees it, with everything that is looked up only once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from copilot.brief import Brief
from copilot.cues import acts_of, folded, themes_of, wording
from copilot.suggesters.slots import PERSONAL, known_slots, spoken_kinds
from knowledge import Hit, Locale, Register, Script

# Signals by how well they say what the matter is, the most particular first.
_TOPICS = (
    "data_leak", "discrimination_claim", "rude_staff", "double_charge", "wrong_item",
    "missing_item", "defect", "outage", "non_delivery", "delay", "quality", "money_loss",
    "money_dispute", "cancel_request", "refund_request", "compensation_request",
    "third_party_fault", "customer_error", "impossible_request", "privacy_request",
    "reask_complaint", "bot_loop", "waiting_unanswered", "want_human", "broken_promise",
    "repeat_contact", "legal_threat", "regulator_threat", "publicity_threat", "churn_threat",
    "argument", "helpless", "vulnerable", "accessibility", "language_barrier", "loyal_customer", "b2b", "how_to", "status_request",
    "simple_question",
)  # fmt: skip
_HISTORY = ("broken_promise", "repeat_contact", "waiting_unanswered", "reask_complaint", "bot_loop")
_ROW_FIRST: dict[int, tuple[str, ...]] = {
    8: _HISTORY,
    12: ("customer_error",),
    13: ("third_party_fault",),
    14: ("impossible_request",),
    15: ("helpless", "vulnerable"),
    17: ("discrimination_claim", "rude_staff"),
    18: ("want_human", "bot_loop"),
    19: ("outage",),
}
_PUBLIC = ("review", "social")
_LONG_WORD = re.compile(r"\w{5,}")


@dataclass(frozen=True)
class Scene:
    """A brief with its language, address, topics, known facts and what was already said."""

    brief: Brief

    @property
    def language(self) -> Locale:
        """The language of the reply."""
        return self.brief.perception.language

    @cached_property
    def address(self) -> Literal["vy", "ty"]:
        """How the customer is addressed: as the brand does, or as the customer asked."""
        ty = self.brief.voice.address == "ty" or self.brief.perception.address == "ty"
        return "ty" if ty and self.language == "ru" and not self.business else "vy"

    @cached_property
    def business(self) -> bool:
        """Whether a company writes."""
        return self.brief.perception.has("b2b")

    @cached_property
    def register(self) -> Register:
        """The register in which scripts speak."""
        if self.address == "ty":
            return "ty"
        return "formal" if self.business else self.brief.voice.register_

    @cached_property
    def public(self) -> bool:
        """Whether strangers read the reply, so that nothing personal may stand in it."""
        return self.brief.conversation.channel in _PUBLIC

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """The heard signals, what the reply is about first."""
        heard = {signal.name for signal in self.brief.perception.signals}
        first = _ROW_FIRST.get(self.brief.frame.row, ())
        return tuple(dict.fromkeys(name for name in (*first, *_TOPICS) if name in heard))

    @cached_property
    def history(self) -> bool:
        """Whether the thread itself has become part of the trouble."""
        return any(topic in _HISTORY for topic in self.topics)

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """What the matter touches in the person's life."""
        return themes_of(self.customer_text, self.language)

    @cached_property
    def customer_text(self) -> str:
        """Everything the customer wrote, the newest message first: it is read from its start."""
        messages = self.brief.conversation.messages
        return "\n".join(m.text for m in reversed(messages) if m.role == "customer")

    @cached_property
    def known(self) -> dict[str, str]:
        """Facts that may be said back; none of the personal ones in public."""
        known = known_slots(self.brief)
        if self.public:
            return {name: value for name, value in known.items() if name not in PERSONAL}
        return known

    @cached_property
    def spoken(self) -> frozenset[str]:
        """Kinds of facts that nobody may ask for again."""
        return spoken_kinds(self.brief)

    @cached_property
    def labels(self) -> dict[str, str]:
        """What brackets are called."""
        return dict(wording(self.language)["labels"])

    @cached_property
    def said(self) -> frozenset[str]:
        """Sentences that we have already sent, reduced to letters and digits."""
        return frozenset(
            reduced(line)
            for text in self.brief.conversation.operator_texts
            for line in _pieces(text)
        )

    @cached_property
    def openings(self) -> frozenset[str]:
        """How our earlier messages began: their first two words."""
        return frozenset(opening(text) for text in self.brief.conversation.operator_texts)

    @cached_property
    def our_acts(self) -> frozenset[str]:
        """What our earlier messages have already done."""
        shown: set[str] = set()
        for text in self.brief.conversation.operator_texts:
            shown |= acts_of(text, self.language)
        return frozenset(shown)

    def fresh(self, text: str) -> bool:
        """Say whether a sentence has not been sent in this thread yet."""
        return reduced(text) not in self.said

    def script(self, hit: Hit) -> Script | None:
        """Return the script of a hit, if it is one that has words to say."""
        record = hit.record
        return record if isinstance(record, Script) and any(dict(record.reply).values()) else None


def reduced(text: str) -> str:
    """Return the letters and digits of a sentence, for comparing."""
    return "".join(char for char in folded(text) if char.isalnum())


def roots(text: str) -> frozenset[str]:
    """Return the first five letters of the longer words: enough to tell one option from another."""
    return frozenset(word[:5] for word in _LONG_WORD.findall(folded(text)))


def opening(text: str) -> str:
    """Return the first two words of a text, for not beginning alike twice."""
    return " ".join(folded(text).split()[:2])


def _pieces(text: str) -> Sequence[str]:
    from copilot.suggestion import Draft

    sentences = [sentence.text for sentence in Draft.from_text(text).sentences]
    return [*sentences, *text.splitlines()]
