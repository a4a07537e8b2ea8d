"""Vectors of the packaged samples, made beforehand: the first start takes seconds, not minutes."""

import hashlib
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from knowledge.embedding import Embedder

Vectors = NDArray[np.float32]
FILE = "starter-vectors.npz"
_KEY_BYTES = 12  # of SHA-256: two of some thousand texts meet by chance once in 10²²


class Prepared:
    """An embedder that takes known texts from the packaged file and asks another for the rest.

    The file holds half-precision vectors of one model; another model's name means it is not used.
    """

    def __init__(self, inner: "Embedder") -> None:
        """Read the file when it is of the same model."""
        self._inner = inner
        self.name, self.dimension = inner.name, inner.dimension
        self._place, self._vectors = _read(inner.name)

    @classmethod
    def over(cls, inner: "Embedder") -> "Prepared":
        """Return the embedder itself when it is one of these already, else one around it."""
        return inner if isinstance(inner, cls) else cls(inner)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, unit length: texts as questions."""
        return self._embed("query", texts, self._inner.embed_queries)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, unit length: texts as answers."""
        return self._embed("passage", texts, self._inner.embed_passages)

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text has, uncut."""
        return self._inner.count_tokens(text)

    def knows(self, role: Literal["query", "passage"], text: str) -> bool:
        """Say whether the file has the vector of a text."""
        return key(role, text) in self._place

    def _embed(
        self,
        role: Literal["query", "passage"],
        texts: Sequence[str],
        embed: "Callable[[Sequence[str]], Vectors]",
    ) -> Vectors:
        out = np.zeros((len(texts), self.dimension), np.float32)
        places = [self._place.get(key(role, text)) for text in texts]
        for n, place in enumerate(places):
            if place is not None:
                vector = self._vectors[place].astype(np.float32)
                out[n] = vector / np.linalg.norm(vector)
        lacking = [n for n, place in enumerate(places) if place is None]
        if lacking:
            out[lacking] = embed([texts[n] for n in lacking])
        return out


def key(role: str, text: str) -> bytes:
    """Return what a text is found by in the file."""
    return hashlib.sha256(f"{role}\0{text}".encode()).digest()[:_KEY_BYTES]


def _read(model: str) -> tuple[dict[bytes, int], NDArray[np.float16]]:
    with as_file(files("knowledge") / "models" / FILE) as path:
        if not path.exists():
            return {}, np.zeros((0, 0), np.float16)
        with np.load(path) as saved:
            if str(saved["model"]) != model:
                return {}, np.zeros((0, 0), np.float16)
            keys = saved["keys"].tobytes()
            vectors: NDArray[np.float16] = saved["vectors"]
    cuts = range(0, len(keys), _KEY_BYTES)
    return {keys[at : at + _KEY_BYTES]: n for n, at in enumerate(cuts)}, vectors
