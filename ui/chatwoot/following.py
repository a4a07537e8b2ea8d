"""Reading a conversation again: what Chatwoot says now is what is kept, and a draft lies ready."""

import logging
from datetime import datetime
from typing import Any

from copilot.errors import TeploError
from ui.chatwoot.client import Chatwoot
from ui.chatwoot.reading import opened, positive, written
from ui.kept import Keeper, draft_ahead, take_in

LOG = logging.getLogger("teplo.chatwoot")

MAX_PAGES = 10  # of twenty messages, of a conversation that was not known before


def follow(copilot: Keeper, chatwoot: Chatwoot, account: int, number: int, *, now: datetime) -> str:
    """Read a conversation again, keep it, draft for whoever waits; return its id here.

    Raises:
        ChatwootTrouble: it cannot be read; what is kept stays as it is.
    """
    about = opened(account, number, chatwoot.conversation(account, number))
    messages = written(_all_new(copilot, chatwoot, account, number))
    kept = take_in(copilot, about, messages, now=now)
    try:
        draft_ahead(copilot, kept.id, now=now)
    except TeploError:
        LOG.warning("No draft could be made ahead.", exc_info=True)
    return kept.id


def _all_new(
    copilot: Keeper, chatwoot: Chatwoot, account: int, number: int
) -> list[dict[str, Any]]:
    """Read pages from the newest back to what is known already."""
    known = _known(copilot, account, number)
    read = page = chatwoot.messages(account, number)
    for _ in range(MAX_PAGES - 1):
        ids = [n for one in page if (n := positive(one.get("id"))) is not None]
        if not ids or min(ids) in known or len(page) < 20:
            break
        page = chatwoot.messages(account, number, before=min(ids))
        read = [*page, *read]
    return read


def _known(copilot: Keeper, account: int, number: int) -> set[int]:
    conversations = copilot.records.conversations
    name = conversations.named("chatwoot", str(account), str(number))
    if name is None:
        return set()
    said = conversations.whole(name).messages
    return {n for one in said if (n := positive(one.outer_id)) is not None}
