"""Dates and hours in a text, resolved against a day."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import regex

from copilot.rules.lexicon import compile_any, load_lexicon
from copilot.rules.numbers import longest_first
from copilot.rules.quantity import Quantity
from knowledge import Locale

_ISO = regex.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DOTTED = regex.compile(r"(?<![\d.,])(\d{1,2})\.(0[1-9]|1[0-2])(?:\.(\d{4}|\d{2}))?(?![\d]|\.\d)")
_SLASHED = regex.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?(?![\d/])")
_COLON = regex.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])")
_CENTURY = 2000


class _Words(NamedTuple):
    table: dict[str, Any]
    day_month: "regex.Pattern[str]"
    month_day: "regex.Pattern[str]"
    day: "regex.Pattern[str]"
    weekday: "regex.Pattern[str]"
    relative: "regex.Pattern[str]"
    hours: "regex.Pattern[str]"
    hour: "regex.Pattern[str]"
    noon: "regex.Pattern[str]"


def moments(text: str, language: Locale, today: date | None) -> Iterator[Quantity]:
    """Yield dates, then hours; `text` is folded and in lower case."""
    words = _words(language)
    yield from _ranges(text, words)
    found = [*_dates(text, words, language, today)]
    yield from found
    yield from _clocks(text, words, found)
    for match in words.day.finditer(text):  # last: «tomorrow by 18» is an hour, «by the 18th» a day
        written = match["d1"] or match["d2"] or match["d3"]
        if 1 <= int(written) <= 31:
            yield _date(match, _next_with_day(int(written), today))


def _dates(text: str, words: _Words, language: Locale, today: date | None) -> Iterator[Quantity]:
    for match in _ISO.finditer(text):
        yield _date(match, _day(match[1], match[2], match[3]))
    for match in words.day_month.finditer(text):
        month = _month(match["month"], words)
        days = [
            _near(match["year"], month, day, today)
            for day in (match["d1"] or match["d2"], match["d2"])
        ]
        yield _date(match, days[0], days[1])
    for match in words.month_day.finditer(text):
        yield _date(match, _near(match["year"], _month(match["month"], words), match["d1"], today))
    for match in _DOTTED.finditer(text):
        yield _date(match, _near(match[3], int(match[2]), match[1], today))
    for match in _SLASHED.finditer(text) if language == "en" else ():
        first, second = (match[1], match[2]) if int(match[1]) <= 12 else (match[2], match[1])
        if 1 <= int(first) <= 12 and 1 <= int(second) <= 31:
            yield _date(match, _near(match[3], int(first), second, today))
    yield from _named_days(text, words, today)


def _named_days(text: str, words: _Words, today: date | None) -> Iterator[Quantity]:
    for match in words.relative.finditer(text):
        yield _date(match, _relative(match, words, today))
    for match in words.weekday.finditer(text):
        number = _index(words.table["weekdays"], match["weekday"])
        day = None
        if today is not None:
            day = today + timedelta(days=(number - today.weekday()) % 7)
            if match["next"] and (day - today).days < 7 - today.weekday():
                day += timedelta(days=7)
        yield _date(match, day)


def _ranges(text: str, words: _Words) -> Iterator[Quantity]:
    for match in words.hours.finditer(text):
        first, last = int(match["h1"]), int(match["h2"])
        add = _afternoon(match["after"], words) if match["after"] else 0
        if max(first, last) <= 24 and first != last:
            late = [hour + add if hour < 12 and add else hour for hour in (first, last)]
            low = late[0] if late[0] < late[1] else first
            yield _clock(match, low * 60, late[1] * 60)


def _clocks(text: str, words: _Words, dates: list[Quantity]) -> Iterator[Quantity]:
    for match in _COLON.finditer(text):
        yield _clock(match, int(match[1]) * 60 + int(match[2]))
    for match in words.noon.finditer(text):
        yield _clock(match, 12 * 60)
    for match in words.hour.finditer(text):
        hour, minutes = int(match["h"]), int(match["m"] or 0)
        after = match["after"]
        said = after or match["m"] or _dated(match, dates) or _at_hour(match, words)
        if hour > 24 or minutes > 59 or not said:
            continue
        add = _afternoon(after, words) if after and hour < 12 else 0
        yield _clock(match, (hour + add) * 60 + minutes)


def _at_hour(match: "regex.Match[str]", words: _Words) -> bool:
    """«At 10», «by 5»: an hour by its preposition alone."""
    at: list[str] = words.table["at_hour"]
    return match.group().split()[0] in at and int(match["h"]) >= 1


def _dated(match: "regex.Match[str]", dates: list[Quantity]) -> bool:
    """A bare «by 6» is an hour when a day was named just before."""
    return any(0 <= match.start() - day.end <= 12 for day in dates)


def _afternoon(after: str, words: _Words) -> int:
    table: dict[str, int] = words.table["clock_after"]
    return next((add for word, add in table.items() if regex.fullmatch(word, after)), 0)


def _clock(match: "regex.Match[str]", low: float, high: float | None = None) -> Quantity:
    top = low if high is None else high
    return Quantity("clock", low, top, "", "", "exact", match.start(), match.end(), match.group())


def _date(match: "regex.Match[str]", low: date | None, high: date | None = None) -> Quantity:
    first = low.toordinal() if low else None
    last = high.toordinal() if high else first
    return Quantity(
        "date", first, last, "day", "", "exact", match.start(), match.end(), match.group()
    )


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _near(year: str | None, month: int, day: str, today: date | None) -> date | None:
    """Return the date; without a year the one nearest to today."""
    if year:
        return _day(str(_CENTURY + int(year) if len(year) == 2 else year), str(month), day)
    if today is None:
        return None
    near = [_day(str(today.year + shift), str(month), day) for shift in (-1, 0, 1)]
    known = [one for one in near if one is not None]
    return min(known, key=lambda one: abs((one - today).days), default=None)


def _next_with_day(day: int, today: date | None) -> date | None:
    if today is None:
        return None
    month = today.replace(day=1)
    for _ in range(3):
        try:
            found = month.replace(day=day)
        except ValueError:
            found = None
        if found is not None and found >= today:
            return found
        month = (month + timedelta(days=32)).replace(day=1)
    return None


def _month(written: str, words: _Words) -> int:
    return _index(words.table["months"], written) + 1


def _index(alternatives: list[str], written: str) -> int:
    return next(
        (n for n, one in enumerate(alternatives) if regex.fullmatch(one.split("(?!")[0], written)),
        0,
    )


def _relative(match: "regex.Match[str]", words: _Words, today: date | None) -> date | None:
    if today is None:
        return None
    written = match.group()
    for days, alternatives in words.table["relative"].items():
        if any(regex.fullmatch(one, written) for one in alternatives):
            return today + timedelta(days=int(days))
    to_sunday = 6 - today.weekday()
    ends = {
        "now": today,
        "week_end": today + timedelta(days=to_sunday),
        "next_week": today + timedelta(days=to_sunday + 7),
        "month_end": (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1),
    }
    for name, day in ends.items():
        if any(regex.fullmatch(one, written) for one in words.table[name]):
            return day
    return None


@cache
def _words(language: Locale) -> _Words:
    table: dict[str, Any] = load_lexicon(language, "quantities")
    months, days = "|".join(table["months"]), "|".join(table["weekdays"])
    before = longest_first(table["clock_before"])
    after = "|".join(table["clock_after"])
    ordinal = "|".join(table["day_of_month"])
    edge, tail = r"(?<![\p{L}\d])", r"(?![\p{L}\d])"
    year = r"(?:,? (?P<year>20\d{2}))?"
    relative = [word for group in table["relative"].values() for word in group]
    for name in ("now", "week_end", "next_week", "month_end"):
        relative += table[name]
    number, day_word, keep = r"\d{1,2}", table["day_word"], "|".join(table["after_hour"])
    return _Words(
        table,
        compile_any([
            rf"{edge}(?:(?P<d1>{number}) ?[-\u2013\u2014] ?)?(?P<d2>{number})(?:{ordinal})? (?:of )?"
            rf"(?P<month>{months}){tail}{year}"
        ]),
        compile_any([rf"{edge}(?P<month>{months})\.? (?P<d1>{number})(?:{ordinal})?{tail}{year}"]),
        compile_any([
            rf"{edge}(?P<d1>{number})(?:{ordinal}){tail}(?: {day_word})?",
            rf"{edge}(?P<d2>{number}) {day_word}",
            rf"(?<={table['until']} )(?P<d3>{number})(?!\d|[.,:]\d|[ -]?[\p{{L}}%\u20bd$\u20ac]|[ -]\d)",
        ]),
        compile_any([rf"{edge}(?:(?P<next>{'|'.join(table['next'])}) )?(?P<weekday>{days}){tail}"]),
        compile_any([rf"{edge}(?:{longest_first(relative)}){tail}"]),
        compile_any([
            rf"(?<!\p{{L}})(?:{before}) (?P<h1>{number})(?::?00)? (?:{before}) (?P<h2>{number})"
            rf"(?!\d|[.,:]\d)(?: ?(?P<after>{after}){tail})?(?! ?[%\u20bd$\u20ac])(?! (?!(?:{keep})(?!\p{{L}}))\p{{L}})"
        ]),
        compile_any([
            rf"(?<!\p{{L}})(?:{before}) (?P<h>{number})(?:[.:](?P<m>[0-5]\d))?(?![\d])"
            rf"(?: ?(?P<after>{after}){tail})?(?![.,]\d| ?[%\u20bd$\u20ac]| ?[-\u2013\u2014] ?\d)"
            rf"(?! (?!(?:{keep})(?!\p{{L}}))\p{{L}})",
            rf"{edge}(?P<h>{number})(?::(?P<m>[0-5]\d))? ?(?P<after>[ap]\.?m\.?|o'clock){tail}",
        ]),
        compile_any([rf"{edge}(?:{longest_first(table['noon'])}){tail}"]),
    )  # fmt: skip
