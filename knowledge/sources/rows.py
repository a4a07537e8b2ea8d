"""Rows of a table as questions with answers, whatever file the table came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import regex

from knowledge.documents import Document
from knowledge.errors import Refused
from knowledge.sources.columns import HEADER_ROWS, Layout, find_layout, locale_named, role_of
from knowledge.sources.files import slug
from knowledge.sources.ids import Ids, question_key
from knowledge.sources.markup import looks_like_html, to_markdown
from knowledge.sources.outline import plain
from knowledge.sources.pages import Origin, locale_of
from knowledge.sources.words import plain_name

MAX_ROWS = 100_000
_MAX_CELL = 50_000
_MAX_WORDINGS = 30
_EXCEL_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_SPACES = regex.compile(r"[ \t]+")
_TAGS = regex.compile(r"[,;|\n]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells as text, and where it stands.

    `section` is set when the row is only a heading between rows (one cell merged over many);
    `filled` are the columns whose value is that of a merged cell above.
    """

    place: str
    cells: tuple[str, ...]
    section: str = ""
    filled: frozenset[int] = frozenset()


def row_documents(
    rows: Sequence[Row],
    origin: Origin,
    columns: Mapping[str, str],
    *,
    sheet: str = "",
    ids: Ids | None = None,
) -> Iterator[Document | Refused]:
    """Yield the document of each row below the header, or why there is none.

    `sheet` is part of the ids that rows bring themselves, for these begin anew on each sheet.
    `ids` remembers the ids over the sheets of one file; rows that say the same twice are refused.

    Raises:
        Refused: the table has no columns that can be recognised, or too many rows.
    """
    if len(rows) > MAX_ROWS:
        raise Refused(f"{len(rows)} rows; at most {MAX_ROWS}: split the table")
    top = [row.cells for row in rows[:HEADER_ROWS]]
    layout = find_layout(top, columns)
    header = top[layout.header] if layout.header >= 0 else ()
    section = ""
    ids = Ids() if ids is None else ids
    for row in _joined(rows[layout.header + 1 :], layout):
        if row.section:
            section = row.section
        elif any(row.cells) and row.cells != header:
            yield from _documents(_Cells(row, layout, header, section, sheet), origin, ids)


def _joined(rows: Sequence[Row], layout: Layout) -> Iterator[Row]:
    """Put the answers of one question that is merged over several rows together."""
    question, answer = layout.pairs[0]
    last: Row | None = None
    for row in rows:
        more = row.cells[answer] if answer < len(row.cells) else ""
        if last and more and question in row.filled and answer not in row.filled:
            cells = list(last.cells)
            cells.extend([""] * (answer + 1 - len(cells)))
            cells[answer] = f"{cells[answer]}\n{more}".strip()
            last = replace(last, cells=tuple(cells))
            continue
        if last:
            yield last
        last = None if all(i in row.filled for i, cell in enumerate(row.cells) if cell) else row
    if last:
        yield last


@dataclass(frozen=True, slots=True)
class _Cells:
    """A row under its header."""

    row: Row
    layout: Layout
    header: tuple[str, ...]
    section: str
    sheet: str

    def at(self, index: int) -> str:
        return self.row.cells[index].strip() if index < len(self.row.cells) else ""

    def other(self, role: str) -> str:
        index = self.layout.others.get(role)
        return "" if index is None else self.at(index)

    def named_locale(self, index: int) -> str:
        """Return the language word in the name of a column, as in `Answer (en)`."""
        return next(
            (word for word in plain_name(self.name(index)).split() if locale_named(word)), ""
        )

    def name(self, index: int) -> str:
        """Return the name of a column."""
        return self.header[index] if index < len(self.header) else ""


def _documents(cells: _Cells, origin: Origin, ids: Ids) -> Iterator[Document | Refused]:
    pairs = cells.layout.pairs
    filled = [pair for pair in pairs if cells.at(pair[0]) or cells.at(pair[1])]
    for question, answer in filled or pairs[:1]:
        try:
            yield _document(cells, question, answer, origin, ids)
        except Refused as refusal:
            yield refusal


def _document(cells: _Cells, at: int, answer_at: int, origin: Origin, ids: Ids) -> Document:
    place = cells.row.place
    question, *wordings = _wordings(cells, at, place)
    answer = _text(cells.at(answer_at), place)
    if not question or not answer:
        raise Refused(f"no {'question' if not question else 'answer'}", place=place)
    locale = (
        origin.locale
        or locale_named(cells.other("locale"))
        or locale_named(cells.named_locale(answer_at))
        or locale_of(f"{question} {answer}")
    )
    name = _name(cells, question, origin)
    document_id = ids.take(f"{locale}:{name}", answer, place, given=cells.other("id"))
    url = cells.other("url")
    return Document(
        id=document_id,
        kind=origin.kind,
        locale=locale,
        title=" ".join(cells.other("title").split()) or question,
        body=f"{answer}\n{url}" if url else answer,
        question=question,
        answer=answer,
        brand=cells.other("brand"),
        examples=tuple(wordings),
        tags=_tags(cells, origin),
        path=origin.path,
        place=place,
    )


def _wordings(cells: _Cells, at: int, place: str) -> list[str]:
    """Return the question, then other wordings of it: each is a line of a column of such."""
    asked = _text(cells.at(at), place)
    lines = asked.split("\n") if _holds_wordings(cells.name(at)) else [asked]
    lines += _text(cells.other("examples"), place).split("\n")
    question, *others = dict.fromkeys(" ".join(line.split()) for line in lines)
    return [question, *(line for line in others if line)][:_MAX_WORDINGS]


@lru_cache(maxsize=256)
def _holds_wordings(name: str) -> bool:
    return role_of(name) == "examples"


def _name(cells: _Cells, question: str, origin: Origin) -> str:
    given = cells.other("id")
    if given:
        return slug("-".join(part for part in (origin.name, cells.sheet, given) if part))
    return f"{slug(origin.name)}-{question_key(question)}"


def _text(cell: str, place: str) -> str:
    if cell.startswith(_EXCEL_ERRORS):
        raise Refused(f"the cell holds the error {cell[:10]!r}", place=place)
    if len(cell) > _MAX_CELL:
        raise Refused(f"a cell of {len(cell)} characters; at most {_MAX_CELL}", place=place)
    text = to_markdown(cell) if "<" in cell and looks_like_html(cell) else cell
    return _SPACES.sub(" ", plain(text.replace("_x000D_", ""))).strip()


def _tags(cells: _Cells, origin: Origin) -> tuple[str, ...]:
    named = [cells.other("category"), cells.section, *_TAGS.split(cells.other("tags"))]
    tags = (" ".join(tag.split()) for tag in (*named, *origin.tags))
    return tuple(dict.fromkeys(tag for tag in tags if tag))
