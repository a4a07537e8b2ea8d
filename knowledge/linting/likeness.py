"""How alike documents are by meaning: what says one thing twice, and what speaks of one matter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.chunks import ChunkVectors
from knowledge.documents import Document
from knowledge.space import Space

Vectors = NDArray[np.float32]

# Chosen with bench/likeness.py, where all 16 pairs that say one thing in other words are found and
# 1 of 16 neighbours; among 612 articles of foreign help pages 38 pairs are, a third of them real.
# Long pages of one manual are all alike, so they have to be more so. Among the samples the likest
# pair of records reaches 0.51.
SAME_ARTICLE = 0.74  # the mean of how alike questions and answers are
SAME_PAGE = 0.85  # where one of them has more than two chunks
SAME_EACH = 0.64  # and the lesser of both
SAME_RECORD = 0.60
SURELY = 0.86  # below it neighbours are found as well
ONE_MATTER = 0.54  # of records: the same request, so that terms must agree
ONE_QUESTION = 0.85  # of articles
RAW = 0.95  # all of these where the model's means are not known, and every cosine is high
MOST = 20_000  # documents compared; more take minutes
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents of one form and language, how alike their questions are, and their answers.

    `long` says that one of them has more than two chunks.
    """

    one: str
    two: str
    asked: float
    said: float
    long: bool = False

    @property
    def whole(self) -> float:
        """How alike they are altogether."""
        return (self.asked + self.said) / 2


class Likeness:
    """The vectors of documents, by document."""

    def __init__(self, known: ChunkVectors, space: Space) -> None:
        """Take all chunks with their vectors as the model made them."""
        self._known = space.centred_chunks(known)
        self._centred = space.known
        self._passages: dict[str, list[int]] = {}
        self._questions: dict[str, dict[str, int]] = {}
        for row, chunk in enumerate(known.chunks):
            self._passages.setdefault(chunk.document, []).append(row)
        for row, at in enumerate(known.question_chunk.tolist()):
            texts = self._questions.setdefault(known.chunks[at].document, {})
            texts.setdefault(known.question_texts[row], row)

    def at(self, threshold: float) -> float:
        """Return a threshold as it is for this model."""
        return threshold if self._centred else RAW

    def record_pairs(self, documents: Sequence[Document]) -> Iterator[Pair]:
        """Yield the pairs of records that may speak of one matter; `asked` compares all examples."""
        held = [one.id for one in documents if one.id in self._passages]
        said = self._said(held)
        least = self.at(ONE_MATTER)
        for i, j, score in _near(said, said, least):
            asked = self._asked_of_each_other(held[i], held[j])
            yield Pair(held[i], held[j], asked, score)

    def article_pairs(self, documents: Sequence[Document]) -> Iterator[Pair]:
        """Yield the pairs of articles whose questions are alike."""
        held = [one.id for one in documents if one.id in self._questions]
        asked = _mean([self._known.questions[self._rows(one)] for one in held])
        said = self._said(held)
        for i, j, score in _near(asked, asked, self.at(SAME_EACH)):
            long = max(len(self._passages[held[n]]) for n in (i, j)) > 2
            yield Pair(held[i], held[j], score, float(said[i] @ said[j]), long)

    def _said(self, ids: Sequence[str]) -> Vectors:
        return _mean([self._known.passages[self._passages[one]] for one in ids])

    def _rows(self, document: str) -> list[int]:
        return list(self._questions.get(document, {}).values())

    def _asked_of_each_other(self, one: str, two: str) -> float:
        """Return how near the questions of two documents come to each other, on average."""
        left, right = self._rows(one), self._rows(two)
        if not left or not right:
            return 0.0
        each = self._known.questions[left] @ self._known.questions[right].T
        return float((each.max(axis=1).mean() + each.max(axis=0).mean()) / 2)


def by_pool(documents: Sequence[Document]) -> Mapping[tuple[str, str, bool], list[Document]]:
    """Return active documents that can be told apart only by what they say: one pool, one language."""
    pools: dict[tuple[str, str, bool], list[Document]] = {}
    for one in documents:
        if one.status == "active":
            pools.setdefault((one.kind, one.locale, one.record is None), []).append(one)
    return pools


def _mean(parts: Sequence[Vectors]) -> Vectors:
    if not parts:
        return np.zeros((0, 0), np.float32)
    whole = np.stack([part.mean(axis=0) for part in parts])
    norms = np.linalg.norm(whole, axis=1, keepdims=True)
    return np.asarray(whole / np.maximum(norms, 1e-9), np.float32)


def _near(left: Vectors, right: Vectors, least: float) -> Iterator[tuple[int, int, float]]:
    """Yield (i, j, cosine) with i < j of rows at least so near, block by block."""
    for start in range(0, len(left), _BLOCK):
        near = left[start : start + _BLOCK] @ right.T
        rows, columns = np.nonzero(near >= least)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if start + row < column:
                yield start + row, column, float(near[row, column])
