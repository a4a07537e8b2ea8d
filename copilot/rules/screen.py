"""A cheap test before an expensive pattern: letters without which it cannot match."""

from collections.abc import Sequence
from typing import NamedTuple

_SHORTEST = 3  # a two-letter run is in almost every text


class Screen(NamedTuple):
    """Runs of letters of which a text must hold at least one; empty means that all texts pass."""

    runs: tuple[str, ...]

    def passes(self, low: str) -> bool:
        """Say whether a pattern may match in a lower-case text."""
        return not self.runs or any(run in low for run in self.runs)


def screen_of(patterns: Sequence[str]) -> Screen:
    """Return the screen for a set of patterns, any of which may match."""
    runs: set[str] = set()
    for pattern in patterns:
        needed = _needed(pattern)
        if not needed:
            return Screen(())
        runs |= needed
    return Screen(tuple(sorted(runs)))


def _needed(pattern: str) -> set[str]:
    """Return letter runs one of which is in every match, or an empty set if that is unclear."""
    if "(?-i" in pattern or "|" in _top_level(pattern):
        return set()
    best = ""
    for run in _runs(pattern):
        best = max(best, run, key=len)
    return {best.lower()} if len(best) >= _SHORTEST else set()


def _top_level(pattern: str) -> str:
    return "".join(char for char, depth in _walk(pattern) if depth == 0)


def _runs(pattern: str) -> list[str]:
    """Return the unconditional letter runs outside of groups and classes."""
    runs: list[str] = []
    run = ""
    chars = list(_walk(pattern))
    for char, depth in chars:
        if depth == 0 and char.isalpha():
            run += char
            continue
        if char in "?*{" and run:
            run = run[:-1]
        runs.append(run)
        run = ""
    runs.append(run)
    return runs


def _walk(pattern: str) -> list[tuple[str, int]]:
    """Return the characters with their depth in groups and classes; escapes count as signs."""
    found: list[tuple[str, int]] = []
    depth, at, in_class = 0, 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            found.append(("\\", depth + in_class))
            closing = pattern.find("}", at)
            named = pattern[at + 1 : at + 3] in ("p{", "P{", "x{", "N{") and closing > 0
            at = closing + 1 if named else at + 2
            continue
        if in_class:
            in_class = char != "]"
            found.append(("[", depth + 1))
        elif char == "[":
            in_class = True
            found.append(("[", depth + 1))
        elif char in "()":
            depth += 1 if char == "(" else -1
            found.append((char, 1))
        else:
            found.append((char, depth))
        at += 1
    return found
