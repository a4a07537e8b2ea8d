"""Look: a conversation as the decision table sees it, with what the notes on the card settle."""

from dataclasses import dataclass
from functools import cached_property

from copilot.brief import Perception
from copilot.conversation import Conversation
from copilot.cues import acts_of, contact_number, hears, shows, without

# Signals that by themselves show that something of ours went wrong.
OURS = (
    "double_charge", "wrong_item", "missing_item", "broken_promise", "reask_complaint",
    "rude_staff", "waiting_unanswered", "bot_loop",
)  # fmt: skip
_HISTORY = ("broken_promise", "rude_staff", "reask_complaint", "bot_loop")
# What a message of ours has done that was more than «I am looking».
ANSWERED = ("ack", "apologise", "empathy", "deadline", "options", "follow_up", "explain_reason")
_MORE_THAN_LOOKING = 60  # characters
_PLEASED = 0.15
_CALM = 0.3  # the chance of an upset person below which a question is but a question
_STIRRED = 0.6  # the chance of an upset person from which a mild tone still is no plain question


@dataclass(frozen=True)
class Look:
    """A conversation as the table sees it."""

    perception: Perception
    conversation: Conversation

    def has(self, *names: str) -> bool:
        """Say whether any of these signals was heard."""
        return self.perception.has(*names)

    @cached_property
    def text(self) -> str:
        """The customer's last turn."""
        return self.conversation.last_customer_text

    @cached_property
    def upset(self) -> int:
        """Hostility 0–4 of the last turn."""
        return self.perception.hostility

    @cached_property
    def noted(self) -> str:
        """What the notes on the card say of whose doing it is: ours, other, or nothing."""
        language = self.perception.language
        notes = [without(note, "no_failure", language) for note in self.conversation.card.notes]
        if any(shows(note, "ours_failed", language) for note in notes):
            return "ours"
        return "other" if any(shows(note, "not_ours", language) for note in notes) else ""

    @cached_property
    def refused(self) -> bool:
        """Whether the notes refuse what is asked for."""
        wants = self.has("refund_request", "compensation_request", "cancel_request")
        language = self.perception.language
        return wants and any(
            shows(note, "refused", language) for note in self.conversation.card.notes
        )

    @cached_property
    def general(self) -> bool:
        """Whether it is a failure that many have, as far as the card tells."""
        notes = self.conversation.card.notes
        language = self.perception.language
        known = bool(self.conversation.card.incident)
        known = known or any(shows(note, "incident", language) for note in notes)
        return self.has("outage") and (known or not notes)

    @cached_property
    def conduct(self) -> bool:
        """Whether the notes say how a complaint about somebody of ours is dealt with."""
        language = self.perception.language
        notes = self.conversation.card.notes
        return self.upset > 0 and any(shows(note, "conduct", language) for note in notes)

    @cached_property
    def over(self) -> bool:
        """Whether what we were asked for has come about, by the customer's own words."""
        ours = bool(self.conversation.operator_texts)
        return ours and hears(self.text, "solved", self.perception.language)

    @cached_property
    def stirred(self) -> bool:
        """Whether the person is upset, by the tone or by what the vectors say of the message."""
        return self.upset >= 2 or (self.upset > 0 and self.perception.upset >= _STIRRED)

    @cached_property
    def failed(self) -> bool:
        """Whether it looks as if we failed: noted, said so, or shown by the signals."""
        if self.noted == "ours":
            return True
        if self.slip:
            return False
        if self.noted == "other" and not (self.has(*_HISTORY) or self.silent):
            return False
        if self.perception.failure != "unknown":
            return self.perception.failure == "yes"
        return self.has(*OURS) and not self.has("third_party_fault", "customer_error", "argument")

    @cached_property
    def settled(self) -> bool:
        """Whether the customer is calm and closes the matter: thanks or agrees, asks nothing."""
        if self.upset or self.perception.distress > 1 or "?" in self.text or not self.text.strip():
            return False
        language = self.perception.language
        opening = not self.conversation.operator_texts
        if (opening and self.perception.request) or hears(self.text, "still", language):
            return False
        return hears(self.text, "settled", language) or hears(self.text, "thanks", language)

    @cached_property
    def asks_bot(self) -> bool:
        """Whether the customer wonders if a person is answering."""
        return hears(self.text, "bot_question", self.perception.language)

    @cached_property
    def bounded(self) -> bool:
        """Whether we have already drawn the boundary in this thread."""
        language = self.perception.language
        return any("boundary" in acts_of(t, language) for t in self.conversation.operator_texts)

    @cached_property
    def answered(self) -> bool:
        """Whether the last message before this turn is ours and more than «I am looking»."""
        before = [m for m in self.conversation.messages if m.role != "customer"]
        if not before or before[-1].role != "operator":
            return False
        text = before[-1].text
        told = len(text) > _MORE_THAN_LOOKING
        return told or not acts_of(text, self.perception.language).isdisjoint(ANSWERED)

    @cached_property
    def slip(self) -> bool:
        """Whether the customer tells of a slip of their own."""
        own = self.has("customer_error") or hears(self.text, "slip", self.perception.language)
        return own and self.noted != "ours"

    @cached_property
    def calm_question(self) -> bool:
        """Whether a person who is not upset simply asks."""
        calm = self.upset == 0 and self.perception.upset < _CALM
        return calm and self.has("simple_question", "how_to", "status_request")

    @cached_property
    def accused(self) -> bool:
        """Whether «fraud» is but a word for how we are seen, and nobody got at an account."""
        language = self.perception.language
        hits = hears(self.text, "accuses", language)
        return hits and not hears(self.text, "real_fraud", language)

    @cached_property
    def claims(self) -> bool:
        """Whether a company writes with a claim, however politely."""
        return self.has("b2b") and hears(self.text, "claim", self.perception.language)

    @cached_property
    def glad(self) -> bool:
        """Whether thanks are all that is said: the vectors hear joy, and nothing is asked."""
        joyful = 0 < self.perception.upset < _PLEASED
        thanks = self.has("thanks", "praise") or hears(
            self.text, "thanks", self.perception.language
        )
        return joyful and thanks and "?" not in self.text

    @cached_property
    def pleased(self) -> bool:
        """Whether praise is meant: nothing angry in it, or all but nothing."""
        return self.upset == 0 or (self.upset == 1 and self.perception.upset < _PLEASED)

    @cached_property
    def silent(self) -> bool:
        """Whether we have left the customer without an answer, and they say so."""
        return not self.answered and hears(self.text, "silence", self.perception.language)

    @cached_property
    def nth(self) -> str:
        """Which contact this is, in words, or an empty string."""
        return contact_number(self.perception)
