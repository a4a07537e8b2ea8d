"""The word lists and wording of the rules, read from `lexicons/{ru,en}/*.yaml`."""

from functools import cache
from typing import Any

import regex

from copilot.packaged import packaged
from knowledge import Locale

_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"[A-Za-z]")
_FOLDED = str.maketrans({
    "\u0451": "\u0435", "\u0401": "\u0415",  # yo is written as ye more often than not
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
    "\u2019": "'", "\u02bc": "'", "\u2011": "-", "\u2010": "-", "\u2212": "-",
})  # fmt: skip


@cache
def load_lexicon(language: Locale, name: str) -> Any:
    """Return the lexicon file `name` of a language as it stands.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return packaged("rules", "lexicons", language, f"{name}.yaml")


def fold(text: str) -> str:
    """Return `text` as patterns see it: yo as ye, plain spaces and apostrophes; same length."""
    return text.translate(_FOLDED)


def language_of(text: str, *, otherwise: Locale = "ru") -> Locale:
    """Say in which of the two languages a text is written, by its letters."""
    cyrillic = len(_CYRILLIC.findall(text))
    latin = len(_LATIN.findall(text))
    if cyrillic == latin:
        return otherwise
    # A Russian text full of model names and links is still Russian.
    return "ru" if cyrillic * 2 > latin else "en"


def compile_any(alternatives: "list[str] | tuple[str, ...]") -> "regex.Pattern[str]":
    """Compile alternatives into one case-insensitive pattern; no alternative matches nothing."""
    return regex.compile(any_of(alternatives), regex.IGNORECASE)


def any_of(alternatives: "list[str] | tuple[str, ...]") -> str:
    """Return the source of one pattern that matches any alternative."""
    return "|".join(f"(?:{alternative})" for alternative in alternatives) or r"(?!)"


@cache
def patterns(language: Locale, name: str, *path: str) -> "regex.Pattern[str]":
    """Return the list under `path` of a lexicon as one compiled pattern."""
    return regex.compile(source_of(language, name, *path), regex.IGNORECASE)


@cache
def source_of(language: Locale, name: str, *path: str) -> str:
    """Return the list under `path` of a lexicon as the source of one pattern."""
    found = load_lexicon(language, name)
    for key in path:
        found = found[key]
    return any_of([found] if isinstance(found, str) else found)
