"""A cheap test before an expensive pattern: letters without which it cannot match.

From each pattern the runs of letters are taken one of which every match must hold. Their triples of
letters are compared with those of the text, so that hundreds of patterns cost one set operation each.
"""

from collections.abc import Iterator

import regex

_SIZE = 3  # a two-letter run is in almost every text
_MOST = 200  # alternatives; with more of them some is in almost every text
_GROUP_HEAD = regex.compile(r"\?(?:P<\w+>|<(?![=!])\w+>|[a-zA-Z]*(?:-[a-zA-Z]+)?:|>|\|)")
_ASIDE_HEAD = regex.compile(r"\?(?:<?[=!]|#)")
_QUANTIFIER = regex.compile(r"(?:[?*+]|\{\d*(?:,\d*)?\})[?+]?")
_ESCAPE = regex.compile(r"\\(?:[pPN]\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", regex.DOTALL)
_CLASS = regex.compile(r"\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\]", regex.DOTALL)

Demands = tuple[frozenset[str], ...]  # of each set one run of letters is in every match


def triples(low: str) -> frozenset[str]:
    """Return every three neighbouring characters of a lower-case text."""
    return frozenset(low[at : at + _SIZE] for at in range(len(low) - _SIZE + 1))


def needed(pattern: str) -> Demands:
    """Return sets of triples: a text that the pattern matches has one of each set."""
    return tuple(
        frozenset(run[-_SIZE:] for run in runs)
        for runs in _Reader(pattern).alternatives()
        if len(runs) <= _MOST
    )


def passes(demands: Demands, there: frozenset[str]) -> bool:
    """Say whether a text with these triples may match."""
    return all(not there.isdisjoint(demand) for demand in demands)


class _Reader:
    """Reads a pattern of the `regex` module as far as its certain letters go."""

    def __init__(self, pattern: str) -> None:
        self.source = pattern
        self.at = 0

    def alternatives(self) -> Demands:
        """Read up to the closing bracket or the end."""
        branches: list[Demands] = [self._sequence()]
        while self.at < len(self.source) and self.source[self.at] == "|":
            self.at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        if not all(branches):
            return ()
        return (frozenset(run for branch in branches for run in max(branch, key=_worth)),)

    def _sequence(self) -> Demands:
        return tuple(demand for item in self._items() for demand in item)

    def _items(self) -> Iterator[Demands]:
        run = ""
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            char = self.source[self.at]
            if char.isalpha() or char == " ":
                self.at += 1
                optional = self._optional()
                if optional is None:
                    run += char.lower()
                    continue
                yield _certain(run if optional else run + char.lower())
                run = ""
                continue
            yield _certain(run)
            run = ""
            yield self._piece(char)
        yield _certain(run)

    def _piece(self, char: str) -> Demands:
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

    def _group(self) -> Demands:
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


def _certain(run: str) -> Demands:
    return (frozenset({run}),) if len(run) >= _SIZE else ()


def _worth(runs: frozenset[str]) -> tuple[int, int]:
    return -len(runs), min((len(run) for run in runs), default=0)
