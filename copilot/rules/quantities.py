"""Sums, shares, terms, dates, hours, counts and contacts in a text, normalised for comparison."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

import regex

from copilot.rules.lexicon import compile_any, fold, language_of, load_lexicon
from copilot.rules.moments import moments
from copilot.rules.numbers import longest_first, number_source, value_of, words_of
from copilot.rules.quantity import MINUTES, Quantity, QuantityKind
from knowledge import Locale

_EMAIL = regex.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_LINK = regex.compile(
    r"(?:https?://|www\.)[^\s<>\u00ab\u00bb\"')]{3,300}"
    r"|(?<![\w@.-])(?:[a-z0-9-]{2,40}\.){1,3}(?:ru|com|org|net|io|su|by|kz|co|uk|app|me|info|dev)"
    r"(?![\w.]\w|\w)(?:/[^\s<>\"')]{0,200})?",
    regex.IGNORECASE,
)
_PHONE = regex.compile(r"(?<![\w+])(?:\+\d|8|\(\d{3}\)|\d{3})[\d ()\-]{7,15}\d(?!\w)")
_BARE = regex.compile(r"(?<![\w.,\-/№#])\d{1,3}(?:[ ]\d{3})*(?:[.,]\d{1,2})?(?![\w/]|[.,]\d|-\d)")
_BOUND_CHARS = 40
_SMALLER = {"KOP": ("RUB", 100), "CENT": ("USD", 100)}


class _Grammar(NamedTuple):
    words: dict[str, Any]
    start: "regex.Pattern[str]"
    bound: "regex.Pattern[str]"
    money: "regex.Pattern[str]"
    percent: "regex.Pattern[str]"
    span: "regex.Pattern[str]"
    single: "regex.Pattern[str]"
    counted: "regex.Pattern[str]"
    free: "regex.Pattern[str]"


@lru_cache(maxsize=512)
def quantities(text: str, today: date | None = None) -> tuple[Quantity, ...]:
    """Return what a text says in numbers, in order; every character belongs to one at most.

    `today` resolves relative dates; without it a date keeps no ordinal.
    """
    language = language_of(text)
    folded = fold(text.lower()) if len(text.lower()) == len(text) else fold(text)
    taken: list[Quantity] = []
    for found in _all(folded, language, today):
        if not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found._replace(text=text[found.start : found.end]))
    return tuple(sorted(taken, key=lambda quantity: quantity.start))


def _all(text: str, language: Locale, today: date | None) -> Iterator[Quantity]:
    grammar = _grammar(language)
    yield from _plain(text, _EMAIL, "email")
    yield from _plain(text, _LINK, "link")
    yield from _phones(text)
    starts = [match.start() for match in grammar.start.finditer(text)]
    spans = list(_spans(text, grammar, language, starts))
    money = list(_money(text, grammar, language, starts))
    yield from money
    for moment in moments(text, language, today):
        if not _inside(moment, spans):
            yield moment
    yield from spans
    yield from _counted(_matches_at(grammar.percent, text, starts), "percent", language)
    yield from _counted(_matches_at(grammar.counted, text, starts), "count", language)
    yield from _plain(text, grammar.free, "free")
    for match in _BARE.finditer(text):
        low, high = value_of(match.group(), language)
        yield _at(match, "number", low, high)


def _inside(moment: Quantity, spans: list[Quantity]) -> bool:
    return moment.kind == "clock" and any(
        span.start <= moment.start and moment.end <= span.end for span in spans
    )


def _matches_at(
    pattern: "regex.Pattern[str]", text: str, starts: Sequence[int]
) -> Iterator["regex.Match[str]"]:
    """Yield what `finditer` would, tried only where a number or a sign of money begins."""
    last = 0
    for start in starts:
        if start >= last and (match := pattern.match(text, start)):
            yield match
            last = match.end()


class _Bound(NamedTuple):
    """«Not more than», «from»: the limit that stands before a number, and where it begins."""

    name: str
    start: int


def _before(match: "regex.Match[str]", grammar: _Grammar) -> _Bound:
    start = match.start()
    found = grammar.bound.search(match.string, max(0, start - _BOUND_CHARS), start)
    if found is None:
        return _Bound("", start)
    bounds: dict[str, list[str]] = grammar.words["bounds"]
    written = found["bound"]
    name = next((name for name in bounds if _matches(bounds[name], written)), "exact")
    return _Bound(name, found.start())


def _at(
    match: "regex.Match[str]", kind: QuantityKind, low: float | None, high: float | None,
    *, unit: str = "", bound: _Bound | None = None, calendar: str = "",
) -> Quantity:  # fmt: skip
    start, end = bound.start if bound else match.start(), match.end()
    name = bound.name if bound and bound.name else "exact"
    return Quantity(kind, low, high, unit, calendar, name, start, end, match.string[start:end])


def _plain(text: str, pattern: "regex.Pattern[str]", kind: QuantityKind) -> Iterator[Quantity]:
    for match in pattern.finditer(text):
        yield _at(match, kind, None, None, unit=match.group().rstrip(".,;:!?"))


def _phones(text: str) -> Iterator[Quantity]:
    for match in _PHONE.finditer(text):
        digits = "".join(char for char in match.group() if char.isdigit())
        if 10 <= len(digits) <= 13:
            yield _at(match, "phone", None, None, unit=digits[-10:])


def _money(
    text: str, grammar: _Grammar, language: Locale, starts: Sequence[int]
) -> Iterator[Quantity]:
    for match in _matches_at(grammar.money, text, starts):
        number = match["after"] or match["before"]
        low, _ = value_of(match["low"], language) if match["low"] else value_of(number, language)
        _, high = value_of(number, language)
        scale = _scale(match["scale"] or match["scale2"], grammar)
        unit = _key(grammar.words["currencies"], match["cur"] or match["cur2"])
        unit, parts = _SMALLER.get(unit, (unit, 1))
        if match["low"] and low > high:
            low = high
        bound = _before(match, grammar)
        yield _at(match, "money", low * scale / parts, high * scale / parts, unit=unit, bound=bound)


def _spans(
    text: str, grammar: _Grammar, language: Locale, starts: Sequence[int]
) -> Iterator[Quantity]:
    for match in _matches_at(grammar.span, text, starts):
        written = match["low"] or match["num"]
        if written in ("a", "an") and not _before(match, grammar).name:
            continue
        low, high = value_of(written, language)
        if match["low"]:
            high = value_of(match["num"], language)[1]
        yield _term(match, (low, high), match["unit"], grammar)
    for match in grammar.single.finditer(text):
        half = match["unit"] in grammar.words["half"]
        value = 0.5 if half else 1.0
        if half or _before(match, grammar).name:
            yield _term(match, (value, value), match["unit"], grammar)


def _term(
    match: "regex.Match[str]", ends: tuple[float, float], written: str, grammar: _Grammar
) -> Quantity:
    half = written in grammar.words["half"]
    unit = _unit(written, grammar)
    factor = MINUTES[unit]
    calendar = ""
    if match["biz"]:
        calendar = "business" if _matches(grammar.words["business"], match["biz"]) else "calendar"
    low: float | None = ends[0] * factor
    high: float | None = ends[1] * factor
    bound = _before(match, grammar)
    if bound.name == "min" and ends[0] == ends[1]:
        high = None
    elif bound.name == "max" and ends[0] == ends[1] and not half:
        low = None
    return _at(match, "span", low, high, unit=unit, bound=bound, calendar=calendar)


def _unit(written: str, grammar: _Grammar) -> str:
    if written in grammar.words["half"]:
        halves: dict[str, str] = grammar.words["halves"]
        return next(unit for stem, unit in halves.items() if stem in written)
    if _matches(["fortnights?"], written):
        return "fortnight"
    return _key(grammar.words["units"], written)


def _counted(
    found: Iterable["regex.Match[str]"], kind: QuantityKind, language: Locale
) -> Iterator[Quantity]:
    for match in found:
        low, high = value_of(match["low"] or match["num"], language)
        if match["low"]:
            high = value_of(match["num"], language)[1]
        bound = _before(match, _grammar(language))
        unit = match["unit"][:4] if kind == "count" else "%"
        yield _at(match, kind, low, high, unit=unit, bound=bound)


def _scale(written: str | None, grammar: _Grammar) -> float:
    if not written:
        return 1.0
    for factor, words in grammar.words["multipliers"].items():
        if any(regex.fullmatch(word.split("(?=")[0], written) for word in words):
            return float(factor)
    return 1.0


def _key(table: dict[str, list[str]], written: str) -> str:
    return next((key for key, words in table.items() if _matches(words, written)), "")


def _matches(words: list[str], written: str) -> bool:
    return any(regex.fullmatch(word.split("(?!")[0].split("(?=")[0], written) for word in words)


@cache
def _grammar(language: Locale) -> _Grammar:
    words: dict[str, Any] = load_lexicon(language, "quantities")
    number = number_source(language)
    bounds = longest_first([word for group in words["bounds"].values() for word in group])
    joiner = longest_first(
        [regex.escape(j) if len(j) == 1 else rf"{j}(?!\p{{L}})" for j in words["joiners"]]
    )
    currencies = [word for group in words["currencies"].values() for word in group]
    signs = r"[$\u20ac\u00a3\u20bd\u20b8\u20b9]"
    scale = longest_first([word for group in words["multipliers"].values() for word in group])
    pair = rf"(?:(?P<low>{number}) ?(?:{joiner}) ?)?"
    units = [word for group in words["units"].values() for word in group]
    business = longest_first([*words["business"], *words["calendar"]])
    tail = r"(?!\p{L})"
    single = longest_first(words["single"])
    return _Grammar(
        words,
        regex.compile(rf"(?<![\d.,])\d|(?<!\p{{L}})(?:{longest_first(list(words_of(language)))}){tail}|{signs}"),
        regex.compile(rf"(?<!\p{{L}})(?P<bound>{bounds}) $"),
        compile_any([
            rf"{pair}(?P<before>{number}) ?(?:(?P<scale>{scale}){tail} ?)?"
            rf"(?P<cur>{longest_first(currencies)}){tail}",
            rf"(?P<cur2>{signs}) ?(?P<after>{number})(?:(?P<scale2>k|m){tail})?",
        ]),
        compile_any([rf"{pair}(?P<num>{number}) ?(?P<unit>{'|'.join(words['percent'])}){tail}"]),
        compile_any([
            rf"{pair}(?P<num>{number})[ -]{{0,2}}(?:(?P<biz>{business})[ -]?)?"
            rf"(?P<unit>{longest_first(units)}){tail}"
        ]),
        compile_any([
            rf"(?<!\p{{L}})(?:(?P<biz>{business}) )?(?P<unit>{single}){tail}"
        ]),
        compile_any([rf"{pair}(?P<num>{number}) ?(?P<unit>{longest_first(words['counts'])}){tail}"]),
        compile_any([rf"(?<!\p{{L}})(?:{word}){tail}" for word in words["free"]]),
    )  # fmt: skip


__all__ = ["MINUTES", "Quantity", "QuantityKind", "quantities", "words_of"]
