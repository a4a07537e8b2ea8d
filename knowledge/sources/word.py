"""Word texts: paragraphs, headings by their style, lists and tables, as Markdown."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import regex

from knowledge.errors import Refused
from knowledge.sources.articles import Paper
from knowledge.sources.decode import clean
from knowledge.sources.grid import table_markdown
from knowledge.sources.wordstyles import Styles, child, flag, local, value
from knowledge.sources.workbook import check_zip

_BODY = "word/document.xml"
_MAX_CHARS = 2_000_000
_MAX_SPAN = 100  # columns that one cell may say it covers
_MAX_BOLD_HEADING = 100
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_UNSEEN = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr"}
_SEPARATOR = regex.compile(r"^[\s\-=_*~—–.]{2,}$")
_SPACES = regex.compile(r"[ \t\u00a0]+")
_CONTENTS = regex.compile(r"\.{4,}\s{0,3}\d{1,4}$|\t\d{1,4}$")  # a line of a table of contents
_HEADING_INSIDE = regex.compile(r"^#{1,6} ", regex.M)


def word_paper(data: bytes) -> Paper:
    """Return the text of a Word file as Markdown; deleted and hidden text is left out.

    Raises:
        Refused: it is broken, protected or too large.
    """
    check_zip(data, "Word text")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            writer = _Writer(Styles.of(archive))
            for block in _blocks(archive):
                writer.block(block)
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile, EOFError) as cause:
        forbidden = type(cause).__name__ == "EntitiesForbidden"
        reason = "its XML has entities" if forbidden else f"{type(cause).__name__}: {cause}"[:120]
        raise Refused(f"a broken Word text ({reason}); open and save it again") from cause
    return writer.paper()


def _blocks(archive: zipfile.ZipFile) -> Iterator[Any]:
    """Yield the paragraphs and tables of the body, each forgotten after it was used."""
    from defusedxml import ElementTree

    depth = 0
    with archive.open(_BODY) as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            depth += 1 if event == "start" else -1
            if event == "end" and depth == 2:  # a child of the body
                yield element
                element.clear()


class _Writer:
    """Collects lines, each with the name of its place."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._lines: list[str] = []
        self._places: list[str] = []
        self._title = ""
        self._paragraphs = self._tables = self._chars = 0
        self._was_list = False

    def paper(self) -> Paper:
        text = "\n".join(self._lines)
        if not self._styles.headings_used:
            text = _bold_headings(text)
        return Paper(text, tuple(self._places), self._title)

    def block(self, element: Any) -> None:
        name = local(element.tag)
        if name == "p":
            self._paragraph(element)
        elif name == "tbl":
            self._table(element)
        elif name in {"sdt", "sdtContent", "customXml", "ins", "smartTag"}:
            for inner in element:
                self.block(inner)

    def _paragraph(self, element: Any) -> None:
        self._paragraphs += 1
        style = self._styles.of_paragraph(element)
        text = _paragraph_text(element)
        if not text or _CONTENTS.search(text):
            return
        place = f"paragraph {self._paragraphs}"
        if style.is_title and not self._title:
            self._title = " ".join(text.split())[:200]
        elif style.heading:
            self._styles.headings_used = True
            self._add(f"{'#' * style.heading} {' '.join(text.split())}", place)
        elif mark := self._styles.list_mark(element):
            self._add(f"{mark}{text}", place, in_list=True)
        else:
            self._add(f"**{text}**" if _is_bold(element) and "\n" not in text else text, place)

    def _table(self, element: Any) -> None:
        self._tables += 1
        rows = _table_rows(element, self._styles)
        cells = [cell for row in rows for cell in row if cell]
        place = f"table {self._tables}"
        if any(_HEADING_INSIDE.search(cell) for cell in cells):
            self._add("\n\n".join(cells), place)
            return
        markdown = table_markdown(rows)
        is_grid = markdown.startswith("| ")
        filled = [n for n, row in enumerate(rows, start=1) if any(row)]
        for i, line in enumerate(markdown.split("\n")):
            row = filled[max(i - 1, 0)] if is_grid else 0
            self._add(line, f"{place}, row {row}" if row else place, in_list=i > 0)

    def _add(self, text: str, place: str, *, in_list: bool = False) -> None:
        self._chars += len(text)
        if self._chars > _MAX_CHARS:
            raise Refused(f"more than {_MAX_CHARS} characters: split the text")
        if self._lines and not (in_list and self._was_list):
            self._lines.append("")
            self._places.append(place)
        self._was_list = in_list or text.startswith("| ")
        for line in text.split("\n"):
            self._lines.append(line)
            self._places.append(place)


