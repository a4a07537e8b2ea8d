"""The SQL truth: documents, their chunks and vectors, the revision and the index pointer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from knowledge import vectors, versions
from knowledge.chunks import Chunk, ChunkVectors, Pointer
from knowledge.documents import Document, Kind, Status
from knowledge.report import Stats
from knowledge.rows import Entry, Known, chunk_rows, document_row, in_hundreds, to_document
from knowledge.stats import count
from knowledge.tables import (
    ChunkRow,
    DocumentRow,
    GapRow,
    PointerRow,
    QuestionRow,
    RevisionRow,
    open_engine,
)
from knowledge.vectors import Role, Texts, Vectors
from knowledge.versions import Before, Change

__all__ = ["Catalogue", "Chunk", "ChunkVectors", "Pointer"]

_ONLY = 1  # the id of the one row of the one-row tables


class Catalogue:
    """What is written here is what the company knows; every index is built from it.

    Safe to use from several threads; one process at a time may write (the library holds the lock).
    """

    def __init__(
        self, url: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Open the database at an SQLAlchemy address and make the tables that are missing.

        Raises:
            KnowledgeError: it cannot be opened.
        """
        self._engine = open_engine(url)
        self._clock = now
        self._chunks: tuple[int, tuple[Chunk, ...]] = (-1, ())  # of the revision last read

    @classmethod
    def at(cls, home: Path, database_url: str = "") -> "Catalogue":
        """Open the catalogue of a data folder: `home/teplo.db`, unless an address is given."""
        home.mkdir(parents=True, exist_ok=True)
        return cls(database_url or f"sqlite:///{home / 'teplo.db'}")

    @property
    def engine(self) -> Engine:
        """The connections, for what lives beside the documents."""
        return self._engine

    def now(self) -> datetime:
        """Return the moment, by the clock that every row is dated with."""
        return self._clock()

    def revision(self) -> int:
        """Return the counter that grows with each committed change of documents or chunks."""
        with Session(self._engine) as session:
            return session.scalar(select(RevisionRow.value)) or 0

    def pointer(self) -> Pointer | None:
        """Return the index generation in force, or None before the first one."""
        with Session(self._engine) as session:
            row = session.get(PointerRow, _ONLY)
            if row is None:
                return None
            return Pointer(row.generation, row.model_name, row.chunks, row.questions, row.revision)

    def set_pointer(self, pointer: Pointer) -> None:
        """Put another generation in force, in one commit. Does not move the revision."""
        with Session(self._engine) as session, session.begin():
            session.merge(
                PointerRow(
                    id=_ONLY,
                    generation=pointer.generation,
                    model_name=pointer.model_name,
                    chunks=pointer.chunks,
                    questions=pointer.questions,
                    revision=pointer.revision,
                    created=self.now(),
                )
            )

    def document(self, document_id: str) -> Document | None:
        """Return a document with its record, or None."""
        return self.documents_by_id([document_id]).get(document_id)

    def documents(
        self, kind: Kind | None = None, status: Status | None = None
    ) -> tuple[Document, ...]:
        """Return the documents, ordered by id."""
        query = select(DocumentRow)
        if kind:
            query = query.where(DocumentRow.kind == kind)
        if status:
            query = query.where(DocumentRow.status == status)
        with Session(self._engine) as session:
            found = [to_document(row) for row in session.scalars(query)]
        return tuple(sorted(found, key=lambda document: document.id))

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return those of these documents that there are."""
        found: dict[str, Document] = {}
        with Session(self._engine) as session:
            for some in in_hundreds(ids):
                rows = session.scalars(select(DocumentRow).where(DocumentRow.id.in_(some)))
                found.update({row.id: to_document(row) for row in rows})
        return found

    def known(self) -> dict[str, Known]:
        """Return what ingest compares with: content hash and origin of each document by id."""
        columns = (
            DocumentRow.id,
            DocumentRow.content_hash,
            DocumentRow.source,
            DocumentRow.path,
            DocumentRow.place,
            DocumentRow.sample,
        )
        with Session(self._engine) as session:
            return {row[0]: Known(*row[1:]) for row in session.execute(select(*columns))}

    def document_versions(self) -> dict[str, int]:
        """Return the version of each document by id."""
        with self._engine.connect() as connection:
            found = connection.execute(select(DocumentRow.id, DocumentRow.version))
            return {row[0]: row[1] for row in found}

    def chunks(self) -> tuple[Chunk, ...]:
        """Return every chunk, vectors or not, ordered by document id and number."""
        revision = self.revision()
        held_at, held = self._chunks
        if held_at == revision:
            return held
        query = select(
            ChunkRow.id, ChunkRow.document_id, ChunkRow.n, ChunkRow.text, ChunkRow.tokens,
            DocumentRow.kind, DocumentRow.locale, DocumentRow.brand, DocumentRow.status,
            DocumentRow.valid_from, DocumentRow.valid_to,
        ).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)  # fmt: skip
        with Session(self._engine) as session:
            found = [Chunk(*row) for row in session.execute(query)]
        chunks = tuple(sorted(found, key=lambda chunk: (chunk.document, chunk.n)))
        if self.revision() == revision:  # else another process has written meanwhile
            self._chunks = revision, chunks
        return chunks

    def chunks_with_vectors(self, model_name: str) -> ChunkVectors:
        """Return the chunks whose passage this model has embedded, with their vectors."""
        while True:  # another process may write between two reads
            revision = self.revision()
            chunks = self.chunks()
            with self._engine.connect() as connection:
                known = vectors.known_chunks(connection, model_name, chunks, revision)
            if self.revision() == revision:
                return known

    def missing_vectors(self, model_name: str) -> Texts:
        """Return texts of chunks and questions, with their role, that this model must yet embed."""
        with self._engine.connect() as connection:
            return vectors.missing_texts(connection, model_name)

    def known_hashes(self, model_name: str, role: Role, hashes: Iterable[str]) -> set[str]:
        """Return those of these text hashes that the model has embedded in this role."""
        with self._engine.connect() as connection:
            return vectors.known_hashes(connection, model_name, role, hashes)

    def store_vectors(self, model_name: str, found: Vectors) -> None:
        """Add vectors of texts that are already here, as after a change of the model."""
        with self._engine.begin() as connection:
            vectors.store_vectors(connection, model_name, found)
            _move_revision(connection)

    def save(
        self,
        entries: Sequence[Entry],
        model_name: str,
        found: Vectors,
        change: Change = Change(),  # noqa: B008 - a frozen value
    ) -> None:
        """Write documents with chunks and new vectors, all or nothing, over what they replace.

        What they replace is kept as an old version. Examples that were attached to a document stay
        with it when an ingest brings it without any.

        Raises:
            Stale: a document is no longer at the version that `change` expects.
        """
        if not entries:
            return
        with self._engine.begin() as connection:
            vectors.store_vectors(connection, model_name, found)
            before = versions.before(connection, [entry.document.id for entry in entries])
            versions.check(connection, change)
            entries = [versions.with_examples(entry, before, change) for entry in entries]
            versions.keep(connection, before)
            for some in in_hundreds(before):
                connection.execute(delete(DocumentRow).where(DocumentRow.id.in_(some)))
            connection.execute(
                insert(DocumentRow),
                [self._document_row(entry, before, change) for entry in entries],
            )
            rows = [chunk_rows(entry) for entry in entries]
            for table, part in ((ChunkRow, 0), (QuestionRow, 1)):
                if values := [value for row in rows for value in row[part]]:
                    connection.execute(insert(table), values)
            _move_revision(connection)

    def move(self, places: Mapping[str, tuple[str, str, str]]) -> None:
        """Note the new (source, path, place) of documents whose words stayed the same."""
        if not places:
            return
        with self._engine.begin() as connection:
            for document_id, (source, path, place) in places.items():
                connection.execute(
                    update(DocumentRow)
                    .where(DocumentRow.id == document_id)
                    .values(source=source, path=path, place=place)
                )

    def discard(self, ids: Sequence[str], change: Change) -> int:
        """Put documents into the bin, from where they can be brought back; return how many.

        Raises:
            Stale: a document is no longer at the version that `change` expects.
        """
        with self._engine.begin() as connection:
            versions.check(connection, change)
            gone = versions.put_in_bin(connection, ids, self.now())
            for some in in_hundreds(ids):
                connection.execute(delete(DocumentRow).where(DocumentRow.id.in_(some)))
            if gone:
                _move_revision(connection)
        return gone

    def forget(self, ids: Iterable[str]) -> int:
        """Delete documents, in the bin or not, with all that was made of them; return how many.

        Their old versions go, their chunks, the vectors of their words, and the gaps that became
        them or were attached to them.
        """
        gone = 0
        with self._engine.begin() as connection:
            for some in in_hundreds(sorted(set(ids))):
                gone += len(versions.forget(connection, some))
                done = connection.execute(delete(DocumentRow).where(DocumentRow.id.in_(some)))
                gone += done.rowcount
                connection.execute(delete(GapRow).where(GapRow.document.in_(some)))
            if gone:
                vectors.sweep_vectors(connection)
                _move_revision(connection)
        return gone

    def stats(self, model_name: str = "") -> Stats:
        """Return what there is, and how many texts this model has yet to embed."""
        with self._engine.connect() as connection:
            return count(connection, model_name)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _document_row(
        self, entry: Entry, before: Mapping[str, Before], change: Change
    ) -> dict[str, Any]:
        now = self.now()
        was = before.get(entry.document.id, Before(0, now))
        row = document_row(entry, version=was.version + 1, created=was.created, now=now)
        return {**row, "action": change.action, "note": change.note}


def _move_revision(connection: Connection) -> None:
    moved = connection.execute(
        update(RevisionRow).where(RevisionRow.id == _ONLY).values(value=RevisionRow.value + 1)
    )
    if not moved.rowcount:
        connection.execute(insert(RevisionRow).values(id=_ONLY, value=1))
