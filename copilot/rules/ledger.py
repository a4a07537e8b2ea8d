"""What we have promised in a conversation and when it falls due; what a draft asks to be reminded of."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

from pydantic import AwareDatetime

from copilot.brief import Brief
from copilot.conversation import Conversation, Frozen
from copilot.rules.acts import acts_of
from copilot.rules.lexicon import language_of
from copilot.rules.promises import Scope, promises
from copilot.rules.quantity import MINUTES, Quantity
from copilot.rules.stems import stems
from copilot.rules.verdicts import add_business_days
from copilot.rules.view import View
from copilot.suggestion import Draft, Finding

_READ_MESSAGES = 60  # the newest of a thread
_EVENING = time(23, 59)
_SAME = 2  # words in common from which a draft speaks of a promise
_SHOWN = 60  # characters of a promise that the operator sees in the reason
_OURS = ("operator", "bot")


class Pledge(Frozen):
    """A promise of ours in the thread (`message` is its index) or in a draft (-1).

    `due` is unknown where no time was named or the message has none; `late` says that it has passed
    and, for a promise to write, that we did not write before.
    """

    text: str
    message: int
    scope: Scope
    due: AwareDatetime | None = None
    status: Literal["open", "late"] = "open"


def pledges(conversation: Conversation, now: datetime) -> tuple[Pledge, ...]:
    """Return what people of ours have promised in a thread, oldest first."""
    found: list[Pledge] = []
    messages = tuple(enumerate(conversation.messages))[-_READ_MESSAGES:]
    for n, message in messages:
        if message.role not in _OURS:
            continue
        day = message.at.date() if message.at else None
        for promise in promises(message.text, language_of(message.text), day):
            due = _due(promise.numbers, message.at) if message.at else None
            written = [m.at for at, m in messages if at > n and m.role in _OURS and m.at]
            kept = promise.scope == "own_followup" and any(due and at <= due for at in written)
            late = due is not None and due < now and not kept
            found.append(
                Pledge(
                    text=promise.text.strip(),
                    message=n,
                    scope=promise.scope,
                    due=due,
                    status="late" if late else "open",
                )
            )
    return tuple(found)


def reminders(draft: Draft, brief: Brief) -> tuple[Pledge, ...]:
    """Return the operator's own next steps in a draft that have a time, to be reminded of."""
    language = language_of(draft.text, otherwise=brief.perception.language)
    heard = promises(draft.text, language, brief.now.date())
    return tuple(
        Pledge(text=promise.text.strip(), message=-1, scope=promise.scope, due=due)
        for promise in heard
        if promise.scope == "own_followup" and (due := _due(promise.numbers, brief.now))
    )


def broken(view: View) -> Iterator[Finding]:
    """Yield one finding when a promise of ours has passed its time and the draft is silent on it."""
    late = [p for p in pledges(view.brief.conversation, view.brief.now) if p.status == "late"]
    if not late or not view.sentences or _owns_up(view, late):
        return
    last = late[-1]
    why: str = view.wording["details"]["broken_promise"]
    why = why.replace("{value}", last.text[:_SHOWN]).replace("{n}", str(last.message + 1))
    first = view.sentences[0]
    place = (first.start, first.end)
    yield view.finding("broken_promise", "unverified_promise", "medium", place, why=why)


def _owns_up(view: View, late: Sequence[Pledge]) -> bool:
    """An apology will do, or a word on the matter: two words in common, one where it takes it up."""
    matter = frozenset(stem for pledge in late for stem in stems(pledge.text))
    if len(stems(view.text) & matter) >= _SAME:
        return True
    return any(
        act.name == "apologise" or (act.name == "ack" and stems(act.text) & matter)
        for act in acts_of(view.text, view.language)
    )


def _due(numbers: Sequence[Quantity], at: datetime) -> datetime | None:
    """Return the last moment at which a promise made at `at` is kept; None if it names no time."""
    days = [date.fromordinal(int(q.top)) for q in numbers if q.kind == "date" and q.top]
    hours = [q.top for q in numbers if q.kind == "clock" and q.top is not None]
    terms = [q for q in numbers if q.kind == "span" and q.top]
    if hours:
        day = max(days, default=at.date())
        midnight = datetime.combine(day, time.min, tzinfo=at.tzinfo)
        return midnight + timedelta(minutes=min(max(hours), 24 * 60 - 1))
    if days:
        return datetime.combine(max(days), _EVENING, tzinfo=at.tzinfo)
    ends = [_after(term, at) for term in terms]
    return max(ends, default=None)


def _after(term: Quantity, at: datetime) -> datetime:
    minutes = term.top or 0
    if term.calendar == "business":
        last = add_business_days(at.date(), round(minutes / MINUTES["day"]))
        return datetime.combine(last, _EVENING, tzinfo=at.tzinfo)
    return at + timedelta(minutes=minutes)
