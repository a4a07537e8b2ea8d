"""The space in which meanings are compared: model vectors without what a language has in common."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import regex
from numpy.typing import NDArray

from knowledge.catalogue import ChunkVectors
from knowledge.documents import Locale
from knowledge.vectors import Role

Vectors = NDArray[np.float32]

_MEANS = "models/e5-small-means.npz"
_TURN = "models/e5-small-turn.npz"
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_BLOCK = 4_096  # rows
_LETTER = regex.compile(r"\p{L}")


class Space:
    """Takes from each vector the mean of its language and role, then makes it unit length again.

    Sentence vectors crowd into a narrow cone whose axis says "Russian" or "a question" rather than
    what is asked (Mu & Viswanath 2018); without it the right article comes first more often, and
    across languages mostly. A model without known means keeps its vectors.
    """

    def __init__(
        self, means: dict[tuple[Role, Locale], Vectors], turn: Vectors | None = None
    ) -> None:
        """Take the means, (d,) float32 each; none at all leaves vectors as they are.

        `turn` (d, d) is what a query's vector is moved by, towards what answers it.
        """
        self.means, self._turn = means, turn

    @property
    def known(self) -> bool:
        """Whether the means of this model are known, and so what its cosines mean."""
        return bool(self.means)

    def centred(
        self, vectors: Vectors, role: Role, locales: Sequence[Locale], *, over: bool = False
    ) -> Vectors:
        """Return (n, d) float32, unit length, of unit vectors in these languages.

        With `over` they are written over the vectors given, as a large base has no room for both.
        """
        if not self.means or not len(vectors):
            return vectors
        out = vectors if over else np.empty_like(vectors)
        for start in range(0, len(vectors), _BLOCK):
            some = slice(start, start + _BLOCK)
            moved = vectors[some] - np.array([self.means[role, each] for each in locales[some]])
            norms = np.linalg.norm(moved, axis=1, keepdims=True)
            out[some] = moved / np.maximum(norms, 1e-9)
        return out

    def asked(self, vectors: Vectors, locales: Sequence[Locale]) -> Vectors:
        """Return (n, d) float32, unit length: what customers ask, turned to where answers lie.

        Only queries are turned, so that an index needs nothing new (`models/turn.md`).
        """
        centred = self.centred(vectors, "query", locales)
        if self._turn is None or not len(centred):
            return centred
        # einsum stays on this thread
        turned = centred + np.einsum("nd,de->ne", centred, self._turn)
        norms = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(turned / np.maximum(norms, 1e-9), np.float32)

    def centred_chunks(self, known: ChunkVectors) -> ChunkVectors:
        """Return the same chunks with their vectors in this space, written over fresh ones."""
        over = known.fresh
        locales = [chunk.locale for chunk in known.chunks]
        asked = [locales[chunk] for chunk in known.question_chunk.tolist()]
        return ChunkVectors(
            chunks=known.chunks,
            passages=self.centred(known.passages, "passage", locales, over=over),
            questions=self.centred(known.questions, "query", asked, over=over),
            question_chunk=known.question_chunk,
            question_texts=known.question_texts,
            revision=known.revision,
        )


@cache
def space_of(model_name: str) -> Space:
    """Return the space of a model."""
    with np.load(str(files("knowledge") / _MEANS)) as saved:
        if str(saved["model"]) != model_name:
            return Space({})
        roles: tuple[Role, ...] = ("passage", "query")
        locales: tuple[Locale, ...] = ("ru", "en")
        means = {(r, name): saved[f"{r}.{name}"] for r in roles for name in locales}
    with np.load(str(files("knowledge") / _TURN)) as saved:
        return Space(means, saved["turn"].astype(np.float32))


def language_of(text: str) -> Locale:
    """Return the language by script: Russian when a third of the letters are Cyrillic."""
    letters = len(_LETTER.findall(text))
    return "ru" if 3 * len(_CYRILLIC.findall(text)) > letters else "en"
