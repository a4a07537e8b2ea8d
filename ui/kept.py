"""Kept conversations at work: taken in, measured, drafted for."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from copilot.conversation import Conversation
from copilot.records import Kept, KeptDraft, Opened, Records, Written
from copilot.suggestion import Result
from knowledge import Framework
from ui.gapnotes import note_gap

if TYPE_CHECKING:
    from copilot.settings import Settings


class Keeper(Protocol):
    """The part of `Copilot` that keeping conversations needs."""

    @property
    def settings(self) -> "Settings":
        """What is set."""
        ...

    @property
    def records(self) -> Records:
        """Where they are kept."""
        ...

    def suggest(
        self, conversation: Conversation, *, framework: Framework | None = None, llm: bool = True
    ) -> Result:
        """Draft replies."""
        ...


def take_in(copilot: Keeper, opened: Opened, written: Sequence[Written], *, now: datetime) -> Kept:
    """Keep a conversation, and measure what was sent against what was offered."""
    records = copilot.records
    kept = records.conversations.put(opened, written, now=now)
    records.drafts.measure(kept.id, kept.fresh, now=now)
    return kept


def take_further(copilot: Keeper, name: str, written: Sequence[Written], *, now: datetime) -> Kept:
    """Keep further messages, and measure what was sent against what was offered.

    Raises:
        NoSuchRecord: there is no such conversation.
    """
    kept = copilot.records.conversations.add(name, written, now=now)
    copilot.records.drafts.measure(name, kept.fresh, now=now)
    return kept


def draft_ahead(copilot: Keeper, name: str, *, now: datetime) -> KeptDraft | None:
    """Draft for whoever waits, before anybody asks; nothing when a draft is there or nobody waits.

    Only the embedded composer writes: what nobody may ever open is not sent to a model.

    Raises:
        NoSuchRecord: there is no such conversation.
    """
    line = copilot.records.conversations.whole(name).line
    if line.waiting_since is None or not line.open or line.draft == "ready":
        return None
    return draft_now(copilot, name, now=now)


def draft_now(copilot: Keeper, name: str, *, now: datetime) -> KeptDraft | None:
    """Draft for a kept conversation and keep the draft; nothing when the customer said nothing.

    Raises:
        NoSuchRecord: there is no such conversation.
    """
    whole = copilot.records.conversations.whole(name)
    conversation = whole.conversation(now=now)
    if not conversation.last_customer_text.strip():
        return None
    result = copilot.suggest(conversation, llm=False)
    note_gap(copilot, conversation, result)
    through = max(message.n for message in whole.messages)
    return copilot.records.drafts.keep(name, result, through=through, now=now)
