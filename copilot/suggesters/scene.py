"""Scene: one brief as the composer sees it, with everything that is looked up only once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from copilot.brief import Brief
from copilot.cues import acts_of, folded, hears, themes_of, wording
from copilot.framing_look import ANSWERED, Look
from copilot.suggesters.slots import PERSONAL, known_slots, spoken_kinds
from knowledge import Hit, Locale, Register, Script, normalise

# Signals by how well they say what the matter is, the most particular first.
_TOPICS = (
    "data_leak", "double_charge", "wrong_item", "missing_item", "defect", "outage",
    "non_delivery", "delay", "quality", "money_loss", "discrimination_claim", "rude_staff",
    "money_dispute", "cancel_request", "refund_request", "compensation_request",
    "third_party_fault", "customer_error", "impossible_request", "privacy_request",
    "reask_complaint", "bot_loop", "waiting_unanswered", "want_human", "broken_promise",
    "repeat_contact", "legal_threat", "regulator_threat", "publicity_threat", "churn_threat",
    "argument", "helpless", "vulnerable", "accessibility", "language_barrier", "loyal_customer", "b2b", "how_to", "status_request",
    "simple_question",
)  # fmt: skip
HISTORY = ("broken_promise", "repeat_contact", "waiting_unanswered", "reask_complaint", "bot_loop")
_ROW_FIRST: dict[int, tuple[str, ...]] = {
    8: HISTORY,
    12: ("customer_error",),
    13: ("third_party_fault",),
    14: ("impossible_request",),
    15: ("helpless", "vulnerable"),
    17: ("discrimination_claim", "rude_staff"),
    18: ("want_human", "bot_loop"),
    19: ("outage",),
}
_SLIP_ROW, _CONDUCT_ROW = 12, 17
_TROUBLE = (
    "double_charge", "wrong_item", "missing_item", "defect", "outage", "non_delivery", "delay",
    "quality", "money_loss", "rude_staff", "discrimination_claim", "data_leak",
)  # fmt: skip
# Cues of which all of one group must be heard for a signal to be spoken of.
_SHOWN_IN: dict[str, tuple[tuple[str, ...], ...]] = {
    "waiting_unanswered": (("silence",),),
    "broken_promise": (("promised",),),
    "delay": (("waits",), ("promised",), ("moved",)),
    "missing_item": (("goods", "lacking"),),
    "wrong_item": (("goods", "wrong"),),
}
# What touches a person most is named first.
_THEMES_FIRST = ("health", "child", "money_tight", "study", "event", "gift")
_SHORT_TURN = 70  # characters: a follow-up that tells nothing new
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
        heard = self._believed()
        if self.brief.frame.row == _SLIP_ROW:
            heard.add("customer_error")
        if self.brief.frame.row == _CONDUCT_ROW and "discrimination_claim" not in heard:
            heard.add("rude_staff")
        if not heard.intersection(_TROUBLE) and self._hears("waits"):
            heard.add("delay")
        first = _ROW_FIRST.get(self.brief.frame.row, ())
        return tuple(dict.fromkeys(name for name in (*first, *_TOPICS) if name in heard))

    def _believed(self) -> set[str]:
        """Return the signals that the words bear out: a reply must not speak of what was not said."""
        heard = {signal.name for signal in self.brief.perception.signals}
        if Look(self.brief.perception, self.brief.conversation).answered:
            heard.discard("waiting_unanswered")
        return {
            name
            for name in heard
            if name not in _SHOWN_IN
            or any(all(self._hears(cue) for cue in cues) for cues in _SHOWN_IN[name])
        }

    @cached_property
    def history(self) -> bool:
        """Whether the thread itself has become part of the trouble."""
        return any(topic in HISTORY for topic in self.topics)

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """What the matter touches in the person's life."""
        found = themes_of(self.customer_text, self.language)
        first = [theme for theme in _THEMES_FIRST if theme in found]
        return tuple(dict.fromkeys((*first, *found)))

    @cached_property
    def customer_text(self) -> str:
        """Everything the customer wrote, the newest message first: it is read from its start."""
        messages = self.brief.conversation.messages
        return "\n".join(m.text for m in reversed(messages) if m.role == "customer")

    @cached_property
    def known(self) -> dict[str, str]:
        """Facts that may be said back; none of the personal ones in public."""
        known = known_slots(self.brief)
        if "order" not in self.brief.conversation.card.facts and not self._hears("orderish"):
            known.pop("order", None)  # a number, but of a booking, a payment or a contract
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
    def failed(self) -> bool:
        """Whether it is settled that we failed, by the notes or by what was heard."""
        return Look(self.brief.perception, self.brief.conversation).failed

    @cached_property
    def noted(self) -> str:
        """Whose doing it is by the notes on the card: ours, other, or nothing."""
        return Look(self.brief.perception, self.brief.conversation).noted

    @cached_property
    def returning(self) -> bool:
        """Whether the customer only comes back for what we owe them: a short turn after ours."""
        turn = self.brief.conversation.last_customer_text
        return len(turn) <= _SHORT_TURN and not self.our_acts.isdisjoint(ANSWERED)

    @cached_property
    def rising(self) -> bool:
        """Whether the customer has grown angrier since the turn before."""
        course = self.brief.perception.course
        return len(course) > 1 and course[-1] > max(course[-2], 1)

    def counts(self, text: str) -> bool:
        """Say whether a sentence tells how often it has happened."""
        return hears(text, "counted", self.language)

    def _hears(self, cue: str) -> bool:
        group = "composing" if cue == "orderish" else "cues"
        return hears(self.customer_text, cue, self.language, group=group)

    @cached_property
    def retold(self) -> str:
        """What happened in the customer's own words, said back; empty where that is not safe."""
        from copilot.suggesters.mirror import mirrored

        return mirrored(self, settled=self.failed)

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
    return "".join(char for char in folded(normalise(text)) if char.isalnum())


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
