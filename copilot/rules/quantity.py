"""The shape of a number with its meaning."""

from typing import Literal, NamedTuple

QuantityKind = Literal[
    "money", "percent", "span", "date", "clock", "count", "phone", "link", "email", "number", "free",
]  # fmt: skip
MINUTES = {
    "minute": 1, "hour": 60, "day": 1440, "week": 10_080, "fortnight": 20_160,
    "month": 43_200, "year": 525_600,
}  # fmt: skip


class Quantity(NamedTuple):
    """A number with its meaning; `text[start:end]` is as written.

    `low` and `high` are in the base of the kind: currency units, per cent, minutes for terms (see
    `unit` and `calendar` for how it was said), ordinal days for dates, minutes since midnight for
    hours. `bound` says whether an upper or lower limit was named.
    """

    kind: QuantityKind
    low: float | None
    high: float | None
    unit: str
    calendar: str
    bound: str
    start: int
    end: int
    text: str

    @property
    def top(self) -> float | None:
        """The upper end, or the only one."""
        return self.high if self.high is not None else self.low
