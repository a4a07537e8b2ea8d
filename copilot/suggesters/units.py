"""Units: an article cut into what must stay together, with the headings above.

A list stays with its lead-in and with the remarks between its steps, a command with the line that
announces it, a label with what it names. Nothing is altered beyond taking off Markdown, greetings
and pointers that lead nowhere in a chat.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from copilot.cues import folded, hears
from copilot.packaged import packaged
from knowledge import Locale

_LIST_MARK = re.compile(r"^\s*(?:[-*\u2022\u2013\u2014]|\d{1,2}[.)])\s+")
_NUMBER = re.compile(r"^\s*(\d{1,2})[.)]\s")
_MARKS = re.compile(r"\*\*|__|`|^#{1,6}\s+|^>\s+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((https?://[^)\s]{1,400})\)")
_CODE = re.compile(r"^[$#/]|(?:^|\s)--?[a-z]|[=|{}<>\\]|^[a-z][\w.-]*(?: [\w.:/-]+)*$|://")
_LONG_LINE = 4_000  # razdel takes more than linear time on odd long lines
_PLAIN_END = re.compile(r"(?<=[.!?])\s+")
_SENTENCE_START = re.compile(r"^\W*[A-Z\u0410-\u042f\u0401\d]")
_END = re.compile(r"[.!?\u2026:;)\u00bb\"\u201d]$")
_HEADING_CHARS = 100
_FOREIGN_WORDS = 4  # in a line that nobody translated; fewer may be a name
_OWN_CHARS = 200  # in its own language are an answer, however much nobody translated
_WORDS = {"ru": regex.compile(r"\b\p{Cyrillic}{2,}"), "en": regex.compile(r"\b\p{Latin}{2,}")}
_MOST_LINES = 600  # of one article; longer ones are cut into chunks that are read alone


@dataclass(frozen=True)
class Line:
    """A sentence or a line of an article; `opens` says that it begins a line of its own there."""

    text: str
    opens: bool = False


@dataclass(frozen=True)
class Unit:
    """What stays together: a sentence, or several lines.

    `heading` is the one above it, `section` the count of headings so far.
    """

    lines: tuple[Line, ...]
    section: int = 0
    heading: str = ""

    @property
    def text(self) -> str:
        """The words of the unit."""
        return "\n".join(line.text for line in self.lines)

    @property
    def size(self) -> int:
        """Characters that the unit takes in a reply."""
        return sum(len(line.text) + 1 for line in self.lines)

    @property
    def listed(self) -> bool:
        """Whether the unit holds items of a list."""
        return any(is_list_item(line.text) for line in self.lines)

    def pieces(self, max_chars: int) -> tuple["Unit", ...]:
        """Return the unit, or its lines one by one when it is longer than `max_chars`."""
        if self.size <= max_chars or len(self.lines) < 2:
            return (self,)
        lead = 1 + next((n for n, ln in enumerate(self.lines) if is_list_item(ln.text)), 1)
        groups = [self.lines[:lead], *((line,) for line in self.lines[lead:])]
        return tuple(Unit(group, self.section, self.heading) for group in groups)


@cache
def left_out(language: Locale) -> dict[str, regex.Pattern[str]]:
    """Return the patterns of what an article says that a reply does not, by name."""
    table = wording_of(language)
    return {
        name: regex.compile("|".join(alternatives))
        for name, alternatives in table.items()
        if isinstance(alternatives, list)
    }


@cache
def wording_of(language: Locale) -> dict[str, Any]:
    """Return the wording file of passages as it stands."""
    loaded: dict[str, Any] = packaged("wording", f"passages_{language}.yaml")
    return loaded


def is_list_item(text: str) -> bool:
    """Say whether a line is an item of a list and so starts on a line of its own."""
    return _LIST_MARK.match(text) is not None


def ends_in_mark(text: str) -> bool:
    """Say whether a line ends as a sentence or a lead-in does."""
    return _END.search(text.rstrip()) is not None


def sentences(line: str) -> list[str]:
    """Cut a line into sentences; lines too long for the careful way are cut the plain way."""
    if len(line) > _LONG_LINE:
        return [piece for raw in _PLAIN_END.split(line) if (piece := raw.strip())]
    from razdel import sentenize

    return [piece.text.strip() for piece in sentenize(line)]


def plain_lines(text: str) -> list[str]:
    """Return the lines of a text without Markdown and ruled lines."""
    bare = _MARKS.sub("", _LINK.sub(r"\1 (\2)", text))
    lines = (line.strip() for line in bare.splitlines())
    return [line for line in lines if line and not set(line) <= set("-=*_ |")]


def units_of(lines: Sequence[str], language: Locale) -> list[Unit]:
    """Return the units of an article in order; a heading stands in the first unit below it."""
    units: list[Unit] = []
    section, heading = 0, ""
    for block in _blocks(_kept(_translated(lines[:_MOST_LINES], language), language)):
        if len(block) == 1 and _is_heading(block[0]):
            section, heading = section + 1, block[0]
            units.append(Unit((Line(block[0], opens=True),), section, heading))
            continue
        units.extend(Unit(group, section, heading) for group in _split(block, language))
    return _headings_joined(units)


def _translated(lines: Sequence[str], language: Locale) -> list[str]:
    """Leave out lines that nobody translated where the article also speaks its own language."""
    own = [line for line in lines if is_list_item(line) or not _is_foreign(line, language)]
    spoken = sum(len(line) for line in own if _WORDS[language].search(line))
    return own if spoken >= min(_OWN_CHARS, sum(map(len, lines)) / 2) else list(lines)


def _is_foreign(line: str, language: Locale) -> bool:
    if is_code(line):
        return False
    counts = {name: len(words.findall(line)) for name, words in _WORDS.items()}
    own, other = counts[language], counts["en" if language == "ru" else "ru"]
    return other >= _FOREIGN_WORDS and other > 2 * own


def _kept(lines: Sequence[str], language: Locale) -> list[str]:
    """Leave out brackets and lines that only point elsewhere, and the list of neighbours."""
    out = left_out(language)
    kept: list[str] = []
    for line in lines:
        if kept and out["tails"].search(folded(line)):
            break
        bare = _without(out["asides"], line)
        if bare and not out["footnotes"].search(bare):
            kept.append(bare)
    return kept


def _without(pattern: regex.Pattern[str], line: str) -> str:
    low = folded(line)
    if len(low) != len(line):
        return line
    for found in reversed(list(pattern.finditer(low))):
        line = line[: found.start()] + line[found.end() :]
    return line.strip()


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield lines that stay together."""
    block: list[str] = []
    for n, line in enumerate(lines):
        if block and not _joins(block, line, lines[n + 1 :]):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _joins(block: Sequence[str], line: str, rest: Sequence[str]) -> bool:
    last = block[-1]
    if is_list_item(line) or line.endswith(";"):
        return last.endswith((":", ";")) or any(is_list_item(one) for one in block)
    if last.endswith((":", ";")) or last.count("(") > last.count(")"):
        return True
    if is_code(line) and not ends_in_mark(last):
        return True
    if any(is_list_item(one) for one in block):
        return _goes_on(block, rest)
    code = is_code(last)
    return (code and (is_code(line) or not _SENTENCE_START.match(line))) or (
        code and len(block) > 1 and line.endswith(":") and len(line) <= _HEADING_CHARS
    )


