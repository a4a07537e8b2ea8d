"""Phrases that scenario authors write, found in what an operator really says."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import regex

from copilot.rules.lexicon import fold
from copilot.rules.parts import sentences_of
from copilot.rules.stems import stems

_LONG = regex.compile(r"\p{L}{4,}")
_HEAD = 5  # letters of a word dropped as too common that must stand in the sentence all the same
_LITERAL = "="  # a phrase that begins with this must stand there letter by letter


def fits(text: str, phrases: Iterable[str]) -> str:
    """Return the sentence in which the first fitting phrase stands, or nothing.

    A phrase fits a sentence that holds all its content words in any form and order; one written
    with a leading `=`, or without content words, must stand there as it is, in any case. Two
    neighbouring sentences are read together, since people spread a thought over two.
    """
    parts = [part.text for part in sentences_of(text)]
    windows = [*parts, *(f"{one} {two}" for one, two in pairwise(parts))]
    for phrase in phrases:
        for window in windows:
            if _fits(window, phrase):
                return window
    return ""


def _fits(sentence: str, phrase: str) -> bool:
    wanted = stems(phrase.removeprefix(_LITERAL))
    if phrase.startswith(_LITERAL) or not wanted:
        return fold(phrase.removeprefix(_LITERAL).lower().strip()) in fold(sentence.lower())
    low = fold(sentence.lower())
    return wanted <= stems(sentence) and all(head in low for head in _heads(phrase))


@lru_cache(maxsize=2048)
def _heads(phrase: str) -> tuple[str, ...]:
    """Return the beginnings of words that stemming drops as too common, such as days."""
    words = _LONG.findall(fold(phrase.lower()))
    return tuple(word[:_HEAD] for word in words if not stems(word))


@lru_cache(maxsize=2048)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the content words of a text."""
    return stems(text)
