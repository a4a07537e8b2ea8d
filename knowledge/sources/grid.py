"""Rows of cells as a Markdown table."""

from collections.abc import Sequence

_BREAK = "<br>"  # between the lines of one cell


def table_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a Markdown table; a table of one column is paragraphs."""
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    width = max((_width(row) for row in filled), default=0)
    if width < 2:
        return "\n\n".join(cell.strip() for row in filled for cell in row if cell.strip())
    lines = [_line(row[:width]) for row in filled]
    return "\n".join([lines[0], _line(["---"] * width), *lines[1:]])


def _width(row: Sequence[str]) -> int:
    return max((i for i, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("|", "\\|").split("\n"))
    return _BREAK.join(line for line in lines if line)
