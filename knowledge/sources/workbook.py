"""Excel workbooks, read row by row within limits, merged cells filled in."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import regex

from knowledge.errors import Refused
from knowledge.sources.decode import clean
from knowledge.sources.rows import MAX_ROWS, Row

_MAX_UNPACKED = 150_000_000
_MAX_RATIO = 200  # what spreadsheets reach is 10–40
_RATIO_FROM = 1_000_000  # bytes below which a ratio says nothing
_MAX_PARTS = 2_000
_MAX_COLUMNS = 1_000
_MERGE = regex.compile(
    rb'<(?:\w{1,10}:)?mergeCell\s[^<>]{0,40}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_MAX_SHEET_ROWS = 1_048_576
_MAX_MERGES = 50_000
_BLOCK = 1_000_000
_OVERLAP = 120  # bytes: longer than one mergeCell

Table = dict[int, list[str]]  # rows that hold something, by their number from 1
Merge = tuple[
    int, int, int, int
]  # top row (from 1), left column (from 0), bottom row, right column


def check_zip(data: bytes, what: str = "workbook") -> None:
    """Refuse an office file that unpacks to far more than it is.

    Raises:
        Refused: too large, too dense, too many parts, or a broken archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as cause:
        raise Refused(f"a broken {what} ({cause}); open and save it again") from cause
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MAX_PARTS or unpacked > _MAX_UNPACKED:
        raise Refused(f"unpacks to {unpacked / 1e6:.0f} MB in {len(parts)} parts: too large")
    for part in parts:
        if part.file_size > _RATIO_FROM and part.file_size > _MAX_RATIO * max(
            part.compress_size, 1
        ):
            raise Refused(f"its part {part.filename!r} is packed like a zip bomb")


def sheets(data: bytes) -> Iterator[tuple[str, list[Row] | Refused]]:
    """Yield the name and the rows of each sheet; hidden sheets and unreadable ones say why not.

    Raises:
        Refused: the workbook cannot be opened.
    """
    import openpyxl
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    check_zip(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except MemoryError:
        raise
    except Exception as cause:
        raise Refused(f"a broken workbook ({_short(cause)}); open and save it again") from cause
    try:
        merges = _merges(data)
        for sheet in book.worksheets:
            if not isinstance(sheet, ReadOnlyWorksheet):
                continue
            if sheet.sheet_state != "visible":
                yield sheet.title, Refused("a hidden sheet is not read; show it in Excel first")
                continue
            yield sheet.title, _sheet(sheet, merges.get(sheet.title, []))
    finally:
        book.close()


def _sheet(sheet: Any, merges: list[Merge]) -> list[Row] | Refused:
    sheet.reset_dimensions()  # the size that a file states is often wrong
    table: Table = {}
    try:
        for n, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = _cells(values)
            if cells:
                table[n] = cells
            if len(table) > MAX_ROWS or n > _MAX_SHEET_ROWS:
                return Refused(f"more than {MAX_ROWS} rows: split the table")
    except MemoryError:
        raise
    except Exception as cause:  # noqa: BLE001 - the same
        return Refused(f"a broken sheet ({_short(cause)}); open and save the workbook again")
    covered, wide = _fill(table, merges)
    return [
        Row(
            place=f"row {n}",
            cells=tuple(cells),
            section=cells[wide[n]] if n in wide and sum(map(bool, cells)) == 1 else "",
            filled=frozenset(covered.get(n, ())),
        )
        for n, cells in table.items()
    ]


def _fill(table: Table, merges: list[Merge]) -> tuple[dict[int, set[int]], dict[int, int]]:
    """Write a merged value into the rows below it; return the columns filled by row (from 1).

    The second value tells rows in which a cell spreads over several columns, with its column.
    """
    covered: dict[int, set[int]] = {}
    wide: dict[int, int] = {}
    for top, left, bottom, right in merges:
        value = _at(table, top, left)
        if not value:
            continue
        if top == bottom and right > left:
            wide[top] = left
        for row in _rows_between(table, top, bottom):
            cells = table[row]
            cells.extend([""] * (left + 1 - len(cells)))
            if not cells[left]:
                cells[left] = value
                covered.setdefault(row, set()).add(left)
    return covered, wide


def _rows_between(table: Table, top: int, bottom: int) -> Iterator[int]:
    """Yield the rows that hold something below `top`, as far as `bottom`."""
    if bottom - top > len(table):
        yield from (row for row in table if top < row <= bottom)
    else:
        yield from (row for row in range(top + 1, bottom + 1) if row in table)


def _at(table: Table, row: int, column: int) -> str:
    cells = table.get(row, [])
    return cells[column] if column < len(cells) else ""


def _cells(values: tuple[Any, ...]) -> list[str]:
    """Return a row as text, without the empty cells at its end; nothing of an empty row."""
    if not any(value is not None for value in values):
        return []
    cells = [_cell(value) for value in values[:_MAX_COLUMNS]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return clean(str(value)).strip()


def _merges(data: bytes) -> dict[str, list[Merge]]:
    """Return the merged ranges of each sheet by its title; the read-only reader leaves them out."""
    found: dict[str, list[Merge]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for title, part in _parts(archive):
            found[title] = _merges_in(archive, part)
    return found


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    from defusedxml import ElementTree

    try:
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    except (KeyError, ValueError, SyntaxError):  # parse errors are syntax errors
        return
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            key = next((value for name, value in element.items() if name.endswith("}id")), "")
            target = targets.get(key, "").removeprefix("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if part in archive.namelist():
                yield element.get("name", ""), part


def _merges_in(archive: zipfile.ZipFile, part: str) -> list[Merge]:
    found: list[Merge] = []
    tail = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            text = tail + block
            end = 0
            for mark in _MERGE.finditer(text):
                end = mark.end()
                found.append((int(mark[2]), _column(mark[1]), int(mark[4]), _column(mark[3])))
            tail = text[max(end, len(text) - _OVERLAP) :]
    return found[:_MAX_MERGES]


def _column(letters: bytes) -> int:
    """Return the index (from 0) of a column by its letters."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1


def _short(cause: Exception) -> str:
    return f"{type(cause).__name__}: {cause}"[:120]
