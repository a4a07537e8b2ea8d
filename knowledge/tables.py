"""The tables of the knowledge: documents, chunks, questions, vectors, revision and index pointer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from knowledge.documents import Kind, Locale, Status
from knowledge.errors import KnowledgeError


class Base(DeclarativeBase):
    """The metadata of the knowledge tables."""


class DocumentRow(Base):
    """A document as people know it. `id` is `locale:name`, so that twins live side by side.

    `source` is the name of the file inside its folder, `path` where it was read last.
    """

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    source: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[Kind] = mapped_column(String(16), index=True)
    locale: Mapped[Locale] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    brand: Mapped[str] = mapped_column(String(200))
    tags: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[Status] = mapped_column(String(16), index=True)
    sample: Mapped[bool]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    path: Mapped[str] = mapped_column(Text, index=True)
    place: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ChunkRow(Base):
    """A piece of a document: `text` is embedded as a passage; `hash` is the hash of `text`."""

    __tablename__ = "chunks"

    id: Mapped[str] = mapped_column(String(220), primary_key=True)
    document_id: Mapped[str] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), index=True
    )
    n: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    tokens: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64), index=True)


class QuestionRow(Base):
    """A question that a chunk answers, embedded alone as a query."""

    __tablename__ = "questions"

    chunk_id: Mapped[str] = mapped_column(
        ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), index=True)


class VectorRow(Base):
    """A vector of a text by a model in a role: (dimension,) float32 little-endian, unit length.

    Keyed by the text itself, so that nothing is embedded twice, whatever becomes of its chunk.
    """

    __tablename__ = "vectors"

    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    model_name: Mapped[str] = mapped_column(String(200), primary_key=True)
    role: Mapped[str] = mapped_column(String(8), primary_key=True)
    dimension: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class RevisionRow(Base):
    """One row: a counter that grows with each committed change of the documents."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int]


class PointerRow(Base):
    """One row: the index generation that is in force."""

    __tablename__ = "index_pointer"

    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[str] = mapped_column(String(200))
    model_name: Mapped[str] = mapped_column(String(200))
    chunks: Mapped[int]
    questions: Mapped[int]
    revision: Mapped[int]
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def open_engine(url: str) -> Engine:
    """Return an engine with the tables made: SQLite in WAL mode, foreign keys on, commits synced.

    Raises:
        KnowledgeError: the database cannot be reached, or is no database.
    """
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _tune)
        Base.metadata.create_all(engine)
    except (SQLAlchemyError, ImportError) as cause:
        raise KnowledgeError(
            f"The database {_shown(url)!r} cannot be opened: {cause}. "
            "Check TEPLO_DATABASE_URL and that the folder can be written."
        ) from cause
    return engine


def _tune(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Set what SQLite forgets with every connection; FULL, so that a commit survives power cuts."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _shown(url: str) -> str:
    """Return the address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "(not an address)"
