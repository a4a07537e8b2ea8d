"""Versions of documents as people see them: whole, as a form, or as a line of a list."""

from datetime import UTC, date, datetime
from typing import Any, Literal

from knowledge.documents import Kind, Locale, Status, Value
from knowledge.forms import Form, form_of, values_of
from knowledge.starter import is_starter
from knowledge.versions import Action, Version

State = Literal["valid", "future", "expired"]
Origin = Literal["starter", "file", "form"]
FORM_PATH = "form"  # what the paths of documents begin with that have no file


class Sheet(Value):
    """A version of a document as its form shows it."""

    id: str
    form: Form
    locale: Locale
    name: str
    version: int
    current: bool
    title: str
    status: Status
    state: State
    sample: bool
    origin: Origin
    path: str
    place: str
    created: datetime
    updated: datetime
    values: dict[str, Any]
    twin: str = ""


class Line(Value):
    """A document in a list."""

    id: str
    form: Form
    kind: Kind
    locale: Locale
    title: str
    status: Status
    state: State
    brand: str
    tags: tuple[str, ...]
    sample: bool
    version: int
    updated: datetime
    valid_from: date | None
    valid_to: date | None
    path: str
    place: str
    origin: Origin


class VersionLine(Value):
    """A version in the list of a document's history, or of the bin."""

    document: str
    version: int
    action: Action
    at: datetime
    note: str
    title: str
    status: Status
    current: bool


def state_of(valid_from: date | None, valid_to: date | None, on: date) -> State:
    """Return whether something holds on a day, did before, or will."""
    if valid_to and valid_to < on:
        return "expired"
    return "future" if valid_from and valid_from > on else "valid"


def origin_of(path: str) -> Origin:
    """Return where a document of this path came from."""
    if is_starter(path):
        return "starter"
    return "form" if path.startswith(f"{FORM_PATH}/") else "file"


def sheet_of(found: Version, twin: str, on: date) -> Sheet:
    """Return a version as a form shows it; `twin` is the document in the other language."""
    document = found.document
    locale, _, name = document.id.partition(":")
    record = document.record
    return Sheet(
        **{field: getattr(document, field) for field in ("id", "title", "status", "path", "place")},
        form=form_of(document),
        locale=locale,
        name=name,
        version=found.version,
        current=found.current,
        state=state_of(document.valid_from, document.valid_to, on),
        sample=bool(record and record.sample) or is_starter(document.path),
        origin=origin_of(document.path),
        created=aware(found.created),
        updated=aware(found.at),
        values=values_of(document),
        twin=twin,
    )


def line_of(version: Version) -> VersionLine:
    """Return a version as a line of the history."""
    return VersionLine(
        document=version.document.id,
        version=version.version,
        action=version.action,
        at=aware(version.at),
        note=version.note,
        title=version.document.title,
        status=version.document.status,
        current=version.current,
    )


def aware(moment: datetime) -> datetime:
    """Return a moment with its zone, which SQLite forgets."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
