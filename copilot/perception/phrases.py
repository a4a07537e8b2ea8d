"""A small language for phrases, compiled to patterns that cannot run away, and one-pass search.

`stem*` is a stem with any ending, a space any gap between words inside a sentence, `<3>` up to
three words in between, `#` a number, `(a|b)` a choice, `?` makes what stands before it optional,
`\\x` is the sign x itself. There is no unbounded repetition but that of letters within a word, so
every phrase is matched in time linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

_HEAD = 7  # letters by which phrases are filed; longer ones leave fewer candidates per word
_OFTEN = 60  # times one word is looked at in a text; repeating it more is no speech
_WHOLE, _STEM = "\0", "\1"  # how a head ends: at the end of its word, or anywhere inside
_TOKEN = re.compile(r"\w++")
_GAP = r"[\s,\"'\u00ab\u00bb\u2014\u2013()\-]+"
_SKIP = r"[^\s,.!?;:\"\u00ab\u00bb\u2014\u2013()\-]+"


class Match(NamedTuple):
    """A phrase found: its label and where."""

    label: str
    start: int
    end: int


class Phrasebook:
    """Phrases under labels, searched for all at once.

    Args:
        entries: label → phrases in the small language.

    Raises:
        ValueError: a phrase is not well-formed; the message names the label and the phrase.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        """Compile the phrases and file them by their first letters."""
        self._filed: dict[str, list[_Phrase]] = {}
        for label, phrases in entries.items():
            for line in phrases:
                for phrase in _alternatives(line):
                    self._file(label, phrase)

    def find(self, text: str) -> Iterator[Match]:
        """Yield the matches in a folded text, in order; matches may overlap."""
        seen = Counter[str]()
        for token in _TOKEN.finditer(text):
            at, word = token.start(), token.group()
            seen[word] += 1
            if seen[word] > _OFTEN:
                continue
            for phrase in self._candidates(word):
                if found := phrase.pattern.match(text, at):
                    yield Match(phrase.label, at, found.end())

    def compile_all(self) -> int:
        """Compile every phrase now, not at first need, and return how many there are."""
        phrases = {id(phrase): phrase for filed in self._filed.values() for phrase in filed}
        return sum(bool(phrase.pattern) for phrase in phrases.values())

    def _file(self, label: str, source: str) -> None:
        phrase = _Phrase(label, source)
        try:
            heads, _ = _walk(source, 0, {""})
        except (ValueError, IndexError) as error:
            raise ValueError(
                f"{label}: the phrase {source!r} is not well-formed: {error}"
            ) from error
        if heads & {"", _WHOLE, _STEM}:
            raise ValueError(f"{label}: the phrase {source!r} must begin with a letter or a number")
        for head in sorted({_close(head, _WHOLE) for head in heads}):
            self._filed.setdefault(head, []).append(phrase)

    def _candidates(self, word: str) -> Iterator["_Phrase"]:
        """Yield the phrases that may begin with this word, each once."""
        heads = [word + _WHOLE]
        heads += [word[:length] + _STEM for length in range(1, min(len(word), _HEAD) + 1)]
        found = [phrases for head in heads if (phrases := self._filed.get(head))]
        if len(found) <= 1:
            yield from found[0] if found else ()
            return
        yield from {id(phrase): phrase for phrases in found for phrase in phrases}.values()


class _Phrase:
    """A phrase of a label, compiled when a text first comes near it."""

    def __init__(self, label: str, source: str) -> None:
        self.label = label
        self._source = source

    @cached_property
    def pattern(self) -> "re.Pattern[str]":
        """The compiled phrase; it ends where a word ends."""
        try:
            source = _Reader(self._source).read()
            return re.compile(rf"(?:{source})(?!\w)")
        except (ValueError, re.error, IndexError) as error:
            raise ValueError(
                f"{self.label}: the phrase {self._source!r} is not well-formed: {error}"
            ) from error


def _alternatives(line: str) -> list[str]:
    """Cut a line at the choices outside parentheses, so that each is filed by its own head."""
    parts, depth = [""], 0
    for at, char in enumerate(line):
        escaped = at > 0 and line[at - 1] == "\\"
        depth += (char == "(") - (char == ")") if not escaped else 0
        if char == "|" and depth == 0 and not escaped:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


class _Reader:
    """Translates one phrase into a regular expression."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self.at = 0

    def read(self, *, inside: bool = False) -> str:
        out: list[str] = []
        while self.at < len(self.phrase):
            char = self.phrase[self.at]
            self.at += 1
            if char == ")":
                if not inside:
                    raise ValueError("a ')' too many")
                return "".join(out)
            out.append(self._item(char))
        if inside:
            raise ValueError("a ')' is missing")
        return "".join(out)

    def _item(self, char: str) -> str:
        simple = {"*": r"\w*+", " ": _GAP, "#": r"\d[\d.,]*", "|": "|", "?": "?"}
        if char in simple:
            return simple[char]
        if char == "(":
            return f"(?:{self.read(inside=True)})"
        if char == "<":
            end = self.phrase.index(">", self.at)
            most = int(self.phrase[self.at : end])
            self.at = end + 1
            if self.phrase[self.at : self.at + 1] == " ":
                self.at += 1
            return rf"(?:{_SKIP}{_GAP}){{0,{most}}}?"
        if char == "\\":
            char = self.phrase[self.at]
            self.at += 1
        return str(re.escape(char))


def _walk(phrase: str, at: int, open_heads: set[str]) -> tuple[set[str], int]:
    """Extend heads letter by letter until each is closed; return them and where the walk ended."""
    start, heads, done = set(open_heads), set(open_heads), set[str]()
    while at < len(phrase) and phrase[at] != ")":
        char = phrase[at]
        if char == "|":
            done |= heads
            heads = set(start)
            at += 1
            continue
        before = heads
        if char == "(":
            heads, at = _walk(phrase, at + 1, heads)
            at += 1
        else:
            at += 2 if char == "\\" else 1
            literal = char == "\\"
            heads = _extend(heads, phrase[at - 1] if literal else char, literal=literal)
            if char == "<":
                at = phrase.index(">", at) + 1
        if phrase[at : at + 1] == "?":
            heads, at = heads | before, at + 1
    return done | heads, at


def _extend(heads: set[str], char: str, *, literal: bool) -> set[str]:
    if not literal and char == "#":
        return {
            head + digit + _STEM if not head else _close(head, _STEM)
            for head in heads
            for digit in "0123456789"
        }
    if not literal and char == "*":
        return {_close(head, _STEM) for head in heads}
    if not char.isalnum():
        return {_close(head, _WHOLE) for head in heads}
    return {_grow(head, char) for head in heads}


def _grow(head: str, char: str) -> str:
    if head.endswith((_WHOLE, _STEM)):
        return head
    return head + char if len(head) < _HEAD else head + _STEM


def _close(head: str, mark: str) -> str:
    return head if head.endswith((_WHOLE, _STEM)) else head + mark
