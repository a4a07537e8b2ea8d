"""Tables inside pages: those that hold questions with answers are found and taken out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from knowledge.errors import Refused
from knowledge.sources.columns import find_layout, role_of
from knowledge.sources.rows import Row

_BREAKS = regex.compile(r"[ \t]*<br[ \t]{0,3}/?>[ \t]*", regex.I)
_RULE = regex.compile(r"^[ \t]{0,8}\|?[ \t:|-]{3,500}$")
_HEADING = regex.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.{1,250}?)[ \t#]*$")
_UNESCAPED_BAR = regex.compile(r"(?<!\\)\|")
_ASKING = 0.8  # the share of first cells that ask in a table without a header


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of questions with answers: its rows, columns as `--map` names them, its heading."""

    rows: tuple[Row, ...]
    columns: dict[str, str]
    heading: str = ""


def split_tables(text: str, first_line: int = 1) -> tuple[str, tuple[PageTable, ...]]:
    """Return a page without its tables of questions, line for line, and these tables.

    Other tables stay in the text.
    """
    if "|" not in text:
        return text, ()
    lines = text.split("\n")
    found: list[PageTable] = []
    for start, end in _spans(lines):
        rows = _rows(lines, start, end, first_line)
        columns = _columns(rows)
        if columns is None:
            lines[start:end] = [_flat(line) for line in lines[start:end]]
        else:
            found.append(PageTable(tuple(rows), columns, _heading_above(lines, start)))
            lines[start:end] = [""] * (end - start)
    return "\n".join(lines), tuple(found)


def _spans(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of each table: a row, a rule below it, and rows on."""
    at = 0
    while at + 1 < len(lines):
        head, rule = lines[at], lines[at + 1]
        if "|" not in head or "-" not in rule or "|" not in rule or not _RULE.match(rule):
            at += 1
            continue
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        yield at, end
        at = end


def _rows(lines: Sequence[str], start: int, end: int, first_line: int) -> list[Row]:
    return [
        Row(f"line {at + first_line}", _cells(lines[at]))
        for at in range(start, end)
        if at != start + 1
    ]


def _cells(line: str) -> tuple[str, ...]:
    bare = line.strip()
    bare = bare.removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    cells = (part.replace("\\|", "|").strip() for part in _UNESCAPED_BAR.split(bare))
    return tuple(_BREAKS.sub("\n", cell) for cell in cells)


def _columns(rows: Sequence[Row]) -> dict[str, str] | None:
    """Return {} for a table whose header names them, their numbers for one that only asks."""
    header = rows[0].cells
    try:
        question, answer = find_layout([header], {}).pairs[0]
    except Refused:
        return _asking_columns(rows)
    if role_of(header[question]) == "question" and role_of(header[answer]) == "answer":
        return {}
    return _asking_columns(rows)


def _asking_columns(rows: Sequence[Row]) -> dict[str, str] | None:
    pairs = [row.cells for row in rows if len(row.cells) == 2 and all(row.cells)]
    asking = sum(question.endswith("?") for question, _ in pairs)
    if len(pairs) >= 2 and len(pairs) == len(rows) and asking >= _ASKING * len(pairs):
        return {"question": "1", "answer": "2"}
    return None


def _heading_above(lines: Sequence[str], start: int) -> str:
    for at in range(start - 1, -1, -1):
        if found := _HEADING.match(lines[at]):
            return str(found[1])
    return ""


def _flat(line: str) -> str:
    return str(_BREAKS.sub(" ", line.replace("\\|", "/")))
