"""The gap queue: what was asked and had no good answer, and what to do about it."""

from typing import Any, get_args

from knowledge import InvalidForm, Locale, Query
from knowledge.gaplist import Gap, GapState
from ui.api_answers import today
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Telling

STATES: tuple[GapState, ...] = get_args(GapState)
PER_PAGE = 30
_NEAR = 5


def opened(room: Room, asked: Asked) -> Telling:
    """Show a page of the queue."""
    state: GapState = next((one for one in STATES if one == asked.arg("state")), "open")
    locale: Locale | None = next(
        (one for one in get_args(Locale) if one == asked.arg("locale")), None
    )
    page = room.copilot.library.gaps.page(
        state, locale, page=max(1, asked.number("page")), per_page=PER_PAGE
    )
    most = max((gap.count for gap in page.items), default=1)
    html = room.paint("gaps", page=page, state=state, states=STATES, locale=locale or "", most=most)
    return Telling(parts={"k-gaps": html}, url={"tab": "gaps", "state": state})


def shown(room: Room, asked: Asked) -> Telling:
    """Show what was asked, and the documents that it may belong to."""
    gap = room.copilot.library.gaps.gap(asked.number("id"))
    return _open(room, gap)


def ignore(room: Room, asked: Asked) -> Telling:
    """Put a gap aside."""
    gap = room.copilot.library.gaps.ignore(asked.number("id"))
    return _done(room, gap, "gap_ignored")


def draft(room: Room, asked: Asked) -> Telling:
    """Make a draft article of an answer."""
    number = asked.number("id")
    try:
        gap, sheet = room.copilot.library.gaps.draft(
            number,
            asked.field("answer"),
            title=asked.field("title")[:200],
            question=asked.field("question")[:400],
        )
    except InvalidForm:
        told = _open(room, room.copilot.library.gaps.gap(number), asked, empty=True)
        return told.and_also(focus=f"k-gap-{number}-answer")
    return _done(room, gap, "gap_drafted", title=sheet.title)


def attach(room: Room, asked: Asked) -> Telling:
    """Let a document be found by the request."""
    gap, sheet = room.copilot.library.gaps.attach(
        asked.number("id"), asked.arg("document") or asked.field("document").strip()
    )
    return _done(room, gap, "gap_attached", title=sheet.title)


def undo(room: Room, asked: Asked) -> Telling:
    """Take the last action on a gap back."""
    gap = room.copilot.library.gaps.undo(asked.number("id"))
    return Telling(
        parts={f"k-gap-{gap.id}": room.paint("gap_line", gap=gap, most=gap.count)},
        notice=room.notice("gap_undone", request=gap.request),
        again=("gaps", "list"),
    )


def erase(room: Room, asked: Asked) -> Telling:
    """Delete a gap with its examples for good."""
    number = asked.number("id")
    gap = room.copilot.library.gaps.gap(number)
    room.copilot.library.gaps.erase(number)
    notice = room.notice("gap_erased", request=gap.request)
    return Telling(parts={f"k-gap-{number}": ""}, notice=notice, again=("gaps",))


def _open(room: Room, gap: Gap, asked: Asked | None = None, *, empty: bool = False) -> Telling:
    query = Query(text=gap.request, locale=gap.locale, on=today(), top_k=3 * _NEAR)
    near: dict[str, Any] = {}
    for hit in room.copilot.library.search(query):
        near.setdefault(hit.document, hit)
    typed = {name: asked.field(name) if asked else "" for name in ("answer", "title", "question")}
    html = room.paint("gap", gap=gap, near=list(near.values())[:_NEAR], typed=typed, empty=empty)
    return Telling(parts={f"k-gap-{gap.id}-more": html})


def _done(room: Room, gap: Gap, key: str, **values: str) -> Telling:
    notice = room.notice(
        key, request=gap.request, undo={"do": "gap-undo", "id": str(gap.id)}, **values
    )
    html = room.paint("gap_done", gap=gap)
    return Telling(parts={f"k-gap-{gap.id}": html}, notice=notice, again=("list",))
