"""Pages with their tables as documents, and where on paper each of them stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from knowledge.documents import Document
from knowledge.errors import Refused
from knowledge.sources.ids import Ids
from knowledge.sources.pages import Origin, page_documents
from knowledge.sources.rows import row_documents
from knowledge.sources.tabletext import PageTable, split_tables

_LINE = regex.compile(r"\bline (\d{1,9})\b")


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of a file that has no lines of its own, as Markdown; `places` names each line's."""

    text: str
    places: tuple[str, ...]
    title: str = ""


def article_documents(text: str, origin: Origin) -> Iterator[Document | Refused]:
    """Yield the documents of a page: of its tables of questions, its questions, and the rest."""
    ids = Ids()
    rest, tables = split_tables(text, origin.first_line)
    for table in tables:
        yield from _table_documents(table, origin, ids)
    yield from page_documents(rest, origin, ids)


def paper_documents(paper: Paper, origin: Origin) -> Iterator[Document | Refused]:
    """Yield the documents of a paper, each with the place that people find it at."""
    origin = replace(origin, title=paper.title or origin.title)
    for found in article_documents(paper.text, origin):
        if isinstance(found, Refused):
            yield Refused(
                _named(found.reason, paper.places), place=_named(found.place, paper.places)
            )
        else:
            yield found.model_copy(update={"place": _named(found.place, paper.places)})


def _table_documents(table: PageTable, origin: Origin, ids: Ids) -> Iterator[Document | Refused]:
    heading = (table.heading,) if table.heading else ()
    within = replace(origin, tags=(*heading, *origin.tags))
    try:
        yield from row_documents(table.rows, within, table.columns, ids=ids)
    except Refused as refusal:
        yield Refused(refusal.reason, place=refusal.place or table.rows[0].place)


def _named(text: str, places: Sequence[str]) -> str:
    """Return text with the numbers of lines replaced by what people call these places."""

    def place(found: regex.Match[str]) -> str:
        line = int(found[1])
        return places[line - 1] if 0 < line <= len(places) else str(found[0])

    return _LINE.sub(place, text)
