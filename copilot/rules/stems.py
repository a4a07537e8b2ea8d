"""Stems of content words, for telling whether two pieces of text speak of the same thing."""

from functools import cache, lru_cache
from typing import Any

import regex

from copilot.rules.lexicon import fold, load_lexicon
from knowledge import Locale

# Verb and noun of one root share their head («return it», «a return») more often than their stem.
_ROOT: dict[Locale, int] = {"ru": 5, "en": 7}
_WORD = regex.compile(r"\p{L}{3,}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """Return the Snowball stems of the content words of a text."""
    found: set[str] = set()
    for word in _WORD.findall(fold(text.lower())):
        language: Locale = "ru" if _CYRILLIC.search(word) else "en"
        stem = _stem(word, language)
        if len(stem) > 2 and stem not in _stopped(language):
            found.add(stem[: _ROOT[language]])
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _stem(word: str, language: Locale) -> str:
    return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: Locale) -> Any:
    from Stemmer import Stemmer

    return Stemmer("russian" if language == "ru" else "english")


@cache
def _stopped(language: Locale) -> frozenset[str]:
    words: list[str] = load_lexicon(language, "stopwords")["words"]
    return frozenset(_stem(word, language) for word in words)
