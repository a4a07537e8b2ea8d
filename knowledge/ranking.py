"""The documents of one kind that may answer a query, best first, with the evidence for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.dense import Cosines, Dense, Rows
from knowledge.fusion import fuse
from knowledge.hits import Query
from knowledge.holdings import Holdings

_CANDIDATES = 100  # by passage, by question and by words
_BM25_CEILING = 2.5  # k1 + 1: the most that one word can bring, in units of its rarity


@dataclass(frozen=True)
class Asked:
    """A query made ready: its stems in order, and its vectors (v, d), or None without a model.

    `vectors` are in the space of the holdings; `own_vectors` as the model gave them. `slang` are
    stems of what was said in other words: they count where the base uses them, too.
    """

    query: Query
    stems: tuple[str, ...]
    vectors: NDArray[np.float32] | None
    own_vectors: NDArray[np.float32] | None = None
    slang: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A document's best chunk. Cosines are NaN where there is no vector.

    `words` is BM25 as a share of the most that the query could reach; `coverage` the share of the
    query, by rarity, that the chunk holds.
    """

    row: int
    score: float
    passage: float
    question: float
    words: float
    coverage: float


def rank(held: Holdings, asked: Asked, dense: Dense | None) -> list[Ranked]:
    """Return the best chunk of each document that the query allows, best first.

    At most a few hundred; equal scores stand in the order of chunk ids.

    Raises:
        IndexDoubtful: Chroma cannot answer.
    """
    allowed = held.allowed(asked.query)
    if not allowed.any():
        return []
    known = [stem for stem in asked.slang if held.bm25.knows(stem)]
    weighted = held.bm25.rarity([*asked.stems, *known])
    bm25 = held.bm25.scores(weighted)
    rows = _by_words(bm25, allowed)
    cosines = None
    if dense is not None and asked.vectors is not None:
        near = dense.nearest(asked.vectors, allowed, top_k=_CANDIDATES)
        if len(near):
            rows = np.union1d(rows, near)
            cosines = dense.cosines(asked.vectors, rows)
    if not len(rows):
        return []
    ceiling = _BM25_CEILING * sum(weighted.values())
    scores = fuse(cosines, bm25[rows], ceiling)
    shares = bm25[rows] / max(ceiling, 1e-9)
    coverage = held.bm25.coverage(weighted)[rows]
    passage, question = _evidence(cosines, len(rows))
    columns = (rows, scores, passage, question, shares, coverage)
    found = [
        Ranked(int(row), round(float(score), 6), *(round(float(part), 6) for part in rest))
        for row, score, *rest in zip(*columns, strict=True)
    ]
    return _one_per_document(held, found)


def _by_words(bm25: NDArray[np.float64], allowed: NDArray[np.bool_]) -> Rows:
    rows = np.flatnonzero(allowed & (bm25 > 0))
    if len(rows) > _CANDIDATES:
        last = np.partition(bm25[rows], -_CANDIDATES)[-_CANDIDATES]
        rows = rows[bm25[rows] >= last]
    return np.asarray(rows[np.argsort(-bm25[rows], kind="stable")][:_CANDIDATES], np.int64)


def _evidence(cosines: Cosines | None, count: int) -> tuple[NDArray[np.float64], ...]:
    """Return the best cosines over the query's vectors: passage and question, (n,) each."""
    if cosines is None:
        return np.full(count, np.nan), np.full(count, np.nan)
    parts = (cosines.passage, cosines.question)
    return tuple(part.max(axis=0).astype(np.float64) for part in parts)


def _one_per_document(held: Holdings, found: Sequence[Ranked]) -> list[Ranked]:
    ordered = sorted(found, key=lambda one: (-one.score, held.chunks[one.row].id))
    best: dict[str, Ranked] = {}
    for one in ordered:
        best.setdefault(held.chunks[one.row].document, one)
    return list(best.values())
