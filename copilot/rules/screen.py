"""A cheap test before an expensive pattern: letters without which it cannot match.

From each pattern the runs of letters are taken one of which every match must hold, word edges and
gaps as a space. Their triples are compared with those of the text, and where one is there, the runs
themselves are looked up: hundreds of patterns cost little more than a set operation each.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from copilot.rules.lexicon import patterns, source_of
from knowledge import Locale

_SIZE = 3  # a two-letter run is in almost every text
_MOST = 600  # alternatives; with more of them some is in almost every text
_GROUP_HEAD = regex.compile(r"\?(?:P<\w+>|<(?![=!])\w+>|[a-zA-Z]*(?:-[a-zA-Z]+)?:|>|\|)")
_ASIDE_HEAD = regex.compile(r"\?(?:<?[=!]|#)")
_QUANTIFIER = regex.compile(r"(?:[?*+]|\{\d*(?:,\d*)?\})[?+]?")
_ESCAPE = regex.compile(r"\\(?:[pPN]\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", regex.DOTALL)
_CLASS = regex.compile(r"\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\]", regex.DOTALL)
_GAP = regex.compile(r"[^\p{L}\p{Nd}]+")
_LETTER = regex.compile(r"[\p{L}\p{Nd}]")
_SPECIAL = frozenset(".^$[](){}*+?\\")

Runs = tuple[frozenset[str], ...]  # of each set one run of letters is in every match


class Demand(NamedTuple):
    """Runs one of which every match holds, each under its last triple of letters."""

    triples: frozenset[str]
    runs: Mapping[str, tuple[str, ...]]


Demands = tuple[Demand, ...]


class Letters(NamedTuple):
    """A text as the quick test sees it: letters and digits, everything between them one space."""

    text: str
    triples: frozenset[str]


@lru_cache(maxsize=1024)
def letters(low: str) -> Letters:
    """Return a lower-case text for the quick test."""
    text = f" {_GAP.sub(' ', low).strip(' ')} "
    return Letters(text, frozenset(text[at : at + _SIZE] for at in range(len(text) - _SIZE + 1)))


def alternatives_of(pattern: str) -> tuple[str, ...]:
    """Return the alternatives of a pattern outside of any bracket, each a pattern of its own."""
    reader = _Reader(pattern)
    edges = [*reader.bars(), len(pattern)]
    starts = [0, *(edge + 1 for edge in edges[:-1])]
    return tuple(pattern[start:end] for start, end in zip(starts, edges, strict=True))


def needed(pattern: str) -> Demands:
    """Return what a text must hold for the pattern to match: one run of each set."""
    return tuple(_by_triple(runs) for runs in _Reader(pattern).alternatives() if len(runs) <= _MOST)


def passes(demands: Demands, there: Letters) -> bool:
    """Say whether a text with these letters may match."""
    text, triples = there
    return all(
        any(run in text for triple in demand.triples & triples for run in demand.runs[triple])
        for demand in demands
    )


@cache
def hears(language: Locale, name: str, *path: str) -> Callable[[str], bool]:
    """Return a test of folded lower-case text for the patterns of a lexicon under `path`."""
    demands = needed(source_of(language, name, *path))

    def heard(low: str) -> bool:
        if not passes(demands, letters(low)):
            return False
        return patterns(language, name, *path).search(low) is not None

    return heard


def _by_triple(runs: frozenset[str]) -> Demand:
    table: dict[str, list[str]] = {}
    for run in sorted(runs):
        table.setdefault(run[-_SIZE:], []).append(run)
    return Demand(frozenset(table), {triple: tuple(found) for triple, found in table.items()})


class _Reader:
    """Reads a pattern of the `regex` module as far as its certain letters go."""

    def __init__(self, pattern: str) -> None:
        self.source = pattern
        self.at = 0

    def bars(self) -> Iterator[int]:
        """Yield the places of the bars outside of any bracket."""
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "|":
                yield self.at
                self.at += 1
            elif char == "(":
                self._group()
            elif match := (_ESCAPE if char == "\\" else _CLASS).match(self.source, self.at):
                self.at = match.end()
            else:
                self.at += 1

    def alternatives(self) -> Runs:
        """Read up to the closing bracket or the end."""
        branches: list[Runs] = [self._sequence()]
        while self.at < len(self.source) and self.source[self.at] == "|":
            self.at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        if not all(branches):
            return ()
        return (frozenset(run for branch in branches for run in max(branch, key=_worth)),)

    def _sequence(self) -> Runs:
        return tuple(demand for item in self._items() for demand in item)

    def _items(self) -> Iterator[Runs]:
        run = ""
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            if self.source.startswith("\\b", self.at):
                self.at += 2
                run = _join(run, " ")
                continue
            sign = self._sign()
            if not sign:
                yield _certain(run)
                run = ""
                yield self._piece(self.source[self.at])
                continue
            optional = self._optional()
            if optional is None or (sign == " " and not optional):
                run = _join(run, sign)
                continue
            yield _certain(run if optional else _join(run, sign))
            run = ""
        yield _certain(run)

    def _sign(self) -> str:
        """Read one certain sign: a letter as it is, any gap as a space; '' if the next is neither."""
        char = self.source[self.at]
        if char == "\\":
            return self._escaped()
        if char in _SPECIAL:
            return ""
        self.at += 1
        return char.lower() if _LETTER.match(char) else " "

    def _escaped(self) -> str:
        after = self.source[self.at + 1 : self.at + 2]
        if after in ("s", "n") or (after and not after.isalnum()):
            self.at += 2
            return " "
        return ""

    def _piece(self, char: str) -> Runs:
        if char == "(":
            return self._group()
        for start, form in (("\\", _ESCAPE), ("[", _CLASS)):
            if char == start and (match := form.match(self.source, self.at)):
                self.at = match.end()
                self._optional()
                return ()
        self.at += 1
        self._optional()
        return ()

    def _group(self) -> Runs:
        self.at += 1
        aside = _ASIDE_HEAD.match(self.source, self.at)
        head = _GROUP_HEAD.match(self.source, self.at)
        if aside or head:
            self.at = (aside or head).end()  # type: ignore[union-attr]  # one of them is there
        demands = self.alternatives()
        self.at += 1  # the closing bracket
        optional = self._optional()
        return () if aside or optional else demands

    def _optional(self) -> bool | None:
        """Read a quantifier: None without one, else whether it allows for nothing."""
        match = _QUANTIFIER.match(self.source, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match.group()[0] in "?*" or match.group().startswith(("{0", "{,"))


def _join(run: str, sign: str) -> str:
    return run if sign == " " and run.endswith(" ") else run + sign


def _certain(run: str) -> Runs:
    return (frozenset({run}),) if len(run) >= _SIZE else ()


def _worth(runs: frozenset[str]) -> tuple[int, int]:
    return -len(runs), min((len(run) for run in runs), default=0)
