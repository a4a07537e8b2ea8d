"""Candidates and scores by meaning: exact over a matrix in memory, or through Chroma."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Kind, Locale
from knowledge.holdings import Holdings
from knowledge.index import Generation, Shelf, chunk_of, question_id
from knowledge.vectors import Role

Array = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_LOCALES: tuple[Locale, ...] = ("ru", "en")
_ROLES: tuple[Role, ...] = ("passage", "query")
_TIE = 1e-6  # nearer than that is equally near: the same text stands in several places
_TIES = 50  # that many more are asked of Chroma, to see who is equally near
_TOP = 3  # members of a group that count
_WIDER = 4  # how much further to look when filters leave too few


@dataclass(frozen=True)
class Cosines:
    """Cosines of query vectors (v) with rows (n): (v, n) float32, NaN where there is no vector.

    `question` speaks of all the questions that a chunk answers.
    """

    passage: Array
    question: Array


class Dense(Protocol):
    """Finds chunks near in meaning. Both kinds give the same rows and the same cosines."""

    def nearest(self, vectors: Array, allowed: Mask, *, top_k: int) -> Rows:
        """Return rows, ascending: the `top_k` nearest to any vector by passage or question.

        Counted in each language by itself.
        """

    def cosines(self, vectors: Array, rows: Rows) -> Cosines:
        """Return the cosines of vectors (v, d) with these rows."""


class Exact:
    """Looks at every vector: right, and fastest up to tens of thousands of chunks."""

    def __init__(self, held: Holdings) -> None:
        """Use the matrices of the holdings."""
        self._held = held
        self._row_of_known = np.flatnonzero(held.known_row >= 0)

    def nearest(self, vectors: Array, allowed: Mask, *, top_k: int) -> Rows:
        """Return rows, ascending: the `top_k` nearest to any vector by passage or question."""
        known = self._held.known
        found = [np.zeros(0, np.int64)]
        for mask in _by_language(self._held, allowed):
            passages = mask[self._row_of_known]
            questions = passages[known.question_chunk]
            for vector in vectors:
                found.append(_best(known.passages, vector, passages, top_k))
                asked = _best(known.questions, vector, questions, top_k)
                found.append(known.question_chunk[asked])
        return np.asarray(np.unique(self._row_of_known[np.concatenate(found)]), np.int64)

    def cosines(self, vectors: Array, rows: Rows) -> Cosines:
        """Return the cosines of vectors (v, d) with these rows."""
        known, (order, first) = self._held.known, self._held.question_rows
        at = self._held.known_row[rows].tolist()
        passages = [known.passages[k : k + 1] if k >= 0 else known.passages[:0] for k in at]
        asked = [order[first[k] : first[k + 1]] if k >= 0 else order[:0] for k in at]
        return Cosines(
            _nearness(vectors, passages), _nearness(vectors, [known.questions[q] for q in asked])
        )


class Approximate:
    """Asks Chroma for the nearest neighbours: for bases too large to look at every vector."""

    def __init__(self, held: Holdings, kind: Kind, generation: Generation) -> None:
        """Use a generation; the holdings say which rows there are and which are allowed."""
        self._held, self._kind, self._generation = held, kind, generation
        self._asked = np.bincount(held.known.question_chunk, minlength=len(held.known.chunks))

    def nearest(self, vectors: Array, allowed: Mask, *, top_k: int) -> Rows:
        """Return rows, ascending: the `top_k` nearest to any vector by passage or question.

        Raises:
            IndexDoubtful: Chroma cannot answer.
        """
        found: set[int] = set()
        for locale, mask in zip(_LOCALES, _by_language(self._held, allowed), strict=True):
            if mask.any():
                for role in _ROLES:
                    for vector in vectors:
                        found.update(self._rows((role, self._kind, locale), vector, mask, top_k))
        return np.array(sorted(found), np.int64)

    def cosines(self, vectors: Array, rows: Rows) -> Cosines:
        """Return the cosines of vectors (v, d) with these rows.

        Raises:
            IndexDoubtful: Chroma cannot answer.
        """
        return Cosines(
            _nearness(vectors, self._fetch("passage", rows)),
            _nearness(vectors, self._fetch("query", rows)),
        )

    def _rows(self, shelf: Shelf, vector: Array, mask: Mask, top_k: int) -> list[int]:
        """Return the rows of the nearest `top_k` entries that are allowed, looking ever wider."""
        count = self._generation.counts.get(shelf, 0)
        width = top_k + _TIES
        while True:
            found = self._generation.nearest(shelf, vector, top_k=width)
            rows = [
                (row, near) for name, near in found if (row := self._row(name, mask)) is not None
            ]
            if len(rows) >= top_k + _TIES or width >= count:
                break
            width *= _WIDER
        last = rows[min(top_k, len(rows)) - 1][1] if rows else 0.0
        return [row for row, near in rows if near >= last - _TIE]

    def _row(self, entry_id: str, mask: Mask) -> int | None:
        """Return the row of an entry, None when it is not there or not allowed."""
        row = self._held.row_of.get(chunk_of(entry_id))
        return row if row is not None and mask[row] else None

    def _fetch(self, role: Role, rows: Rows) -> list[Array]:
        """Return the vectors of each row: its passage, or its questions."""
        wanted = [list(self._entries(role, row)) for row in rows.tolist()]
        held: dict[str, Array] = {}
        for locale in _LOCALES:
            ids = [
                entry
                for row, entries in zip(rows.tolist(), wanted, strict=True)
                if self._held.chunks[row].locale == locale
                for entry in entries
            ]
            held |= self._generation.vectors((role, self._kind, locale), ids)
        return [_stack(held[entry] for entry in entries if entry in held) for entries in wanted]

    def _entries(self, role: Role, row: int) -> Iterator[str]:
        chunk, known = self._held.chunks[row].id, int(self._held.known_row[row])
        if role == "passage":
            yield chunk
        elif known >= 0:
            yield from (question_id(chunk, n) for n in range(int(self._asked[known])))


def _by_language(held: Holdings, allowed: Mask) -> list[Mask]:
    return [np.asarray(allowed & held.in_locale(locale), np.bool_) for locale in _LOCALES]


def _best(matrix: Array, vector: Array, mask: Mask, top_k: int) -> Rows:
    """Return the rows of the `top_k` greatest products among those allowed, and their ties."""
    open_rows = np.flatnonzero(mask)
    if len(open_rows) <= top_k:
        return np.asarray(open_rows, np.int64)
    first, end = int(open_rows[0]), int(open_rows[-1]) + 1  # a language stands together
    # einsum stays on this thread; BLAS would wake others, and wait for them on a busy machine
    products = np.einsum("nd,d->n", matrix[first:end], vector)[open_rows - first]
    last = np.partition(products, -top_k)[-top_k]
    return np.asarray(open_rows[products >= last - _TIE], np.int64)


def _nearness(vectors: Array, groups: Sequence[Array]) -> Array:
    """Return (v, groups): how near each vector is to a group, NaN when it is empty.

    Half the nearest member, half the mean of the nearest three: one stray example of many says
    less. One order of summation for both kinds of search, so that ties fall the same way.
    """
    near = np.full((len(vectors), len(groups)), np.nan, np.float32)
    sizes = [len(group) for group in groups]
    if not any(sizes):
        return near
    members = np.concatenate([group for group in groups if len(group)])
    products = np.einsum("md,vd->vm", members, vectors)
    ends = np.cumsum(sizes)
    alone = np.flatnonzero(
        np.array(sizes) == 1
    )  # most: a chunk has one passage, an article one question
    near[:, alone] = products[:, ends[alone] - 1]
    for n, (size, end) in enumerate(zip(sizes, ends.tolist(), strict=True)):
        if size > 1:
            best = -np.sort(-products[:, end - size : end], axis=1)
            near[:, n] = (best[:, 0] + best[:, :_TOP].sum(axis=1) / min(size, _TOP)) / 2
    return near


def _stack(vectors: Iterable[Array]) -> Array:
    rows = list(vectors)
    return np.array(rows, np.float32) if rows else np.zeros((0, 0), np.float32)