def _goes_on(block: Sequence[str], rest: Sequence[str]) -> bool:
    """Say whether the numbered list of the block goes on after a remark."""
    numbers = [int(found[1]) for one in block if (found := _NUMBER.match(one))]
    for line in rest[:3]:
        if found := _NUMBER.match(line):
            return bool(numbers) and int(found[1]) == numbers[-1] + 1
    return False


def is_code(line: str) -> bool:
    """Say whether a line is a command or an address and so bears no full stop."""
    return not ends_in_mark(line) and _CODE.search(line) is not None


def _is_heading(line: str) -> bool:
    if is_list_item(line) or len(line) > _HEADING_CHARS or line.endswith(":"):
        return False
    return not ends_in_mark(line) and not is_code(line)


def _split(block: Sequence[str], language: Locale) -> Iterator[tuple[Line, ...]]:
    """Yield the sentences of a single line, or all lines of several as one."""
    if len(block) > 1:
        *before, lead = _sentences(block[0], language) or [""]
        for n, text in enumerate(before):
            yield (Line(text, opens=n == 0),)
        rest = [Line(line, opens=True) for line in block[1:]]
        yield tuple(line for line in (Line(lead, opens=not before), *rest) if line.text)
        return
    for n, text in enumerate(_sentences(block[0], language)):
        yield (Line(text, opens=n == 0),)


def _sentences(line: str, language: Locale) -> list[str]:
    if is_list_item(line):
        return [line]
    pointers = left_out(language)["pointers"]
    return [
        s
        for s in sentences(line)
        if s
        and not hears(s, "greeting", language, group="composing")
        and ("://" in s or not pointers.search(folded(s)))
    ]


def _headings_joined(units: Sequence[Unit]) -> list[Unit]:
    """Put every heading in front of the unit below it; lines with nothing below stand alone."""
    joined: list[Unit] = []
    waiting: tuple[Line, ...] = ()
    last = Unit(())
    for unit in units:
        last = unit
        if unit.heading == unit.text and not unit.listed:
            waiting = (*waiting, *unit.lines)
            continue
        joined.append(Unit((*waiting, *unit.lines), unit.section, unit.heading))
        waiting = ()
    if waiting:
        joined.append(Unit(waiting, last.section, last.heading))
    return joined
