"""The chart of the calendar: how many documents begin and end to hold in each month, as SVG."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from markupsafe import Markup

from knowledge.listing import Event

_WIDE, _HIGH, _FOOT, _HEAD = 60, 90, 34, 16  # units of the viewBox, a month wide


def months_from(on: date, shift: int, count: int) -> list[date]:
    """Return the first days of months, beginning `shift` months from the one of `on`."""
    first = on.year * 12 + on.month - 1 + shift
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(count)]


def chart(
    events: Sequence[Event],
    months: Sequence[date],
    on: date,
    said: dict[str, Any],
    names: list[str],
) -> Markup:
    """Return the chart; its description says the numbers for those who cannot see it."""
    counted = Counter((event.day.replace(day=1), event.what) for event in events)
    most = max(counted.values(), default=1)
    width, height = _WIDE * len(months), _HEAD + _HIGH + _FOOT
    told = "; ".join(_told(month, counted, said, names) for month in months if _any(month, counted))
    columns = "".join(_column(n, month, counted, most, on, names) for n, month in enumerate(months))
    line = _HEAD + _HIGH
    return Markup(  # noqa: S704 - every text in it is escaped here
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="k-chart-t k-chart-d">'
        f'<title id="k-chart-t">{escape(str(said["chart"]))}</title>'
        f'<desc id="k-chart-d">{escape(told or str(said["nothing"]))}</desc>'
        f'<line class="ground" x1="0" y1="{line}" x2="{width}" y2="{line}"/>{columns}</svg>'
    )


def _column(
    n: int, month: date, counted: Counter[Any], most: int, on: date, names: list[str]
) -> str:
    middle = _WIDE * n + _WIDE / 2
    bars = "".join(
        _bar(middle + offset, counted[month, what], most, what)
        for what, offset in (("starts", -15), ("ends", 1))
    )
    now = " now" if month == on.replace(day=1) else ""
    year = (
        f'<tspan x="{middle:g}" dy="13">{month.year}</tspan>' if n == 0 or month.month == 1 else ""
    )
    return (
        f'{bars}<text class="month{now}" x="{middle:g}" y="{_HEAD + _HIGH + 15}">'
        f"{escape(names[month.month - 1])}{year}</text>"
    )


def _bar(x: float, count: int, most: int, what: str) -> str:
    if not count:
        return ""
    high = max(3.0, _HIGH * count / most)
    top = _HEAD + _HIGH - high
    return (
        f'<rect class="{what}" x="{x:g}" y="{top:.1f}" width="14" height="{high:.1f}" rx="3"/>'
        f'<text class="count" x="{x + 7:g}" y="{top - 4:.1f}">{count}</text>'
    )


def _any(month: date, counted: Counter[Any]) -> bool:
    return bool(counted[month, "starts"] or counted[month, "ends"])


def _told(month: date, counted: Counter[Any], said: dict[str, Any], names: list[str]) -> str:
    return str(said["chart_month"]).format(
        month=f"{names[month.month - 1]} {month.year}",
        starts=counted[month, "starts"],
        ends=counted[month, "ends"],
    )
