"""The words perception listens for, read from `lexicons/{ru,en}`: phrases, letters, closed lists."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import regex
import yaml
from pydantic import BaseModel, ConfigDict

from copilot.perception.phrases import Phrasebook
from knowledge import Locale

_FOLDER = Path(__file__).parent / "lexicons"
_PHRASE_FILES = ("risks", "matters", "money", "person", "temper", "obscene", "talk")
EXCEPT = "not:"  # labels of phrases that take back an overlapping match


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Data):
    """Closed lists of one language; `masked` are regular expressions for starred-out obscenity."""

    negations: frozenset[str]
    negation_helpers: frozenset[str]
    common: frozenset[str]
    translit: frozenset[str]
    abbreviations: frozenset[str]
    irregular: dict[str, str]
    joking: tuple[str, ...]
    acronyms: frozenset[str]
    adversatives: frozenset[str]
    masked: tuple[str, ...]


class Letters(_Data):
    """How disguised letters are undone; every table maps one sign to one sign."""

    plain: dict[int, str]
    to_cyrillic: dict[str, str]
    to_latin: dict[str, str]
    leet_cyrillic: dict[str, str]
    leet_latin: dict[str, str]
    keys: dict[str, str]
    translit: dict[str, str]


def read(language: Locale, name: str) -> Any:
    """Return the parsed file `lexicons/{language}/{name}.yaml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (_FOLDER / language / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are the safe one


@cache
def phrasebook(language: Locale) -> Phrasebook:
    """Return all phrases of a language; exceptions stand under `not:` and the label."""
    return Phrasebook(phrases_of(language, _PHRASE_FILES))


def phrases_of(language: Locale, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the phrases of some files under their labels, and the exceptions under `not:`."""
    entries: dict[str, list[str]] = {}
    for name in names:
        for label, rule in read(language, name).items():
            entries.setdefault(label, []).extend(_lines(rule["hear"]))
            entries.setdefault(EXCEPT + label, []).extend(_lines(rule.get("unless", "")))
    return entries


@cache
def words(language: Locale) -> Words:
    """Return the closed lists of a language."""
    return Words.model_validate(read(language, "words"))


@cache
def masked(language: Locale) -> "regex.Pattern[str]":
    """Return the pattern of starred-out obscenity, to be run on lower-case, unfolded text."""
    return regex.compile("|".join(words(language).masked))


@cache
def letters() -> Letters:
    """Return the tables of letters of both alphabets."""
    russian, english = read("ru", "letters"), read("en", "letters")
    plain = {**russian["plain"], **english["plain"]}
    return Letters(
        plain={ord(sign): letter for sign, letter in plain.items()},
        to_cyrillic=russian["lookalikes"],
        to_latin=english["lookalikes"],
        leet_cyrillic=russian["leet"],
        leet_latin=english["leet"],
        keys=dict(zip(english["layout"], russian["layout"], strict=True)),
        translit=russian["translit"],
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
