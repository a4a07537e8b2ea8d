"""Old versions of documents: kept when a document is written again or deleted, brought back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select
from sqlalchemy.orm import Session

from knowledge.documents import Document
from knowledge.errors import Stale
from knowledge.rows import Entry, in_hundreds, to_document
from knowledge.tables import DocumentRow, VersionRow

Action = Literal[
    "ingest", "create", "edit", "status", "validity", "attach", "revert", "restore", "delete"
]
KEPT = 30  # old versions of a document
DELETED: Action = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """What brings a new version. `expected` is the version that the author had read, by id.

    A document that must not be there yet is expected at 0. Where nothing is expected, whatever
    is there is replaced.
    """

    action: Action = "ingest"
    note: str = ""
    expected: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What a document that is written now looked like; `version` is 0 when there was none."""

    version: int
    created: datetime
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a document, with all of it, and what brought it."""

    document: Document
    version: int
    action: Action
    note: str
    at: datetime
    created: datetime
    source: str
    content_hash: str
    current: bool


def before(connection: Connection, ids: Sequence[str]) -> dict[str, Before]:
    """Return what there is of these documents, those in the bin included."""
    found: dict[str, Before] = {}
    for some in in_hundreds(ids):
        highest = select(
            VersionRow.document_id, func.max(VersionRow.version), func.min(VersionRow.created)
        ).where(VersionRow.document_id.in_(some))
        for row in connection.execute(highest.group_by(VersionRow.document_id)):
            found[row[0]] = Before(row[1], row[2])
        held = select(
            DocumentRow.id, DocumentRow.version, DocumentRow.created, DocumentRow.examples
        ).where(DocumentRow.id.in_(some))
        for name, version, created, examples in connection.execute(held):
            found[name] = Before(version, created, tuple(examples))
    return found


def check(connection: Connection, change: Change) -> None:
    """Refuse a change of what somebody else has changed meanwhile.

    Raises:
        Stale: a document is at another version than expected.
    """
    ids = [name for name, _ in change.expected]
    held = select(DocumentRow.id, DocumentRow.version).where(DocumentRow.id.in_(ids))
    there = {row[0]: row[1] for row in connection.execute(held)}
    for name, version in change.expected:
        if there.get(name, 0) != version:
            raise Stale(name, there.get(name, 0))


def with_examples(entry: Entry, before: Mapping[str, Before], change: Change) -> Entry:
    """Return the entry with the examples that the document had, when a file brings it anew."""
    was = before.get(entry.document.id)
    if change.action != "ingest" or entry.document.examples or not (was and was.examples):
        return entry
    document = entry.document.model_copy(update={"examples": was.examples})
    return replace(entry, document=document)


def keep(connection: Connection, ids: Iterable[str]) -> int:
    """Copy documents as they now are to the old versions; return how many there were."""
    return _keep(connection, ids, action=None, at=None)


def put_in_bin(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Copy documents to the old versions, and once more as deleted; return how many there were."""
    _keep(connection, ids, action=None, at=None)
    return _keep(connection, ids, action=DELETED, at=now)


def forget(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Delete every old version of these documents; return those that stood only in the bin."""
    named = select(VersionRow.document_id).where(VersionRow.document_id.in_(ids)).distinct()
    held = set(connection.scalars(named))
    alive = set(connection.scalars(select(DocumentRow.id).where(DocumentRow.id.in_(ids))))
    connection.execute(delete(VersionRow).where(VersionRow.document_id.in_(ids)))
    return held - alive


def history(session: Session, document_id: str) -> list[Version]:
    """Return the versions of a document, newest first, the one in force included."""
    rows = session.scalars(select(VersionRow).where(VersionRow.document_id == document_id))
    found = [_old(row) for row in rows]
    if row := session.get(DocumentRow, document_id):
        found.append(_current(row))
    return sorted(found, key=lambda version: -version.version)


def current(session: Session, document_id: str) -> Version | None:
    """Return the version in force, or None."""
    row = session.get(DocumentRow, document_id)
    return _current(row) if row else None


def bin_(session: Session) -> list[Version]:
    """Return the newest version of what was deleted and can be restored, latest first."""
    alive = select(DocumentRow.id)
    rows = session.scalars(
        select(VersionRow).where(VersionRow.action == DELETED, VersionRow.document_id.not_in(alive))
    )
    newest: dict[str, Version] = {}
    for row in rows:
        if row.document_id not in newest or newest[row.document_id].version < row.version:
            newest[row.document_id] = _old(row)
    return sorted(newest.values(), key=lambda version: (version.at, version.version), reverse=True)


def _keep(
    connection: Connection, ids: Iterable[str], *, action: Action | None, at: datetime | None
) -> int:
    kept = 0
    columns = DocumentRow.__table__.columns
    for some in in_hundreds(ids, 100):
        rows = connection.execute(select(*columns).where(DocumentRow.id.in_(some))).all()
        if not rows:
            continue
        kept += len(rows)
        connection.execute(insert(VersionRow), [_kept(row, action, at) for row in rows])
        for row in rows:
            if row.version > KEPT:
                connection.execute(
                    delete(VersionRow).where(
                        VersionRow.document_id == row.id, VersionRow.version <= row.version - KEPT
                    )
                )
    return kept


def _kept(row: Row[Any], action: Action | None, at: datetime | None) -> dict[str, Any]:
    return {
        "document_id": row.id,
        "version": row.version + (action == DELETED),
        "action": action or row.action,
        "note": "" if action else row.note,
        "at": at or row.updated,
        "created": row.created,
        "source": row.source,
        "content_hash": row.content_hash,
        "document": to_document(row).model_dump(mode="json"),
    }


def _old(row: VersionRow) -> Version:
    return Version(
        document=Document.model_validate(row.document),
        version=row.version,
        action=row.action,  # type: ignore[arg-type]  # written by `_kept`
        note=row.note,
        at=row.at,
        created=row.created,
        source=row.source,
        content_hash=row.content_hash,
        current=False,
    )


def _current(row: DocumentRow) -> Version:
    return Version(
        document=to_document(row),
        version=row.version,
        action=row.action,  # type: ignore[arg-type]  # written by the catalogue
        note=row.note,
        at=row.updated,
        created=row.created,
        source=row.source,
        content_hash=row.content_hash,
        current=True,
    )
