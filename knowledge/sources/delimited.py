"""Tables as text: comma, semicolon, tab or bar between cells, quotes around what holds them."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from knowledge.errors import Refused
from knowledge.sources.columns import HEADER_ROWS, role_of
from knowledge.sources.rows import MAX_ROWS, Row

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 50  # rows
_SNIFFED_CHARS = 200_000
_MAX_COLUMNS = 2_000


def delimited_rows(text: str) -> list[Row]:
    """Return the rows of a table; a place counts rows as a spreadsheet shows them.

    Raises:
        Refused: a quote is never closed, or there are too many rows or columns.
    """
    text = _without_hint(text)
    delimiter = _delimiter(text)
    rows: list[Row] = []
    try:
        for n, cells in enumerate(_reader(text, delimiter), start=1):
            if n > MAX_ROWS:
                raise Refused(f"more than {MAX_ROWS} rows: split the table")
            if len(cells) > _MAX_COLUMNS:
                raise Refused(f"{len(cells)} columns; at most {_MAX_COLUMNS}", place=f"row {n}")
            rows.append(Row(f"row {n}", tuple(cell.strip() for cell in cells)))
    except csv.Error as cause:
        raise Refused(
            f"the table breaks off ({cause}): perhaps a quote that opens here is never closed",
            place=f"row {len(rows) + 1}",
        ) from cause
    return rows


def _without_hint(text: str) -> str:
    """Leave out the line `sep=;` that Excel writes for itself."""
    first, _, rest = text.partition("\n")
    return rest if first.strip().lower().startswith("sep=") and len(first) < 10 else text


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _delimiter(text: str) -> str:
    """Return the delimiter that gives known column names, else the most even rows."""
    return max(_DELIMITERS, key=lambda delimiter: _fitness(text[:_SNIFFED_CHARS], delimiter))


def _fitness(text: str, delimiter: str) -> tuple[int, float, int]:
    widths: list[int] = []
    known = 0
    try:
        for n, cells in enumerate(_reader(text, delimiter)):
            if n >= _SNIFFED:
                break
            if any(cells):
                widths.append(len(cells))
            if n < HEADER_ROWS and len(cells) > 1:
                known = max(known, len({role_of(cell) for cell in cells} - {None}))
    except csv.Error:
        pass  # a cell cut off at the end of the sample
    if not widths or max(widths) < 2:
        return known, 0.0, 0
    width, often = max(Counter(widths).items(), key=lambda pair: pair[1] if pair[0] > 1 else 0)
    return known, often / len(widths) if width > 1 else 0.0, width
