"""The ways out: a private note, and a reply that the operator has confirmed. Each goes only once."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from copilot.conversation import Conversation
from copilot.errors import NoSuchRecord
from copilot.records import Sending
from ui.chatwoot.client import Chatwoot
from ui.chatwoot.errors import ChatwootTrouble, NewerMessage, NotSendable, Unclear
from ui.chatwoot.following import follow
from ui.chatwoot.reading import moment, positive
from ui.kept import Keeper

if TYPE_CHECKING:
    from copilot import Review

LOG = logging.getLogger("teplo.chatwoot")

_CLOCKS_APART = timedelta(seconds=120)  # between ours and Chatwoot's
_SURELY_NOT_SENT = {"refused", "missing", "busy", "redirected"}


class Checker(Keeper, Protocol):
    """A copilot that also checks what a person wrote."""

    def check(self, conversation: Conversation, text: str) -> "Review":
        """Run the rules over a text."""
        ...


@dataclass(frozen=True)
class Wish:
    """What is to be written where.

    `name` is the conversation here; `key` is one press of the button: the same key never sends
    twice; `seen` is the number of the newest message that the operator had before their eyes.
    """

    name: str
    text: str
    key: str
    seen: int = 0
    private: bool = False


def send_reply(copilot: Checker, chatwoot: Chatwoot, wish: Wish, *, now: datetime) -> str:
    """Send a confirmed reply as the owner of the client's token; return the message's id.

    Raises:
        NoSuchRecord: there is no such conversation, or it did not come from Chatwoot.
        NotSendable: a bracket is open, or the text has a critical finding.
        NewerMessage: somebody has written since.
        Unclear: an earlier try broke off, and the message is not to be seen.
        ChatwootTrouble: it was not sent, or (kind `away`) nobody knows.
    """
    place = _place(copilot, wish.name)
    if before := _sent_before(copilot, chatwoot, place, wish, now=now):
        return before
    try:
        follow(copilot, chatwoot, *place, now=now)
        _refuse_if_not_fit(copilot, wish, now)
    except Exception:
        copilot.records.sendings.drop(wish.key)
        raise
    sent = _write(copilot, chatwoot, place, wish)
    try:
        follow(copilot, chatwoot, *place, now=now)
    except ChatwootTrouble:
        LOG.warning("A reply went out and could not be read again yet.", exc_info=True)
    return sent


def leave_note(copilot: Keeper, chatwoot: Chatwoot, wish: Wish, *, now: datetime) -> str:
    """Leave a private note in a conversation; return its id.

    Raises:
        NoSuchRecord: there is no such conversation, or it did not come from Chatwoot.
        Unclear: an earlier try broke off, and the note is not to be seen.
        ChatwootTrouble: it was not written, or (kind `away`) nobody knows.
    """
    place = _place(copilot, wish.name)
    before = _sent_before(copilot, chatwoot, place, wish, now=now)
    return before or _write(copilot, chatwoot, place, wish)


def _place(copilot: Keeper, name: str) -> tuple[int, int]:
    line = copilot.records.conversations.whole(name).line
    account, number = positive(line.account), positive(line.outer_id)
    if line.source != "chatwoot" or account is None or number is None:
        raise NoSuchRecord(f"Conversation {name!r} did not come from Chatwoot.")
    return account, number


def _sent_before(
    copilot: Keeper, chatwoot: Chatwoot, place: tuple[int, int], wish: Wish, *, now: datetime
) -> str:
    """Write the wish down; return the message's id when an earlier try has sent it already."""
    known = copilot.records.sendings.begin(
        wish.key, wish.name, wish.text, private=wish.private, now=now
    )
    if not known.same:
        raise Unclear("This key was used for another text: press the button anew.")
    if known.state != "begun":
        return known.outer_id
    if found := _arrived(chatwoot, place, wish, known):
        copilot.records.sendings.sent(wish.key, found)
        return found
    raise Unclear(
        "An earlier try broke off and the message is not to be seen: look into Chatwoot, "
        "and press the button anew if it is not there."
    )


def _arrived(chatwoot: Chatwoot, place: tuple[int, int], wish: Wish, known: Sending) -> str:
    for message in chatwoot.messages(*place):
        at = moment(message.get("created_at"))
        same = str(message.get("content", "")).split() == wish.text.split()
        there = same and message.get("private") is wish.private
        if there and at is not None and at >= known.at - _CLOCKS_APART:
            return str(message.get("id", ""))
    return ""


def _refuse_if_not_fit(copilot: Checker, wish: Wish, now: datetime) -> None:
    whole = copilot.records.conversations.whole(wish.name)
    if any(one.n > wish.seen and one.role != "bot" for one in whole.messages):
        raise NewerMessage("Somebody has written since you looked: read it first.")
    review = copilot.check(whole.conversation(now=now), wish.text)
    if review.slots:
        raise NotSendable(f"Fill in what is still open: {', '.join(review.slots)}.")
    if review.blocked:
        spans = ", ".join(repr(one.span) for one in review.findings if one.blocks)
        raise NotSendable(f"This must not go out as it is: {spans}.")


def _write(copilot: Keeper, chatwoot: Chatwoot, place: tuple[int, int], wish: Wish) -> str:
    try:
        sent = chatwoot.write(*place, wish.text, private=wish.private, echo=wish.key)
    except ChatwootTrouble as trouble:
        if trouble.kind in _SURELY_NOT_SENT:
            copilot.records.sendings.drop(wish.key)
        raise
    copilot.records.sendings.sent(wish.key, sent)
    return sent
