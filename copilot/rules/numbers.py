"""Numbers in figures and in words: 1 200, 1,2, five, twenty-four."""

from functools import cache
from typing import Any

import regex

from copilot.rules.lexicon import load_lexicon
from knowledge import Locale

_FIGURES = r"\d{1,3}(?:[ ,]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,12}(?:[.,]\d{1,2}(?!\d))?"
_GROUPED = regex.compile(r"\d{1,3}(?:[ ,]\d{3})+(?:[.,]\d{1,2})?")


def longest_first(words: list[str]) -> str:
    """Join words or patterns into an alternation in which a longer one is tried before its head."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


@cache
def words_of(language: Locale) -> dict[str, float]:
    """Return every number word with its value."""
    table: dict[Any, list[str]] = load_lexicon(language, "quantities")["numbers"]
    return {word: float(value) for value, words in table.items() for word in words}


@cache
def number_source(language: Locale) -> str:
    """Return the source of a pattern for one number, without groups."""
    words = longest_first(list(words_of(language)))
    spelled = rf"(?<!\p{{L}})(?:{words})(?:[ -](?:{words})){{0,3}}(?!\p{{L}})"
    return rf"(?:(?<![\d.,])(?:{_FIGURES})|{spelled})"


def value_of(written: str, language: Locale) -> tuple[float, float]:
    """Return what a number says, as (low, high): two different numbers for «two or three»."""
    if written[0].isdigit():
        value = _figures(written)
        return value, value
    return _spelled(written, words_of(language))


def spelled(text: str, language: Locale) -> bool:
    """Say whether a text names a number above one in words."""
    tokens = regex.findall(r"\p{L}+", text.lower())
    return any(words_of(language).get(token, 0) > 1 for token in tokens)


def _figures(written: str) -> float:
    grouped = _GROUPED.fullmatch(written)
    if grouped is None:
        return float(written.replace(",", "."))
    head, cents = written, ""
    if len(written) > 3 and written[-3] in ".," and written[-3:][1:].isdigit():
        head, cents = written[:-3], written[-2:]
    elif len(written) > 2 and written[-2] in ".,":
        head, cents = written[:-2], written[-1:]
    digits = head.replace(" ", "").replace(",", "")
    return float(f"{digits}.{cents or 0}")


def _spelled(written: str, words: dict[str, float]) -> tuple[float, float]:
    if written in words:
        return words[written], words[written]
    tokens = regex.split(r"[ -]", written)
    total = low = 0.0
    last: float | None = None
    for token in tokens:
        value = words.get(token)
        if value is None:
            continue
        if last is None:
            total = low = value
        elif value >= 1000 and last < value:
            total = low = total * value
        elif last >= 20 and value < last:
            total = low = total + value
        else:  # «two-three days»: a range
            return total, value
        last = value
    return low, total