def _bold_headings(text: str) -> str:
    """Make headings of short bold lines, in a text that was written without heading styles."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        bare = line.removeprefix("**").removesuffix("**")
        short = len(bare) <= _MAX_BOLD_HEADING and not bare.endswith((".", ";", ","))
        if line.startswith("**") and line.endswith("**") and short:
            lines[at] = f"## {bare.removesuffix(':')}"
    return "\n".join(lines)


def _paragraph_text(element: Any) -> str:
    text = clean("".join(_pieces(element)))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line and not _SEPARATOR.match(line))


def _pieces(element: Any) -> Iterator[str]:
    """Yield the visible text of an element; of two versions of a drawing only the first is read."""
    for inner in element:
        name = local(inner.tag)
        if name == "t":
            yield inner.text or ""
        elif name in _MARKS:
            yield _MARKS[name]
        elif name == "txbxContent":
            yield from ("\n", *_pieces(inner), "\n")
        elif name not in _UNSEEN and not (name == "r" and _is_hidden(inner)):
            yield from _pieces(inner)


def _is_hidden(run: Any) -> bool:
    return flag(child(child(run, "rPr"), "vanish"))


def _is_bold(paragraph: Any) -> bool:
    """Say whether all words of a paragraph are bold."""
    runs = [
        run for run in paragraph.iter() if local(run.tag) == "r" and "".join(_pieces(run)).strip()
    ]
    return bool(runs) and all(flag(child(child(run, "rPr"), "b")) for run in runs)


def _table_rows(table: Any, styles: Styles) -> list[list[str]]:
    """Return the cells of a table; a cell that spreads over rows below is repeated in them."""
    rows: list[list[str]] = []
    for element in _inside(table, "tr"):
        row: list[str] = []
        for cell in _inside(element, "tc"):
            properties = child(cell, "tcPr")
            merge = child(properties, "vMerge")
            span = min(int(value(child(properties, "gridSpan")) or 1), _MAX_SPAN)
            continues = merge is not None and value(merge) != "restart"
            above = rows[-1][len(row)] if rows and len(row) < len(rows[-1]) else ""
            row.extend([above if continues else _cell_text(cell, styles), *[""] * (span - 1)])
        rows.append(row)
    return rows


def _inside(element: Any, name: str) -> Iterator[Any]:
    """Yield the children of a name, also those within content controls and insertions."""
    for inner in element:
        if local(inner.tag) == name:
            yield inner
        elif local(inner.tag) in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _inside(inner, name)


def _cell_text(cell: Any, styles: Styles) -> str:
    parts: list[str] = []
    for inner in cell:
        name = local(inner.tag)
        if name == "p":
            style = styles.of_paragraph(inner)
            mark = f"{'#' * style.heading} " if style.heading else styles.list_mark(inner)
            text = _paragraph_text(inner)
            parts.append(f"{mark}{text}" if text else "")
        elif name == "tbl":
            nested = _table_rows(inner, styles)
            parts.extend("; ".join(cell for cell in row if cell) for row in nested)
        elif name in {"sdt", "sdtContent"}:
            parts.append(_cell_text(inner, styles))
    return "\n".join(part for part in parts if part)
