"""Chunks with their vectors, and the index generation in force, as the catalogue gives them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Kind, Locale, Status


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
    the catalogue's when all this was read. `fresh` arrays are in no other hands, so that they may
    be written over.
    """

    chunks: tuple[Chunk, ...]
    passages: NDArray[np.float32]
    questions: NDArray[np.float32]
    question_chunk: NDArray[np.int64]
    question_texts: tuple[str, ...]
    revision: int
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """The index generation in force, and the catalogue revision that it was built from."""

    generation: str
    model_name: str
    chunks: int
    questions: int
    revision: int
