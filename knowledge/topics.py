"""How much a query sounds like anything that a base is asked at all."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import ChunkVectors
from knowledge.documents import Kind, Locale

Vectors = NDArray[np.float32]

# What the questions of a support base usually have: their cosine with their own mean, and its
# spread. They weigh as much as twenty questions, so that a base of three is not narrow-minded.
_USUAL, _USUAL_SPREAD, _PRIOR = 0.885, 0.02, 20


@dataclass(frozen=True)
class Topic:
    """The mean direction of a base's questions, and how near to it they lie themselves."""

    direction: Vectors
    usual: float
    spread: float

    def likeness(self, vectors: Vectors) -> float:
        """Return by how many spreads the best of (v, d) unit vectors is nearer than usual.

        Around 0 for what the base is about; general knowledge comes out at -5.
        """
        return float(((vectors @ self.direction).max() - self.usual) / self.spread)


def topics(known: ChunkVectors, kind: Kind, *, prior: bool = True) -> Mapping[Locale, Topic]:
    """Return the topic of a kind in each language that has questions.

    `known` holds the model's own vectors. Without `prior`, as for a model whose usual cosines are
    not known, fewer than twenty questions make no topic.
    """
    found: dict[Locale, Topic] = {}
    shelf = [(chunk.kind, chunk.locale) for chunk in known.chunks]
    asked = [shelf[chunk] for chunk in known.question_chunk.tolist()]
    locales: tuple[Locale, ...] = ("ru", "en")
    for locale in locales:
        rows = [n for n, place in enumerate(asked) if place == (kind, locale)]
        if rows and (prior or len(rows) >= _PRIOR):
            found[locale] = _topic(known.questions[rows], _PRIOR if prior else 0)
    return found


def _topic(questions: Vectors, prior: int) -> Topic:
    direction = questions.mean(axis=0)
    direction = np.asarray(direction / max(float(np.linalg.norm(direction)), 1e-9), np.float32)
    near = (questions @ direction).astype(np.float64)
    count = len(near) + prior
    usual = (float(near.sum()) + prior * _USUAL) / count
    squares = len(near) * float(near.var()) + prior * _USUAL_SPREAD**2
    return Topic(direction, usual, max((squares / count) ** 0.5, 1e-3))
