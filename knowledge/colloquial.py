"""A customer's way of writing turned into that of help pages (`models/colloquial.yaml`)."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import regex
import yaml

_WORD = regex.compile(r"[\p{L}\p{N}]+(?:[-./'][\p{L}\p{N}]+)*")
_LATIN_WORD = regex.compile(r"[a-z]+")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LETTER = regex.compile(r"\p{L}")
_UPPER = regex.compile(r"\p{Lu}")
_ENDING = 3  # letters that an entry with a star leaves open
_FEW_LETTERS = 6
_LOUD = 0.6  # share of capitals from which a text is shouted
_TELLING_WORDS = 2


class _Usage(NamedTuple):
    words: dict[str, str]
    beginnings: tuple[tuple[str, str], ...]
    latin_words: frozenset[str]
    letters: regex.Pattern[str]
    letter: dict[str, str]


def plain(text: str) -> str:
    """Return the text with the words of help pages for slang, and without shouting.

    Sentence vectors of small models know neither the nicknames of things nor capitals; Russian in
    Latin letters becomes Cyrillic.
    """
    usage = _usage()
    quiet = _respelled(_quiet(text), usage)
    if not _CYRILLIC.search(quiet):
        return quiet
    return _WORD.sub(lambda found: _usual(found[0], usage), quiet)


def _usual(word: str, usage: _Usage) -> str:
    key = word.lower().replace("\u0451", "\u0435")
    if key in usage.words:
        return usage.words[key]
    for beginning, put in usage.beginnings:
        if key.startswith(beginning) and len(key) <= len(beginning) + _ENDING:
            return put
    return word


def _quiet(text: str) -> str:
    letters = len(_LETTER.findall(text))
    loud = letters > _FEW_LETTERS and len(_UPPER.findall(text)) > _LOUD * letters
    return text.lower() if loud else text


def _respelled(text: str, usage: _Usage) -> str:
    """Return Russian that was typed in Latin letters as Cyrillic, any other text as it is."""
    if _CYRILLIC.search(text):
        return text
    lowered = text.lower()
    if len(usage.latin_words.intersection(_LATIN_WORD.findall(lowered))) < _TELLING_WORDS:
        return text
    return usage.letters.sub(lambda found: usage.letter[found[0]], lowered)


@cache
def _usage() -> _Usage:
    text = files("knowledge").joinpath("models/colloquial.yaml").read_text(encoding="utf-8")
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    words = {str(key).replace("\u0451", "\u0435"): str(put) for key, put in data["words"].items()}
    letters = {str(key): str(put) for key, put in data["latin_letters"].items()}
    longest = sorted(letters, key=lambda key: (-len(key), key))
    return _Usage(
        words={key: put for key, put in words.items() if not key.endswith("*")},
        beginnings=tuple((key[:-1], put) for key, put in words.items() if key.endswith("*")),
        latin_words=frozenset(data["latin_words"].split()),
        letters=regex.compile("|".join(map(regex.escape, longest))),
        letter=letters,
    )
