"""Whether a source carries a number of a draft: who promises more than the source does."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal

from copilot.rules.quantities import Quantity

Verdict = Literal[
    "exact", "derived", "weaker", "better_than_policy", "over_limit", "condition_missing",
    "contradicts", "outdated_source", "absent", "unit_calendar_vs_business",
]  # fmt: skip
SUPPORTED: frozenset[str] = frozenset({"exact", "derived", "weaker", "condition_missing"})
# From fine to grave; of several numbers in one promise the gravest verdict stands.
GRAVITY: tuple[Verdict, ...] = (
    "exact", "derived", "weaker", "condition_missing", "unit_calendar_vs_business",
    "outdated_source", "better_than_policy", "absent", "contradicts", "over_limit",
)  # fmt: skip
_DAY = 1440
_SHORT = 720  # terms up to half a day are counted on the clock, longer ones in days


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the gravest of the verdicts."""
    return max(verdicts, key=GRAVITY.index)


def compare_time(promised: Quantity, source: Quantity, now: datetime) -> Verdict | None:
    """Compare a promised term, day or hour with one of a source; None if they cannot be compared.

    A later deadline than the source's is weaker and safe, an earlier one promises more than the
    source does; an appointed hour must be the same.
    """
    if promised.kind == "clock" or source.kind == "clock":
        return _compare_clock(promised, source, now)
    if promised.kind == "span" and source.kind == "span":
        return _compare_spans(promised, source)
    if promised.kind == "span" and (promised.top or 0) < _SHORT:
        return None  # «a window of two hours» says nothing against «tomorrow»
    due, allowed = _due(promised, now), _due(source, now)
    if due is None or allowed is None:
        return None
    if due == allowed:
        return "exact" if promised.kind == source.kind else "derived"
    return "weaker" if due > allowed else "better_than_policy"


def compare_sum(promised: Quantity, source: Quantity, *, gives: bool = True) -> Verdict | None:
    """Compare a promised sum or share with one of a source.

    `gives` tells a benefit, of which less than a stated upper limit is allowed, from a price.
    """
    same = promised.kind == source.kind and (
        promised.kind != "money" or promised.unit == source.unit
    )
    value = promised.top
    if not same or value is None or source.top is None:
        return None
    if value in (source.low, source.high):
        return "exact"
    if gives and (source.bound == "max" or (source.low is None and source.high is not None)):
        return "derived" if value <= source.top else "over_limit"
    if source.bound == "min":
        return "derived" if value >= (source.low or 0) else "contradicts"
    inside = (
        source.low is not None and source.high is not None and source.low <= value <= source.high
    )
    return "derived" if inside else "contradicts"


def _compare_clock(promised: Quantity, source: Quantity, now: datetime) -> Verdict | None:
    if source.kind == "number" and promised.kind == "clock":
        hours = {end / 60 for end in (promised.low, promised.high) if end is not None}
        return "exact" if source.low in hours else None
    if promised.kind == source.kind:
        same = promised.low == source.low and promised.high == source.high
        inside = (source.low or 0) <= (promised.low or 0) and (promised.top or 0) <= (
            source.top or 0
        )
        if same:
            return "exact"
        return "derived" if inside and source.low != source.high else "contradicts"
    if promised.kind == "clock" and source.kind == "span" and (source.top or 0) <= _SHORT:
        left = (promised.top or 0) - (now.hour * 60 + now.minute)
        allowed = source.top or 0
        if left < 0:
            return None
        return "derived" if left >= allowed else "better_than_policy"
    return None


def _compare_spans(promised: Quantity, source: Quantity) -> Verdict | None:
    if source.top is None or promised.top is None:
        return None
    if source.high is None:  # «from five days»
        return _at_least(promised.top >= (source.low or 0))
    business = (promised.calendar == "business", source.calendar == "business")
    if business[0] == business[1] or promised.top < _DAY or source.top < _DAY:
        return _by_size(promised.top, source.top)
    if business[0]:
        return _at_least(promised.top >= source.top)
    if source.top <= promised.top < _calendar_minutes(source.top):
        return "unit_calendar_vs_business"
    return _at_least(promised.top > source.top)


def _at_least(enough: bool) -> Verdict:
    return "weaker" if enough else "better_than_policy"


def _by_size(promised: float, allowed: float) -> Verdict:
    if promised == allowed:
        return "exact"
    return "weaker" if promised > allowed else "better_than_policy"


def _calendar_minutes(business: float) -> float:
    days = business / _DAY
    return (days + 2 * ((days + 4) // 5)) * _DAY


def _due(quantity: Quantity, now: datetime) -> date | None:
    """Return the last day on which a term or date is kept."""
    if quantity.kind == "date":
        return None if quantity.top is None else date.fromordinal(int(quantity.top))
    if quantity.kind != "span" or quantity.top is None:
        return None
    if quantity.calendar == "business":
        return add_business_days(now.date(), round(quantity.top / _DAY))
    return (now + timedelta(minutes=quantity.top)).date()


def add_business_days(start: date, days: int, country: str = "RU") -> date:
    """Return the day that lies `days` business days after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in _holidays(country):
            days -= 1
    return day


@cache
def _holidays(country: str) -> Any:
    import holidays

    return holidays.country_holidays(country)
