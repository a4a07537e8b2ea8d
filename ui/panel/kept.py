"""Kept conversations in the panel: opened, pasted ones taken in, drafts remembered as shown."""

from collections.abc import Sequence
from datetime import datetime

from copilot.conversation import Card, Conversation, Message
from copilot.errors import NoSuchRecord
from copilot.records import Opened, Told, Whole, Written
from copilot.suggestion import Result
from ui.kept import Keeper, take_further, take_in
from ui.view.screen import KeptView


def open_kept(copilot: Keeper, name: str, *, now: datetime) -> tuple[Conversation, KeptView]:
    """Return a kept conversation and how it stands, without a draft.

    Raises:
        NoSuchRecord: there is no such conversation.
    """
    whole = copilot.records.conversations.whole(name)
    return whole.conversation(now=now), _view(whole)


def keep_pasted(
    copilot: Keeper,
    before: Conversation,
    after: Conversation,
    pasted: Sequence[Message],
    *,
    now: datetime,
) -> tuple[Conversation, KeptView]:
    """Keep what was pasted: it goes on with the conversation before it, or begins a new one."""
    name = _going_on(copilot, before, after)
    if name:
        more = pasted if after.id == before.id else after.messages[len(before.messages) :]
        take_further(copilot, name, _written(more), now=now)
    else:
        opened = Opened(source="panel", channel=after.channel, card=after.card)
        name = take_in(copilot, opened, _written(after.messages), now=now).id
    whole = copilot.records.conversations.whole(name)
    return after.model_copy(update={"id": name}), _view(whole)


def keep_card(copilot: Keeper, name: str, card: Card) -> None:
    """Remember what an operator knows of the customer; nothing when the conversation is not kept."""
    try:
        copilot.records.conversations.set_card(name, card)
    except NoSuchRecord:
        return


def offered(copilot: Keeper, view: KeptView, result: Result, *, now: datetime) -> KeptView:
    """Remember that these drafts were shown; the same ones, made ahead, are not kept twice."""
    whole = copilot.records.conversations.whole(view.id)
    draft = whole.draft
    texts = [one.text for one in result.suggestions]
    ready = draft is not None and draft.through >= view.seen
    if draft is None or not ready or [option["text"] for option in draft.options] != texts:
        draft = copilot.records.drafts.keep(view.id, result, through=view.seen, now=now)
    copilot.records.drafts.tell(view.id, draft.id, Told(what="shown"), now=now)
    return view.model_copy(update={"draft": draft.id})


def _view(whole: Whole) -> KeptView:
    seen = max((message.n for message in whole.messages), default=0)
    chatwoot = whole.line.source == "chatwoot"
    return KeptView(id=whole.line.id, draft="", seen=seen, chatwoot=chatwoot)


def _going_on(copilot: Keeper, before: Conversation, after: Conversation) -> str:
    """Return the kept conversation that goes on: the same, or the same chat pasted with more in it."""
    said, now_said = ([m.text for m in one.messages] for one in (before, after))
    if after.id != before.id and (not said or now_said[: len(said)] != said):
        return ""
    try:
        return copilot.records.conversations.line(before.id).id
    except NoSuchRecord:
        return ""


def _written(messages: Sequence[Message]) -> tuple[Written, ...]:
    return tuple(Written(role=m.role, text=m.text, at=m.at) for m in messages if m.text.strip())
