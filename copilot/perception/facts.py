"""What has already been said and must not be asked again, with its source and its own words."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import regex

from copilot.brief import Fact
from copilot.conversation import Conversation
from copilot.perception.calendar import amount, day, moment, sum_pattern
from copilot.perception.hearing import hear
from copilot.perception.lexicon import read
from copilot.perception.text import is_given_name
from copilot.perception.things import product_name
from knowledge import Locale

KINDS = (
    "order", "date", "sum", "product", "contact", "address", "tried", "promise", "deadline",
    "name", "track", "promo", "item",
)  # fmt: skip
_LOCALES: tuple[Locale, ...] = ("ru", "en")
_CLAUSE = regex.compile(r"[,.;!?\n()]")
_SHADOWS = {"date": ("date", "deadline", "promise"), "deadline": ("deadline", "promise")}
_DIGIT = regex.compile(r"\d")
_STOP = regex.compile(r"[.!?\n]")
_MAX_CHARS = 12_000  # facts are looked for in the head of a longer message
_MAX_THREAD = 60_000  # characters of the thread, newest first; older messages give their heads
_OLD_CHARS = 300
_FEWEST_DIGITS = 3  # in an order number
_MAX_CLAUSE = 70  # characters of a step already tried


class _Found(NamedTuple):
    kind: str
    language: Locale
    value: str
    start: int
    end: int


def facts_of(conversation: Conversation) -> tuple[Fact, ...]:
    """Return the facts of the card (message -1) and of the customer's messages, each once."""
    facts = [
        Fact(kind=kind, value=value, message=-1, span=value)
        for kind, value in sorted(conversation.card.facts.items())
        if value.strip()
    ]
    for number, text in _readable(conversation):
        now = conversation.messages[number].at or conversation.now
        facts.extend(_fact(found, text, number, now) for found in _search(text))
    unique: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if fact.value:
            unique.setdefault((fact.kind, fact.value.lower()), fact)
    return tuple(unique.values())


def _readable(conversation: Conversation) -> list[tuple[int, str]]:
    """Return the customer's messages with their numbers, cut where the thread grows endless."""
    room = _MAX_THREAD
    kept: list[tuple[int, str]] = []
    for number in range(len(conversation.messages) - 1, -1, -1):
        message = conversation.messages[number]
        if message.role == "customer":
            kept.append((number, message.text[: _MAX_CHARS if room > 0 else _OLD_CHARS]))
            room -= len(message.text)
    return kept[::-1]


def _fact(found: _Found, text: str, message: int, now: datetime | None) -> Fact:
    value = found.value
    if found.kind == "date":
        value = day(value, found.language, now)
    elif found.kind == "deadline":
        value = moment(value, found.language, now)
    span = text[found.start : found.end]
    return Fact(kind=found.kind, value=value, message=message, span=span)


@lru_cache(maxsize=4_096)
def _search(text: str) -> tuple[_Found, ...]:
    """Find the facts of one message in order of their place; overlapping weaker ones go."""
    found = [*_sums(text), *_matched(text)]
    strong = [f for f in found if f.kind in {"sum", "contact", "track", "promo", "date"}]
    kept = [
        f for f in found
        if f.kind != "order" or not any(s.start < f.end and f.start < s.end for s in strong)
    ]  # fmt: skip
    return tuple(
        sorted(_without_shadows(kept), key=lambda f: (f.start, KINDS.index(f.kind), f.end))
    )


def _without_shadows(found: list[_Found]) -> Iterator[_Found]:
    """Drop a fact that lies inside a longer one of its kind, and days named in a promise."""
    for fact in found:
        inside = any(
            other is not fact
            and other.kind in _SHADOWS.get(fact.kind, (fact.kind,))
            and other.start <= fact.start
            and fact.end <= other.end
            and (other.end - other.start) > (fact.end - fact.start)
            for other in found
        )
        if not inside:
            yield fact


def _sums(text: str) -> Iterator[_Found]:
    for language in _LOCALES:
        for match in sum_pattern(language).finditer(text):
            if value := amount(match, language):
                span = match.group().rstrip()
                yield _Found("sum", language, value, match.start(), match.start() + len(span))


def _matched(text: str) -> Iterator[_Found]:
    for language in _LOCALES:
        for kind, pattern in _patterns(language):
            for match in pattern.finditer(text):
                start, end = _place(match)
                if value := _value(kind, language, text, start, end):
                    start, end = _clause(text, start, end) if kind == "tried" else (start, end)
                    named = "name" if kind == "signature" else kind
                    yield _Found(named, language, value, start, end)


def _place(match: Any) -> tuple[int, int]:
    """Return where the value stands: group `v`, reaching to group `w` where there is one."""
    groups = match.groupdict()
    start = match.start("v") if groups.get("v") else match.start("w")
    end = match.end("w") if groups.get("w") else match.end("v")
    return start, end


def _value(kind: str, language: Locale, text: str, start: int, end: int) -> str:
    """Return the normalised value of what a pattern found, or '' when it is not what it seemed."""
    span = " ".join(text[start:end].split())
    if kind in {"product", "item"}:
        return product_name(span, language)
    if kind == "deadline":
        return span if _needed(text, start, end) else ""
    if kind == "tried":
        first, last = _clause(text, start, end)
        return " ".join(text[first:last].split()).lower()
    plain = {"order": _order, "contact": _contact, "signature": _signature}
    return plain[kind](span) if kind in plain else span.rstrip(" ,-")


def _order(span: str) -> str:
    bare = span.lstrip("#\u2116 ")
    return bare if len(_DIGIT.findall(bare)) >= _FEWEST_DIGITS else ""


def _contact(span: str) -> str:
    return span.lower() if "@" in span else _phone(span)


def _signature(span: str) -> str:
    return span if is_given_name(span) else ""


def _phone(span: str) -> str:
    digits = "".join(_DIGIT.findall(span))
    if len(digits) == 11 and digits[0] in "78":
        return f"+7{digits[1:]}"
    return f"+{digits}" if span.startswith("+") else digits


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place to the clause around it, if that is short enough to quote."""
    before = [match.end() for match in _CLAUSE.finditer(text, max(0, start - _MAX_CLAUSE), start)]
    after = _CLAUSE.search(text, end, min(len(text), end + _MAX_CLAUSE))
    first = before[-1] if before else (0 if start <= _MAX_CLAUSE else start)
    last = after.start() if after else (len(text) if len(text) - end <= _MAX_CLAUSE else end)
    if last - first > _MAX_CLAUSE:
        first, last = start, min(last, start + _MAX_CLAUSE)
        last = text.rfind(" ", start, last) if last < len(text) and last > end else last
    while first < last and text[first].isspace():
        first += 1
    return first, max(end, last)


def _needed(text: str, start: int, end: int) -> bool:
    """Say whether a time is one by which the customer needs something, not one that passed."""
    heard = hear(text)
    for cue in heard.of("broken_promise"):
        if cue.start - 2 <= start <= cue.end + 40 and not _STOP.search(
            text, cue.end, max(start, cue.end)
        ):
            return False
    return (
        bool(heard.of("deadline", "ultimatum", "ask_verb", "question"))
        or start == 0
        or end == len(text)
    )


@cache
def _patterns(language: Locale) -> tuple[tuple[str, "regex.Pattern[str]"], ...]:
    return tuple(
        (kind, regex.compile(pattern, regex.IGNORECASE))
        for kind, patterns in read(language, "facts").items()
        for pattern in patterns
    )
