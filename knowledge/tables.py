"""The tables of the knowledge: documents with their old versions, chunks, vectors, gaps, pointer."""

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
    inspect,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateColumn

from knowledge.documents import Kind, Locale, Status
from knowledge.errors import KnowledgeError

_PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "synchronous=FULL",
    "secure_delete=ON",
)


class Base(DeclarativeBase):
    """The metadata of the knowledge tables."""


class DocumentRow(Base):
    """A document as people know it. `id` is `locale:name`, so that twins live side by side.

    `source` is the name of the file inside its folder, `path` where it was read last.
    `content_hash` is that of the file's words: what is edited by form later does not move it, so
    that an ingest leaves the edit alone until the file itself changes. `action` and `note` tell
    what brought this version.
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
    examples: Mapped[list[str]] = mapped_column(JSON, server_default=text("'[]'"))
    action: Mapped[str] = mapped_column(String(16), server_default="ingest")
    note: Mapped[str] = mapped_column(Text, server_default="")


class VersionRow(Base):
    """A document as it was: before it was written again, or, with action `delete`, before it went.

    `document` is all of it; `created` is the document's birthday, `at` that of the version.
    """

    __tablename__ = "versions"

    document_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    action: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    source: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


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


class GapRow(Base):
    """Requests of one meaning that the knowledge had no good answer to.

    `vector` is that of the first one by the model `model_name`, empty while there was none;
    `document` is the article drafted from it, or the one it was attached to. `undo` tells how to
    take the last action back.
    """

    __tablename__ = "gaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    locale: Mapped[Locale] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16), index=True)
    request: Mapped[str] = mapped_column(Text)
    strength: Mapped[str] = mapped_column(String(8))
    count: Mapped[int]
    first_seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    examples: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    document: Mapped[str] = mapped_column(String(200), index=True)
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    model_name: Mapped[str] = mapped_column(String(200))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class GapAskRow(Base):
    """That a conversation asked it, so that it counts once; `asker` is a hash."""

    __tablename__ = "gap_asks"

    gap_id: Mapped[int] = mapped_column(ForeignKey("gaps.id", ondelete="CASCADE"), primary_key=True)
    asker: Mapped[str] = mapped_column(String(64), primary_key=True)


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
        _add_columns(engine)
    except (SQLAlchemyError, ImportError) as cause:
        raise KnowledgeError(
            f"The database {_shown(url)!r} cannot be opened: {cause}. "
            "Check TEPLO_DATABASE_URL and that the folder can be written."
        ) from cause
    return engine


def _add_columns(engine: Engine) -> None:
    """Add the columns that a database of an earlier version lacks; each has a default."""
    known = inspect(engine)
    for table in Base.metadata.sorted_tables:
        later = [column for column in table.columns if column.server_default is not None]
        if not later:
            continue
        there = {column["name"] for column in known.get_columns(table.name)}
        lacking = [column for column in later if column.name not in there]
        with engine.begin() as connection:
            for column in lacking:
                made = CreateColumn(column).compile(dialect=engine.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {made}"))


def _tune(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Set what SQLite forgets with every connection.

    `synchronous=FULL`, so that a commit survives power cuts; `secure_delete`, so that what is
    deleted is overwritten with zeros.
    """
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _shown(url: str) -> str:
    """Return the address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "(not an address)"
