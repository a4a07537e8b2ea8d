"""Canned replies of other programs: names become words, and their variables open brackets."""

from collections.abc import Sequence
from dataclasses import replace

import regex

from knowledge.sources.columns import HEADER_ROWS
from knowledge.sources.rows import Row
from knowledge.sources.words import plain_name, words

_VARIABLE = regex.compile(r"\{\{-?\s{0,5}([^{}|]{1,80}?)\s{0,5}(?:\|[^{}]{0,200})?-?\}\}")
_BETWEEN = regex.compile(r"[._-]+")


def filled_in(rows: Sequence[Row]) -> list[Row]:
    """Return rows; in a table of canned replies `{{contact.name}}` becomes `[contact name?]`.

    Such a bracket keeps a reply from being copied before somebody has filled it in.
    """
    names: list[str] = words()["canned"]
    for at, row in enumerate(rows[:HEADER_ROWS]):
        column = next((i for i, cell in enumerate(row.cells) if plain_name(cell) in names), None)
        if column is not None:
            return [*rows[: at + 1], *(_spoken(below, column) for below in rows[at + 1 :])]
    return list(rows)


def _spoken(row: Row, column: int) -> Row:
    cells = [
        _BETWEEN.sub(" ", cell) if i == column else _VARIABLE.sub(_bracket, cell)
        for i, cell in enumerate(row.cells)
    ]
    return replace(row, cells=tuple(cells))


def _bracket(found: regex.Match[str]) -> str:
    return f"[{_BETWEEN.sub(' ', found[1]).strip()}?]"
