"""What reading a file gives, and the choice of the reader by what the file is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import get_args

from knowledge.documents import Document, Kind
from knowledge.errors import Refused
from knowledge.report import Refusal
from knowledge.sources.advice import ADVICE, READ
from knowledge.sources.articlerecord import ARTICLE
from knowledge.sources.articles import Paper, article_documents, paper_documents
from knowledge.sources.canned import filled_in
from knowledge.sources.chats import (
    Chat,
    chat_documents,
    chats_in_rows,
    check_told,
    find_chats,
    find_placed_chats,
    names_customers,
)
from knowledge.sources.columns import locale_named
from knowledge.sources.contents import check_kind
from knowledge.sources.decode import clean, decode
from knowledge.sources.delimited import delimited_rows
from knowledge.sources.files import SourceFile
from knowledge.sources.found import Found, PastChat, Reading, Wishes
from knowledge.sources.furniture import linked_questions
from knowledge.sources.header import Header, split_header
from knowledge.sources.ids import Ids
from knowledge.sources.jsonrows import (
    Object,
    holds_rows,
    json_objects,
    json_value,
    line_objects,
    object_rows,
)
from knowledge.sources.jsontree import nested_articles, prose_page
from knowledge.sources.markup import page_title, title_of, to_markdown
from knowledge.sources.pages import Origin
from knowledge.sources.pdf import pdf_paper
from knowledge.sources.records import is_record, to_record_document
from knowledge.sources.rows import Row, row_documents
from knowledge.sources.transcripts import chats_in_text
from knowledge.sources.word import word_paper
from knowledge.sources.workbook import sheets

MAX_CHARS = 2_000_000  # of a page
_MAX_REFUSED = 1_000  # of one file: a report is to be read


def read_file(file: SourceFile, wishes: Wishes) -> Reading:
    """Return the documents of a file. Never raises: what cannot be read is in `refused`."""
    return collect(file, found_in(file, wishes))


def found_in(file: SourceFile, wishes: Wishes) -> Found:
    """Yield what is in a file, one after another, and why some of it is not taken in.

    Raises:
        Refused: the file cannot be read, and what was yielded before does not count.
    """
    yield from _documents(file, wishes)


def collect(file: SourceFile, found: Found) -> Reading:
    """Return all that is found in a file; when reading it breaks off, only why."""
    documents: list[Document] = []
    chats: list[Document] = []
    refused: list[Refusal] = []
    try:
        for one in found:
            if isinstance(one, Document):
                documents.append(one)
            elif isinstance(one, PastChat):
                chats.append(one.document)
            else:
                refused.append(_refusal(file, one))
    except Refused as refusal:
        refused.append(_refusal(file, refusal))
        documents.clear()
        chats.clear()
    if not documents and not chats and not refused:
        refused.append(Refusal(path=file.shown, reason="nothing to take in"))
    if len(refused) > _MAX_REFUSED:
        more = f"{len(refused) - _MAX_REFUSED} more rows were not taken in"
        refused[_MAX_REFUSED:] = [Refusal(path=file.shown, reason=more)]
    return Reading(tuple(documents), tuple(refused), tuple(chats))


def _refusal(file: SourceFile, refused: Refused) -> Refusal:
    return Refusal(path=file.shown, place=refused.place, reason=refused.reason)


def _documents(file: SourceFile, wishes: Wishes) -> Found:
    reader = _READERS.get(file.suffix)
    if reader is None:
        raise Refused(
            ADVICE.get(
                file.suffix, f"files {file.suffix or 'without ending'!r} are not read; {READ}"
            )
        )
    data = file.read()
    check_kind(file.suffix, data)
    return reader(data, file, wishes)


def _markdown(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    text = _text(data)
    header = split_header(text)
    if header is None:
        return _articles(text, _origin(file, wishes))
    if is_record(header, wishes.kind):
        document = to_record_document(header, wishes.kind, shipped=wishes.shipped)
        return iter([document.model_copy(update={"path": file.shown})])
    return _articles(header.body, _headed(header, _origin(file, wishes)))


def _headed(header: Header, origin: Origin) -> Origin:
    """Return the origin of a page with what its header says: title, tags, language."""
    title, tags, locale = (header.values.get(key) for key in ("title", "tags", "locale"))
    return replace(
        origin,
        title=title if isinstance(title, str) else "",
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
        locale=origin.locale or locale_named(str(locale)),
        first_line=header.body_line,
    )


def _html(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    source = _text(data)
    text = to_markdown(source)
    told = [pair for pair in linked_questions(source) if pair[0].strip() not in text]
    text += "".join(f"\n\n#### {asked}\n\n{to_markdown(said)}" for asked, said in told)
    origin = replace(_origin(file, wishes), title=page_title(title_of(source), text))
    return _articles(text, origin)


def _word(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    return _paper(word_paper(data), _origin(file, wishes))


def _pdf(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    return _paper(pdf_paper(data), _origin(file, wishes))


def _paper(paper: Paper, origin: Origin) -> Found:
    chats = chats_in_text(paper.text)
    return _cases(chats, origin) if chats else paper_documents(paper, origin)


def _articles(text: str, origin: Origin) -> Found:
    chats = chats_in_text(text, origin.first_line)
    return _cases(chats, origin) if chats else article_documents(text, origin)


def _delimited(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    rows = delimited_rows(decode(data))
    origin = _origin(file, wishes)
    if not wishes.columns and (chats := chats_in_rows(rows)):
        return _cases(chats, origin)
    return _rows(rows, origin, wishes)


def _rows(
    rows: Sequence[Row], origin: Origin, wishes: Wishes, *, sheet: str = "", ids: Ids | None = None
) -> Found:
    """Yield the documents of a table; one that names customers holds cases, unless somebody knows."""
    if not wishes.columns:
        check_told(rows)
    said = not wishes.kind and not wishes.columns and names_customers(rows)
    for found in row_documents(filled_in(rows), origin, wishes.columns, sheet=sheet, ids=ids):
        if said and isinstance(found, Document):
            yield PastChat(found.model_copy(update={"kind": "case"}))
        else:
            yield found


def _cases(chats: tuple[Chat, ...], origin: Origin) -> Found:
    for found in chat_documents(chats, origin):
        yield found if isinstance(found, Refused) else PastChat(found)


def _workbook(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    origin = _origin(file, wishes)
    ids = Ids()
    for title, rows in sheets(data):
        if isinstance(rows, Refused):
            yield Refused(rows.reason, place=f"sheet {title!r}")
        elif any(any(row.cells) for row in rows):
            yield from _sheet(title, rows, origin, wishes, ids)


def _sheet(title: str, rows: list[Row], origin: Origin, wishes: Wishes, ids: Ids) -> Found:
    """Yield the documents of a sheet; a sheet that is no table does not stop the others."""
    where = f"sheet {title!r}"
    if not wishes.columns and (chats := chats_in_rows(rows)):
        yield from _cases(chats, replace(origin, name=f"{origin.name}-{title}"))
        return
    try:
        for found in _rows(rows, origin, wishes, sheet=title, ids=ids):
            if isinstance(found, Refused):
                yield Refused(found.reason, place=f"{where}, {found.place}")
            elif isinstance(found, PastChat):
                yield PastChat(_placed(found.document, where))
            else:
                yield _placed(found, where)
    except Refused as refusal:
        yield Refused(refusal.reason, place=where)


def _placed(document: Document, where: str) -> Document:
    return document.model_copy(update={"place": f"{where}, {document.place}"})


def _json(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    value = json_value(decode(data))
    if not wishes.columns and (chats := find_chats(value)):
        return _cases(chats, _origin(file, wishes))
    if not wishes.columns and not holds_rows(value):
        if articles := nested_articles(value):
            return _rows(object_rows(articles), _origin(file, wishes), wishes)
        if page := prose_page(value):
            return _articles(page, _origin(file, wishes))
    return _objects(json_objects(value), file, wishes)


def _jsonl(data: bytes, file: SourceFile, wishes: Wishes) -> Found:
    return _objects(line_objects(decode(data)), file, wishes)


def _objects(
    objects: Iterator[tuple[str, Object | Refused]], file: SourceFile, wishes: Wishes
) -> Found:
    """Yield records as they are, and the other objects as messages or as rows of a table."""
    plain: list[tuple[str, Object]] = []
    for place, item in objects:
        if isinstance(item, Refused):
            yield Refused(item.reason, place=place)
        elif item.get("kind") in (*get_args(Kind), ARTICLE):
            yield _record(item, place, file)
        else:
            plain.append((place, item))
    origin = _origin(file, wishes)
    if not wishes.columns and (chats := find_placed_chats(plain)):
        yield from _cases(chats, origin)
    elif plain:
        yield from _rows(object_rows(plain), origin, wishes)


def _record(item: Object, place: str, file: SourceFile) -> Document | Refused:
    body = "" if item.get("kind") == ARTICLE else str(item.pop("body", ""))
    try:
        document = to_record_document(Header(item, {}, clean(body), 1))
    except Refused as refusal:
        return Refused(refusal.reason, place=place)
    return document.model_copy(update={"path": file.shown, "place": place})


def _origin(file: SourceFile, wishes: Wishes) -> Origin:
    return Origin(file.name, file.shown, wishes.kind or "script", wishes.locale)


def _text(data: bytes) -> str:
    text = decode(data)
    if len(text) > MAX_CHARS:
        raise Refused(f"{len(text)} characters; at most {MAX_CHARS}: split the page")
    return text


_READERS: dict[str, Callable[[bytes, SourceFile, Wishes], Found]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _markdown,
    ".html": _html,
    ".htm": _html,
    ".csv": _delimited,
    ".tsv": _delimited,
    ".docx": _word,
    ".pdf": _pdf,
    ".xlsx": _workbook,
    ".xlsm": _workbook,
    ".json": _json,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
}
