"""Scripts and articles whose days are over, or soon will be."""

from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.linting.problem import Problem, problem

SOON_DAYS = 30


def days(document: str, end: date | None, on: date, *, soon_days: int) -> Iterator[Problem]:
    """Yield that a document has ended, or ends within `soon_days`."""
    if end is None:
        return
    if end < on:
        yield problem(document, "expired", "error", place="valid_to", day=end.isoformat())
    elif end <= on + timedelta(days=soon_days):
        left = (end - on).days
        yield problem(
            document, "expires", "warning", place="valid_to", day=end.isoformat(), days=left
        )
