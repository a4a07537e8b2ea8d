"""The vectors' table: which texts a model has embedded, and what came out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.rows import in_hundreds
from knowledge.tables import ChunkRow, QuestionRow, VectorRow

Role = Literal["passage", "query"]
Texts = tuple[tuple[str, Role], ...]
Vectors = Mapping[tuple[str, Role], NDArray[np.float32]]
_FLOAT = np.dtype("<f4")


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


def passage_vectors(connection: Connection, model_name: str) -> dict[str, bytes]:
    """Return the vectors of all chunks by chunk id."""
    query = select(ChunkRow.id, VectorRow.vector).join(
        VectorRow, _embedded(ChunkRow.hash, model_name, "passage")
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def question_vectors(connection: Connection, model_name: str) -> list[tuple[str, int, str, bytes]]:
    """Return (chunk id, number, text, vector) of all questions."""
    query = select(QuestionRow.chunk_id, QuestionRow.n, QuestionRow.text, VectorRow.vector).join(
        VectorRow, _embedded(QuestionRow.hash, model_name, "query")
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def matrix(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Return vectors of one length as (n, d) float32; (0, 0) when there are none."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(blobs), dtype=_FLOAT).reshape(len(blobs), -1).astype(np.float32)


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
