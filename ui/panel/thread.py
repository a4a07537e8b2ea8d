"""The conversation of a page: read back, joined with what was pasted, kept to a bearable size."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from copilot.conversation import Card, Channel, Conversation, Message, read_conversation
from knowledge import Locale
from ui.demo import demos, is_demo
from ui.locales import name_of
from ui.paste import Pasted

MAX_THREAD_CHARS = 120_000  # what a page sends back with every request; the newest messages stay

EMPTY = Conversation(id="new", messages=())


def read_thread(raw: dict[str, Any] | None, *, now: datetime) -> Conversation:
    """Read the conversation that the page holds; `now` is the moment of the reply, demos have theirs."""
    if not raw:
        return EMPTY.model_copy(update={"now": now})
    conversation = read_conversation(raw, now=now)
    return conversation if is_demo(conversation) else conversation.model_copy(update={"now": now})


def joined(
    conversation: Conversation, pasted: Pasted, *, card: Card, channel: Channel, fresh_id: str
) -> Conversation:
    """Put what was pasted into the conversation: a whole chat replaces it, a message goes on.

    A demo is always replaced; what replaces gets `fresh_id`.
    """
    afresh = bool(pasted.messages) and (
        pasted.log or is_demo(conversation) or not conversation.messages
    )
    before = () if afresh else conversation.messages
    return Conversation(
        id=fresh_id if afresh else conversation.id,
        channel=channel,
        now=conversation.now,
        messages=_newest((*before, *pasted.messages)),
        card=card,
    )


def with_card(conversation: Conversation, card: Card, notes: Sequence[str] = ()) -> Conversation:
    """Return the conversation with this card, and notes added that hold for one request."""
    whole = Card(facts=card.facts, notes=(*card.notes, *notes))
    return conversation.model_copy(update={"card": whole})


def card_text(card: Card, language: Locale) -> str:
    """Write a card as the lines from which it can be read again."""
    facts = (f"{name_of('facts', kind, language)}: {value}" for kind, value in card.facts.items())
    return "\n".join((*facts, *card.notes))


def demo_in(language: Locale, like: Conversation | None = None) -> Conversation:
    """Return the demo of this language that corresponds to another one, or the first."""
    found = [
        d.conversation for d in demos(language) if like is not None and d.conversation.id == like.id
    ]
    return found[0] if found else demos(language)[0].conversation


def _newest(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    kept: list[Message] = []
    left = MAX_THREAD_CHARS
    for message in reversed(messages):
        left -= len(message.text)
        if left < 0 and kept:
            break
        kept.append(message)
    return tuple(reversed(kept))
