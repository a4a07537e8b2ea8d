"""The SQL truth: documents, their chunks and vectors, the revision and the index pointer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from knowledge import vectors
from knowledge.documents import Document, Kind, Locale, Status
from knowledge.report import Stats
from knowledge.rows import Entry, Known, chunk_rows, document_row, in_hundreds, to_document
from knowledge.stats import count
from knowledge.tables import (
    ChunkRow,
    DocumentRow,
    PointerRow,
    QuestionRow,
    RevisionRow,
    open_engine,
)
from knowledge.vectors import Role, Texts, Vectors

_ONLY = 1  # the id of the one row of the one-row tables


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document as search sees it, with what filters need of its document.

    `id` is `document#n`; the first line of `text` is the heading path or the question.
    """

    id: str
    document: str
    n: int
    text: str
    tokens: int
    kind: Kind
    locale: Locale
    brand: str
    status: Status
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ChunkVectors:
    """All chunks with their vectors, ordered by document id and number.

    `passages` is (len(chunks), d) float32, unit length, row i of chunk i. `questions` is (m, d)
    float32, unit length; row j is a question that chunk `question_chunk[j]` answers, and a chunk
    may have none or many: a script's trigger examples stand at each of its chunks. `revision` is
    the catalogue's when all this was read.
    """

    chunks: tuple[Chunk, ...]
    passages: NDArray[np.float32]
    questions: NDArray[np.float32]
    question_chunk: NDArray[np.int64]
    question_texts: tuple[str, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """The index generation in force, and the catalogue revision that it was built from."""

    generation: str
    model_name: str
    chunks: int
    questions: int
    revision: int


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
        self._now = now

    @classmethod
    def at(cls, home: Path, database_url: str = "") -> "Catalogue":
        """Open the catalogue of a data folder: `home/teplo.db`, unless an address is given."""
        home.mkdir(parents=True, exist_ok=True)
        return cls(database_url or f"sqlite:///{home / 'teplo.db'}")

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
                    created=self._now(),
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

    def chunks(self) -> tuple[Chunk, ...]:
        """Return every chunk, vectors or not, ordered by document id and number."""
        query = select(
            ChunkRow.id, ChunkRow.document_id, ChunkRow.n, ChunkRow.text, ChunkRow.tokens,
            DocumentRow.kind, DocumentRow.locale, DocumentRow.brand, DocumentRow.status,
            DocumentRow.valid_from, DocumentRow.valid_to,
        ).join(DocumentRow, DocumentRow.id == ChunkRow.document_id)  # fmt: skip
        with Session(self._engine) as session:
            found = [Chunk(*row) for row in session.execute(query)]
        return tuple(sorted(found, key=lambda chunk: (chunk.document, chunk.n)))

    def chunks_with_vectors(self, model_name: str) -> ChunkVectors:
        """Return the chunks whose passage this model has embedded, with their vectors."""
        while True:  # another process may write between two reads
            revision = self.revision()
            with self._engine.connect() as connection:
                passages = vectors.passage_vectors(connection, model_name)
                questions = vectors.question_vectors(connection, model_name)
            chunks = tuple(chunk for chunk in self.chunks() if chunk.id in passages)
            if self.revision() == revision:
                break
        index = {chunk.id: i for i, chunk in enumerate(chunks)}
        asked = sorted(row for row in questions if row[0] in index)
        asked.sort(key=lambda row: index[row[0]])
        return ChunkVectors(
            chunks=chunks,
            passages=vectors.matrix([passages[chunk.id] for chunk in chunks]),
            questions=vectors.matrix([row[3] for row in asked]),
            question_chunk=np.array([index[row[0]] for row in asked], dtype=np.int64),
            question_texts=tuple(row[2] for row in asked),
            revision=revision,
        )

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

    def save(self, entries: Sequence[Entry], model_name: str, found: Vectors) -> None:
        """Write documents with chunks and new vectors, all or nothing, over what they replace."""
        if not entries:
            return
        with self._engine.begin() as connection:
            vectors.store_vectors(connection, model_name, found)
            before = self._before(connection, [entry.document.id for entry in entries])
            connection.execute(delete(DocumentRow).where(DocumentRow.id.in_(list(before))))
            connection.execute(
                insert(DocumentRow), [self._document_row(entry, before) for entry in entries]
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

    def forget(self, ids: Iterable[str]) -> int:
        """Delete documents with their chunks and the vectors of their words; return how many."""
        gone = 0
        with self._engine.begin() as connection:
            for some in in_hundreds(sorted(set(ids))):
                done = connection.execute(delete(DocumentRow).where(DocumentRow.id.in_(some)))
                gone += done.rowcount
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
        self, entry: Entry, before: Mapping[str, tuple[int, datetime]]
    ) -> dict[str, Any]:
        now = self._now()
        version, created = before.get(entry.document.id, (0, now))
        return document_row(entry, version=version + 1, created=created, now=now)

    def _before(
        self, connection: Connection, ids: Sequence[str]
    ) -> dict[str, tuple[int, datetime]]:
        """Return version and birthday of those of these documents that there are."""
        query = select(DocumentRow.id, DocumentRow.version, DocumentRow.created)
        rows = connection.execute(query.where(DocumentRow.id.in_(ids)))
        return {row[0]: (row[1], row[2]) for row in rows}


def _move_revision(connection: Connection) -> None:
    moved = connection.execute(
        update(RevisionRow).where(RevisionRow.id == _ONLY).values(value=RevisionRow.value + 1)
    )
    if not moved.rowcount:
        connection.execute(insert(RevisionRow).values(id=_ONLY, value=1))
