"""Linting the base of a data folder: its documents, its vectors, its search."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.chunks import ChunkVectors
from knowledge.embedding import Embedder
from knowledge.errors import EmbeddingUnavailable
from knowledge.keeper import IndexKeeper
from knowledge.lint import Means, lint_documents
from knowledge.linting.likeness import Likeness
from knowledge.linting.problem import Problem
from knowledge.normalise import normalise
from knowledge.space import space_of

_LARGE = 20_000  # chunks: a second searcher of more would take too much memory


class Remembering:
    """An embedder that takes questions it knows from the catalogue and asks another for the rest."""

    def __init__(self, inner: Embedder, known: ChunkVectors) -> None:
        """Remember the questions of a base."""
        self._inner = inner
        self.name, self.dimension = inner.name, inner.dimension
        self._known = known.questions
        self._row = {normalise(text).strip(): n for n, text in enumerate(known.question_texts)}

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) float32, unit length: texts as questions."""
        rows = [self._row.get(text, -1) for text in texts]
        if all(row >= 0 for row in rows):
            return np.asarray(self._known[rows], np.float32)
        return self._inner.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) float32, unit length: texts as answers."""
        return self._inner.embed_passages(texts)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text has, uncut."""
        return self._inner.count_tokens(text)


def lint_whole(
    catalogue: Catalogue, index: IndexKeeper, on: date, means: Means, *, reach: bool
) -> tuple[Problem, ...]:
    """Return what is wrong with a base; `means` say by what else it is looked at."""
    documents = catalogue.documents()
    means = replace(means, versions=catalogue.document_versions())
    try:
        model = index.model()
    except EmbeddingUnavailable:
        return lint_documents(documents, on, means)
    known = catalogue.chunks_with_vectors(model.name)
    means = replace(means, likeness=Likeness(known, space_of(model.name)))
    if not reach:
        return lint_documents(documents, on, means)
    if len(known.chunks) > _LARGE:
        return lint_documents(documents, on, replace(means, search=index.searcher().search))
    searcher = index.searcher_by(Remembering(model, known))
    try:
        return lint_documents(documents, on, replace(means, search=searcher.search))
    finally:
        searcher.close()
