"""The word lists and wording of rewriting, read from `lexicons/{ru,en}/*.yaml`."""

from functools import cache
from typing import Any, NamedTuple

import regex

from copilot.packaged import packaged
from copilot.rules.lexicon import compile_any, fold
from knowledge import Locale

_GROUP = regex.compile(r"\\(\d)")


class Swap(NamedTuple):
    """A pattern and what is said instead; `\\1` in it stands for the first group as written."""

    pattern: "regex.Pattern[str]"
    new: str

    def said(self, match: "regex.Match[str]", text: str) -> str:
        """Return the new words for a match found in the folded form of `text`."""

        def group(found: "regex.Match[str]") -> str:
            start, end = match.span(int(found[1]))
            return text[start:end] if start >= 0 else ""

        return str(_GROUP.sub(group, self.new))


@cache
def words(language: Locale, name: str) -> Any:
    """Return the lexicon file `name` of a language as it stands.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return packaged("improve", "lexicons", language, f"{name}.yaml")


@cache
def swaps(language: Locale, name: str, key: str) -> tuple[Swap, ...]:
    """Return the table `key` of a lexicon, pattern to new words, compiled in its order."""
    table: dict[str, str] = words(language, name)[key] or {}
    return tuple(Swap(_whole(pattern), new) for pattern, new in table.items())


@cache
def pattern(language: Locale, name: str, key: str) -> "regex.Pattern[str]":
    """Return the list `key` of a lexicon as one pattern, each entry between word borders."""
    entries: list[str] = words(language, name)[key] or []
    return compile_any([rf"(?<![\p{{L}}\d])(?:{entry})(?![\p{{L}}\d])" for entry in entries])


@cache
def opening(language: Locale, name: str, key: str) -> "regex.Pattern[str]":
    """Return the list `key` as one pattern for the beginning of a text; entries end as they say."""
    entries: list[str] = words(language, name)[key] or []
    return compile_any([rf"^(?:{entry})" for entry in entries])


@cache
def sentence_pattern(language: Locale, name: str, key: str) -> "regex.Pattern[str]":
    """Return the list `key` as one pattern for a whole sentence without its end marks."""
    entries: list[str] = words(language, name)[key] or []
    return compile_any([rf"^(?:{entry})[ .!)\u2026,:;]*$" for entry in entries])


def _whole(source: str) -> "regex.Pattern[str]":
    return regex.compile(
        rf"(?<![\p{{L}}\d])(?:{fold(source)})(?![\p{{L}}\d])", regex.IGNORECASE | regex.MULTILINE
    )
