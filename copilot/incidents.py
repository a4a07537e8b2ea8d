"""Incidents: a failure that many customers write about, told to all of them in the same true words.

A lead switches an incident on with confirmed facts, a way round and the time of the next update.
Every conversation that complains of it then carries these as notes of its customer card: replies
state them, checks accept them, and nothing else changes.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from copilot.brief import Perception, Signal
from copilot.conversation import Card, Conversation, Frozen
from copilot.packaged import packaged
from copilot.rules.stems import stems
from knowledge import Locale

MAX_FACTS = 5
_SPAN_CHARS = 200
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
# What a message must show, beside the words of the incident, to be about its failure.
_TROUBLE = (
    "outage", "defect", "complaint", "delay", "non_delivery", "helpless", "money_loss", "quality",
    "double_charge", "broken_promise", "repeat_contact", "waiting_unanswered", "status_request",
)  # fmt: skip


class Told(Frozen):
    """What customers are told in one language: confirmed facts, and a way round if there is one."""

    facts: tuple[_Line, ...] = Field(min_length=1, max_length=MAX_FACTS)
    workaround: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    allowance: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


class Incident(Frozen):
    """A failure with what is known of it.

    `about` are phrases by which customers speak of it; a message is concerned when it has all words
    of one of them and tells of trouble. Without phrases every message about an outage is. `told` may
    lack a language: conversations in it are left alone. `allowance` is for operators: what they may
    give for the trouble.
    """

    id: str
    title: _Line
    about: tuple[_Line, ...] = ()
    told: dict[Locale, Told] = Field(min_length=1)
    next_update: AwareDatetime | None = None
    started: AwareDatetime
    started_by: str = ""
    ended: AwareDatetime | None = None
    ending: dict[Locale, _Line] = Field(default_factory=dict)

    def overdue(self, now: datetime) -> bool:
        """Say whether the promised update is late: it is no longer told to anybody."""
        return self.ended is None and self.next_update is not None and self.next_update < now

    def concerns(self, text: str, perception: Perception) -> bool:
        """Say whether a message with this perception complains of this failure."""
        if self.ended is not None or perception.language not in self.told:
            return False
        if not self.about:
            return perception.has("outage")
        if perception.hostility == 0 and perception.distress == 0 and not perception.has(*_TROUBLE):
            return False
        said = stems(text)
        return any(wanted <= said for phrase in self.about if (wanted := stems(phrase)))

    def notes(self, language: Locale, now: datetime | None, zone: tzinfo | None) -> tuple[str, ...]:
        """Return what a reply in this language may state, as notes of a customer card."""
        told, words = self.told[language], packaged("wording", f"incident_{language}.yaml")
        notes = list(told.facts)
        if told.workaround:
            notes.append(words["workaround"].format(text=told.workaround))
        if told.allowance:
            notes.append(words["allowance"].format(text=told.allowance))
        if self.next_update is not None and now is not None and not self.overdue(now):
            at, today = self.next_update.astimezone(zone), now.astimezone(zone).date()
            day = "" if at.date() == today else f"{at.day} {words['months'][at.month - 1]}"
            notes.append(
                words["update_on" if day else "update"].format(day=day, time=f"{at:%H:%M}")
            )
        return tuple(notes)


def informed(
    conversation: Conversation, perception: Perception, incidents: Iterable[Incident]
) -> tuple[Conversation, Perception]:
    """Give a conversation that an incident concerns its facts; others come back as they are.

    The newest incident counts when several do. The conversation counts as one about an outage, so
    that the decision table sees it.
    """
    text = conversation.last_customer_text
    found = [one for one in incidents if one.concerns(text, perception)]
    if not found or not text:
        return conversation, perception
    incident = max(found, key=lambda one: one.started)
    now = conversation.now
    notes = incident.notes(perception.language, now, now.tzinfo if now else None)
    card = Card(
        facts=conversation.card.facts,
        notes=(*notes, *conversation.card.notes),
        incident=incident.id,
    )
    if not perception.has("outage"):
        last = max(n for n, one in enumerate(conversation.messages) if one.role == "customer")
        span = conversation.messages[last].text[:_SPAN_CHARS]
        signal = Signal(name="outage", span=span, message=last)
        perception = perception.model_copy(update={"signals": (*perception.signals, signal)})
    return conversation.model_copy(update={"card": card}), perception
