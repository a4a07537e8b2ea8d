"""Dates and sums as people write them, brought to one form."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import regex
from pydantic import BaseModel, ConfigDict

from copilot.perception.lexicon import read
from knowledge import Locale

_T = TypeVar("_T")
_NUMBERS = regex.compile(r"\d+")
_WORD = regex.compile(r"\p{L}++")
_CLOCK = regex.compile(r"(?<!\d)(\d{1,2})[:.](\d{2})(?!\d)|(?<!\d)(\d{1,2})\s?(am|pm)")
_SOON = timedelta(days=75)  # a day without a year further ahead than this is a past one
_LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1),
            "week": timedelta(weeks=1)}  # fmt: skip


class Calendar(BaseModel):
    """The words of one language for dates and money, by their first letters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: dict[str, int]
    weekdays: dict[str, int]
    days: dict[str, int]
    back: tuple[str, ...]
    ahead: tuple[str, ...]
    past: tuple[str, ...]
    numbers: dict[str, float]
    units: dict[str, str]
    thousands: tuple[str, ...]
    millions: tuple[str, ...]
    currencies: dict[str, str]
    sum: str


@cache
def calendar(language: Locale) -> Calendar:
    """Return the words of a language."""
    return Calendar.model_validate(read(language, "calendar"))


@cache
def sum_pattern(language: Locale) -> "regex.Pattern[str]":
    """Return the pattern of a sum of money; groups n, f, m, c."""
    return regex.compile(calendar(language).sum, regex.IGNORECASE)


def amount(match: Any, language: Locale) -> str:
    """Return a matched sum as `1 200 ₽` or `$1,200`, or '' when it is no money."""
    number, fraction, scale, money = match.group("n", "f", "m", "c")
    if not scale and not money:
        return ""
    words = calendar(language)
    value = float(regex.sub(r"[^\d]", "", number) + (fraction or "").replace(",", "."))
    scale = (scale or "").lower()
    if scale and scale.startswith(words.millions):
        value *= 1_000_000
    elif scale and scale.startswith(words.thousands):
        value *= 1_000
    sign = _by_head((money or "").lower(), words.currencies) or (
        "\u20bd" if language == "ru" else ""
    )
    shown = f"{value:,.2f}" if value % 1 else f"{value:,.0f}"
    if sign in {"$", "\u00a3"}:
        return f"{sign}{shown}"
    return f"{shown.replace(',', ' ').replace('.', ',')} {sign}".strip()


def day(written: str, language: Locale, now: datetime | None) -> str:
    """Return a written day as an ISO date, or as it was written when that cannot be told.

    A bare weekday stays as written: it may be the last or the next one.
    """
    text = " ".join(written.lower().split())
    if not now:
        return text
    found = _named(text, language, now) or _relative(text, language, now) or _numbered(text, now)
    return found.isoformat() if found else text


def moment(written: str, language: Locale, now: datetime | None) -> str:
    """Return a deadline as ISO date and time when a clock time or a span says it, else as written."""
    text = " ".join(written.lower().split())
    if not now:
        return text
    if after := _span_from_now(text, language):
        return (now + after).replace(second=0, microsecond=0).isoformat(timespec="minutes")[:16]
    clock = _CLOCK.search(text)
    on = _relative(text, language, now) or _named(text, language, now)
    if clock:
        hour, minute = _hour(clock)
        base = on or now.date()
        return f"{base.isoformat()}T{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else text
    return on.isoformat() if on else text


def _hour(clock: Any) -> tuple[int, int]:
    if clock.group(1):
        return int(clock.group(1)), int(clock.group(2))
    hour = int(clock.group(3)) % 12
    return hour + (12 if clock.group(4) == "pm" else 0), 0


def _named(text: str, language: Locale, now: datetime) -> date | None:
    """Read «3 May», «May 3rd, 2026» in either language."""
    months = calendar(language).months
    month = next((m for word in _WORD.findall(text) if (m := _by_head(word, months))), None)
    numbers = [int(number) for number in _NUMBERS.findall(text)]
    if not month or not numbers:
        return None
    years = [number for number in numbers if number > 1000]
    days = [number for number in numbers if number <= 31]
    return _date(years[0] if years else None, month, days[0], now) if days else None


def _numbered(text: str, now: datetime) -> date | None:
    numbers = [int(number) for number in _NUMBERS.findall(text)]
    if text[:4].isdigit() and len(numbers) == 3:
        return _date(numbers[0], numbers[1], numbers[2], now)
    if "." not in text or len(numbers) not in {2, 3}:
        return None
    year = numbers[2] if len(numbers) == 3 else None
    return _date(
        year + 2000 if year is not None and year < 100 else year, numbers[1], numbers[0], now
    )


def _relative(text: str, language: Locale, now: datetime) -> date | None:
    words = calendar(language)
    if text in words.days:
        return now.date() + timedelta(days=words.days[text])
    tokens = _WORD.findall(text)
    if any(token in words.past for token in tokens):
        back = _length(text, language)
        return (now - back).date() if back else None
    weekday = next((d for t in tokens if (d := _by_head(t, words.weekdays)) is not None), None)
    if weekday is not None and (direction := _direction(tokens, words)):
        return _weekday(now.date(), weekday, direction)
    named = [words.days[token] for token in tokens if token in words.days]
    return now.date() + timedelta(days=named[0]) if named else None


def _direction(tokens: list[str], words: Calendar) -> int:
    if any(token.startswith(words.back) for token in tokens):
        return -1
    return 1 if any(token.startswith(words.ahead) for token in tokens) else 0


def _weekday(today: date, weekday: int, direction: int) -> date:
    """Return the nearest such weekday before or after today."""
    if direction < 0:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _length(text: str, language: Locale) -> timedelta | None:
    words = calendar(language)
    tokens = _WORD.findall(text)
    unit = next((u for token in reversed(tokens) if (u := _by_head(token, words.units))), None)
    if unit is None:
        return None
    numbers = [float(number) for number in _NUMBERS.findall(text)]
    numbers += [words.numbers[token] for token in tokens if token in words.numbers]
    count = numbers[0] if numbers else 1.0
    return timedelta(days=30) * count if unit == "month" else _LENGTHS[unit] * count


def _span_from_now(text: str, language: Locale) -> timedelta | None:
    starts = ("in ",) if language == "en" else ("\u0447\u0435\u0440\u0435\u0437 ",)
    return _length(text, language) if text.startswith(starts) else None


def _date(year: int | None, month: int, day_: int, now: datetime) -> date | None:
    try:
        if year:
            return date(year, month, day_)
        nearest = [date(now.year + shift, month, day_) for shift in (-1, 0, 1)]
    except ValueError:
        return None
    return max(d for d in nearest if d - now.date() <= _SOON)


def _by_head(word: str, table: Mapping[str, _T]) -> _T | None:
    """Return the value of the longest head that the word begins with."""
    heads = [head for head in table if word.startswith(head)]
    return table[max(heads, key=len)] if heads else None
