"""The vectors' table: which texts a model has embedded, and what came out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.chunks import Chunk, ChunkVectors
from knowledge.rows import in_hundreds
from knowledge.tables import ChunkRow, QuestionRow, VectorRow

Role = Literal["passage", "query"]
Texts = tuple[tuple[str, Role], ...]
Matrix = NDArray[np.float32]
Vectors = Mapping[tuple[str, Role], NDArray[np.float32]]
_FLOAT = np.dtype("<f4")
_STREAMED = {"yield_per": 1_000}


def known_hashes(
    connection: Connection, model_name: str, role: Role, hashes: Iterable[str]
) -> set[str]:
    """Return those of these text hashes that the model has embedded in this role."""
    found: set[str] = set()
    for some in in_hundreds(hashes):
        found.update(
            connection.scalars(
                select(VectorRow.text_hash).where(
                    VectorRow.model_name == model_name,
                    VectorRow.role == role,
                    VectorRow.text_hash.in_(some),
                )
            )
        )
    return found


def store_vectors(connection: Connection, model_name: str, vectors: Vectors) -> None:
    """Write vectors by (text hash, role), each (d,) float32; those that are there stay as they are."""
    rows: list[dict[str, Any]] = [
        {
            "text_hash": key,
            "model_name": model_name,
            "role": role,
            "dimension": int(vector.shape[0]),
            "vector": vector.astype(_FLOAT).tobytes(),
        }
        for (key, role), vector in vectors.items()
    ]
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(VectorRow).on_conflict_do_nothing(), rows)


def missing_texts(connection: Connection, model_name: str) -> Texts:
    """Return the texts of chunks and questions that the model has yet to embed, sorted."""
    passages = connection.scalars(
        select(ChunkRow.text)
        .outerjoin(VectorRow, _embedded(ChunkRow.hash, model_name, "passage"))
        .where(VectorRow.text_hash.is_(None))
        .distinct()
    )
    questions = connection.scalars(
        select(QuestionRow.text)
        .outerjoin(VectorRow, _embedded(QuestionRow.hash, model_name, "query"))
        .where(VectorRow.text_hash.is_(None))
        .distinct()
    )
    lacking: list[tuple[str, Role]] = [(text, "passage") for text in sorted(passages)]
    lacking.extend((text, "query") for text in sorted(questions))
    return tuple(lacking)


def known_chunks(
    connection: Connection, model_name: str, chunks: Sequence[Chunk], revision: int
) -> ChunkVectors:
    """Return those of all these chunks that the model has embedded, with their vectors.

    Vectors are read one by one into their rows: a large base needs no second copy of them.
    """
    place = {chunk.id: row for row, chunk in enumerate(chunks)}
    passages, have = _passages(connection, model_name, place)
    known = tuple(chunk for chunk, its in zip(chunks, have.tolist(), strict=True) if its)
    if len(known) < len(chunks):
        place = {chunk.id: row for row, chunk in enumerate(known)}
    asked = [row for row in _asked(connection) if row[0] in place]
    asked.sort(key=lambda row: (place[row[0]], row[1]))
    questions, answered = _questions(connection, model_name, asked)
    kept = [row for row, its in zip(asked, answered.tolist(), strict=True) if its]
    return ChunkVectors(
        chunks=known,
        passages=passages,
        questions=questions,
        question_chunk=np.array([place[row[0]] for row in kept], dtype=np.int64),
        question_texts=tuple(row[2] for row in kept),
        revision=revision,
        fresh=True,
    )


def _passages(
    connection: Connection, model_name: str, place: Mapping[str, int]
) -> tuple[Matrix, NDArray[np.bool_]]:
    query = select(ChunkRow.id, VectorRow.vector).join(
        VectorRow, _embedded(ChunkRow.hash, model_name, "passage")
    )
    rows = connection.execute(query, execution_options=_STREAMED)
    return _placed(((place.get(row[0]), row[1]) for row in rows), len(place))


def _asked(connection: Connection) -> list[tuple[str, int, str]]:
    """Return (chunk id, number, text) of all questions."""
    query = select(QuestionRow.chunk_id, QuestionRow.n, QuestionRow.text)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _questions(
    connection: Connection, model_name: str, asked: Sequence[tuple[str, int, str]]
) -> tuple[Matrix, NDArray[np.bool_]]:
    place = {row[:2]: n for n, row in enumerate(asked)}
    query = select(QuestionRow.chunk_id, QuestionRow.n, VectorRow.vector).join(
        VectorRow, _embedded(QuestionRow.hash, model_name, "query")
    )
    rows = connection.execute(query, execution_options=_STREAMED)
    return _placed(((place.get((row[0], row[1])), row[2]) for row in rows), len(place))


def _placed(
    rows: Iterable[tuple[int | None, bytes]], count: int
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return (n, d) unit vectors of the places that have one, and (count,) which these are."""
    found = np.zeros((0, 0), np.float32)
    there = np.zeros(count, np.bool_)
    for at, blob in rows:
        if at is None:
            continue
        if not found.size:
            found = np.zeros((count, len(blob) // _FLOAT.itemsize), np.float32)
        found[at] = np.frombuffer(blob, _FLOAT)
        there[at] = True
    return (found if there.all() or not there.any() else found[there]), there


def sweep_vectors(connection: Connection) -> None:
    """Delete vectors of texts that no chunk and no question holds any more."""
    used = select(ChunkRow.hash).union(select(QuestionRow.hash))
    connection.execute(delete(VectorRow).where(VectorRow.text_hash.not_in(used)))


def _embedded(text_hash: Any, model_name: str, role: Role) -> ColumnElement[bool]:
    return and_(
        VectorRow.text_hash == text_hash,
        VectorRow.model_name == model_name,
        VectorRow.role == role,
    )
