"""Lists of documents for people: filtered, searched by their letters, page by page; the calendar."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field
from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, or_, select

from knowledge.documents import Kind, Locale, Status, Value
from knowledge.forms import Form
from knowledge.sheets import FORM_PATH, Line, Origin, State, aware, origin_of, state_of
from knowledge.starter import STARTER, is_starter
from knowledge.tables import DocumentRow

Sort = Literal["id", "title", "updated", "valid_to", "-id", "-title", "-updated", "-valid_to"]


class Filter(Value):
    """Which documents are wanted; what is empty does not matter. `q` are words that all stand in it."""

    model_config = ConfigDict(defer_build=False)  # the web framework looks into it at once

    q: str = Field(default="", max_length=400)
    form: Form | None = None
    kind: Kind | None = None
    locale: Locale | None = None
    status: Status | None = None
    brand: str | None = None
    state: State | None = None
    sample: bool | None = None
    origin: Origin | None = None
    path: str = ""
    sort: Sort = "id"
    page: int = Field(default=1, ge=1, le=1_000_000)
    per_page: int = Field(default=50, ge=1, le=200)


class Page(Value):
    """A page of a list of documents; `counts` are of all documents, by what they can be filtered."""

    items: tuple[Line, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, dict[str, int]]


class Event(Value):
    """A day on which a document begins to hold, or holds for the last time."""

    day: date
    what: Literal["starts", "ends"]
    document: str
    title: str
    status: Status


_COLUMNS = (
    DocumentRow.id, DocumentRow.kind, DocumentRow.locale, DocumentRow.title, DocumentRow.status,
    DocumentRow.brand, DocumentRow.tags, DocumentRow.sample, DocumentRow.version,
    DocumentRow.updated, DocumentRow.valid_from, DocumentRow.valid_to, DocumentRow.path,
    DocumentRow.place, DocumentRow.record.is_(None).label("plain"),
)  # fmt: skip
_TEXTS = (
    DocumentRow.id, DocumentRow.title, DocumentRow.question, DocumentRow.tags, DocumentRow.body,
)  # fmt: skip


def list_documents(engine: Engine, wanted: Filter, on: date) -> Page:
    """Return a page of the documents that a filter lets through, as they stand on a day."""
    query = _sorted(select(*_COLUMNS).where(*_conditions(wanted, on)), wanted.sort)
    first = (wanted.page - 1) * wanted.per_page
    with engine.connect() as connection:
        if wanted.q.strip():
            ids = list(_with_words(connection, wanted, on))
            total, some = len(ids), ids[first : first + wanted.per_page]
            query = query.where(DocumentRow.id.in_(some))
        else:
            conditions = _conditions(wanted, on)
            total = connection.scalar(select(func.count(DocumentRow.id)).where(*conditions)) or 0
            query = query.limit(wanted.per_page).offset(first)
        items = tuple(_line(row, on) for row in connection.execute(query))
        counts = _counts(connection, on)
    pages = max(1, -(-total // wanted.per_page))
    return Page(items=items, total=total, page=wanted.page, pages=pages, counts=counts)


def calendar(engine: Engine, first: date, last: date) -> tuple[Event, ...]:
    """Return what begins or ends to hold between two days, both included, by day."""
    query = select(
        DocumentRow.id, DocumentRow.title, DocumentRow.status,
        DocumentRow.valid_from, DocumentRow.valid_to,
    ).where(
        or_(
            DocumentRow.valid_from.between(first, last), DocumentRow.valid_to.between(first, last)
        )
    )  # fmt: skip
    with engine.connect() as connection:
        events = [event for row in connection.execute(query) for event in _events(row)]
    within = (event for event in events if first <= event.day <= last)
    return tuple(sorted(within, key=lambda event: (event.day, event.document, event.what)))


def _events(row: Any) -> Iterator[Event]:
    told = {"document": row.id, "title": row.title, "status": row.status}
    if row.valid_from:
        yield Event(day=row.valid_from, what="starts", **told)
    if row.valid_to:
        yield Event(day=row.valid_to, what="ends", **told)


def _conditions(wanted: Filter, on: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("kind", "locale", "status", "brand", "sample"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(getattr(DocumentRow, name) == value)
    if wanted.form is not None:
        found.append(_form() == wanted.form)
    if wanted.state is not None:
        found.append(_state(on) == wanted.state)
    if wanted.origin is not None:
        found.append(_origin() == wanted.origin)
    if wanted.path:
        found.append(DocumentRow.path.startswith(wanted.path, autoescape=True))
    return found


def _sorted(query: Any, sort: Sort) -> Any:
    column: Any = getattr(DocumentRow, sort.lstrip("-"))
    turned = column.desc() if sort.startswith("-") else column.asc()
    if column is DocumentRow.valid_to:  # what never ends comes last, however it is turned
        return query.order_by(column.is_(None), turned, DocumentRow.id)
    return query.order_by(turned, DocumentRow.id)


def _with_words(connection: Connection, wanted: Filter, on: date) -> Iterator[str]:
    """Yield the ids of what holds all words, in order; databases fold only English letters."""
    words = _folded(wanted.q).split()
    query = _sorted(select(*_TEXTS).where(*_conditions(wanted, on)), wanted.sort)
    for row in connection.execute(query):
        text = _folded("\n".join((row[0], row[1], row[2], *row[3], row[4])))
        if all(word in text for word in words):
            yield row[0]


def _folded(text: str) -> str:
    return text.casefold().replace("\u0451", "\u0435")


def _form() -> ColumnElement[str]:
    return case((DocumentRow.record.is_(None), "article"), else_=DocumentRow.kind)


def _state(on: date) -> ColumnElement[str]:
    over = and_(DocumentRow.valid_to.is_not(None), DocumentRow.valid_to < on)
    later = and_(DocumentRow.valid_from.is_not(None), DocumentRow.valid_from > on)
    return case((over, "expired"), (later, "future"), else_="valid")


def _origin() -> ColumnElement[str]:
    return case(
        (DocumentRow.path.startswith(f"{STARTER}/"), "starter"),
        (DocumentRow.path.startswith(f"{FORM_PATH}/"), "form"),
        else_="file",
    )


def _counts(connection: Connection, on: date) -> dict[str, dict[str, int]]:
    names = ("form", "kind", "locale", "status", "state", "origin", "brand")
    columns: tuple[Any, ...] = (
        _form(), DocumentRow.kind, DocumentRow.locale, DocumentRow.status, _state(on), _origin(),
        DocumentRow.brand,
    )  # fmt: skip
    labelled = [column.label(name) for column, name in zip(columns, names, strict=True)]
    inner = select(*labelled).subquery()
    grouped = select(*inner.c, func.count()).group_by(*inner.c)
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    for row in connection.execute(grouped):
        for name, value in zip(names, row[:-1], strict=True):
            counts[name][value] = counts[name].get(value, 0) + row[-1]
    return {name: dict(sorted(found.items())) for name, found in counts.items()}


def _line(row: Any, on: date) -> Line:
    return Line(
        id=row.id,
        form="article" if row.plain else row.kind,
        kind=row.kind,
        locale=row.locale,
        title=row.title,
        status=row.status,
        state=state_of(row.valid_from, row.valid_to, on),
        brand=row.brand,
        tags=tuple(row.tags),
        sample=row.sample or is_starter(row.path),
        version=row.version,
        updated=aware(row.updated),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        path=row.path,
        place=row.place,
        origin=origin_of(row.path),
    )
