"""A problem of the knowledge: which document, which rule, how grave, and what to say of it."""

from typing import Literal

from knowledge.documents import Record, Value

Gravity = Literal["error", "warning", "hint"]
Param = str | int | float
Rule = Literal[
    "duplicate_id", "twin_missing", "twin_differs", "twin_behind", "slot_unknown",
    "signal_unknown", "type_unknown", "reference_missing", "field_missing", "expired", "expires",
    "duplicate", "duplicate_question", "duplicate_near", "contradiction", "tone_broken",
    "unreachable", "hard_to_reach",
]  # fmt: skip


class Problem(Value):
    """Something to put right. `key` and `params` name a text of the locales; `place` is where.

    `others` are the ids of the other documents concerned. An error says something wrong or hides a
    script, a warning may do so, a hint costs nothing to leave.
    """

    document: str
    rule: Rule
    severity: Gravity
    key: str
    params: dict[str, Param] = {}  # noqa: RUF012 - pydantic copies it
    place: str = ""
    others: tuple[str, ...] = ()


def problem(
    document: str,
    rule: Rule,
    severity: Gravity,
    *,
    place: str = "",
    others: tuple[str, ...] = (),
    **params: Param,
) -> Problem:
    """Return a problem; the rule names its text."""
    return Problem(
        document=document,
        rule=rule,
        severity=severity,
        key=rule,
        params=params,
        place=place,
        others=others,
    )


def name_of(record: Record) -> str:
    """Return the id of a record's document."""
    return f"{record.locale}:{record.id}"
