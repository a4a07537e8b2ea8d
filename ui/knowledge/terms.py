"""The calendar of validity: what begins and what ends to hold, month by month."""

from datetime import date
from itertools import groupby

from knowledge.listing import Event, Filter
from ui.api_answers import today
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Telling
from ui.view.knowledge_calendar import chart, months_from

MONTHS = 12
_FARTHEST = 120  # months away from today that one can turn to


def opened(room: Room, asked: Asked) -> Telling:
    """Show a year, from the month before this one unless another is asked for."""
    given = asked.arg("shift")
    shift = int(given) if given.lstrip("-").isdecimal() and len(given) < 5 else -1
    shift = max(-_FARTHEST, min(shift, _FARTHEST))
    on = today()
    months = months_from(on, shift, MONTHS)
    overview = room.copilot.library.overview
    events = overview.calendar(months[0], _eve(months[-1]))
    html = room.paint(
        "terms",
        chart=chart(events, months, on, room.said["terms"], room.said["months_short"]),
        months=[(month, own) for month, own in _by_month(events)],
        shift=shift,
        step=MONTHS,
        span=(months[0], months[-1]),
        expired=overview.page(Filter(per_page=1), on).counts["state"].get("expired", 0),
        on=on,
    )
    return Telling(parts={"k-terms": html}, url={"tab": "terms"})


def _eve(month: date) -> date:
    """Return the last day of a month."""
    after = months_from(month, 1, 1)[0]
    return date.fromordinal(after.toordinal() - 1)


def _by_month(events: tuple[Event, ...]) -> list[tuple[date, list[Event]]]:
    return [
        (month, list(own))
        for month, own in groupby(events, key=lambda event: event.day.replace(day=1))
    ]
