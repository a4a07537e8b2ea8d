"""One index generation on disk, read and doubted: collections of Chroma and what they should hold."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Kind, Locale
from knowledge.errors import KnowledgeError
from knowledge.vectors import Role

MANIFEST = "generation.json"
_SELF_QUERIES = 20
_LOST = 0.1  # a graph may leave a vector where no way leads
_CLOSE = 1e-3  # squared distance of a vector to itself, with room for its arithmetic

T = TypeVar("T")
Shelf = tuple[Role, Kind, Locale]


class IndexDoubtful(KnowledgeError):
    """A generation is missing, torn or not what its manifest says: build another from SQL."""


class Generation:
    """One index on disk, read only: a collection per role, kind and locale.

    Ids are chunk ids for passages and `chunk?n` for the n-th question of a chunk. Every failure of
    Chroma, a panic of its Rust core included, comes out as `IndexDoubtful`.
    """

    def __init__(self, folder: Path, *, deep: bool = True) -> None:
        """Open and verify counts and ids, and with `deep` that vectors find themselves.

        The latter loads the graphs of vectors: 6 kB for each.

        Raises:
            IndexDoubtful: anything is not as it was built.
        """
        self.name = folder.name
        manifest = read_manifest(folder)
        self.model_name = str(manifest["model"])
        self.counts = {shelf_of(key): int(n) for key, n in manifest["counts"].items()}
        self._client = guarded(lambda: open_client(folder))
        try:
            self._collections = {shelf: self._open(shelf) for shelf in self.counts}
            self._verify(manifest["ids"])
            if deep:
                for collection in self._collections.values():
                    see_itself(collection)
        except IndexDoubtful:
            self.close()
            raise

    def nearest(
        self, shelf: Shelf, vector: NDArray[np.float32], *, top_k: int
    ) -> list[tuple[str, float]]:
        """Return ids and cosines of the `top_k` nearest to a vector (d,), best first.

        Raises:
            IndexDoubtful: Chroma cannot answer.
        """
        found = self._query(shelf, vector[None], top_k)
        return [
            (name, 1 - far)
            for name, far in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def vectors(self, shelf: Shelf, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of those of these ids that there are.

        Raises:
            IndexDoubtful: Chroma cannot answer.
        """
        collection = self._collections.get(shelf)
        return _vectors(collection, ids) if collection is not None and ids else {}

    def ids(self, shelf: Shelf) -> list[str]:
        """Return what a shelf holds, sorted.

        Raises:
            IndexDoubtful: Chroma cannot answer.
        """
        collection = self._collections.get(shelf)
        return [] if collection is None else _ids(collection)

    def close(self) -> None:
        """Give the files back."""
        guarded(self._client.close)

    def _open(self, shelf: Shelf) -> Any:
        name = shelf_name(shelf)
        return guarded(lambda: self._client.get_collection(name, embedding_function=None))

    def _query(self, shelf: Shelf, vectors: NDArray[np.float32], top_k: int) -> Any:
        collection = self._collections.get(shelf)
        count = min(top_k, self.counts.get(shelf, 0))
        if collection is None or not count:
            return {"ids": [[] for _ in vectors], "distances": [[] for _ in vectors]}
        wanted = vectors.tolist()
        return guarded(
            lambda: collection.query(
                query_embeddings=wanted, n_results=count, include=["distances"]
            )
        )

    def _verify(self, ids_digest: str) -> None:
        ids: list[str] = []
        for shelf in self._collections:
            held = _ids(self._collections[shelf])
            if len(held) != self.counts[shelf]:
                raise IndexDoubtful(f"{self.name}: {shelf_name(shelf)} holds {len(held)} vectors.")
            ids += held
        if digest_of(ids) != ids_digest:
            raise IndexDoubtful(f"{self.name}: its ids are not those it was built with.")


def see_itself(collection: Any) -> None:
    """Ask a collection for some of its own vectors.

    Raises:
        IndexDoubtful: they are not to be had, or hardly one of them is found by itself.
    """
    ids = _ids(collection)
    ids = ids[:: max(1, len(ids) // _SELF_QUERIES)]
    held = _vectors(collection, ids)
    if len(held) != len(ids):
        raise IndexDoubtful(f"{collection.name} lists ids that it cannot give.")
    wanted = [held[one].tolist() for one in ids]
    found = guarded(
        lambda: collection.query(query_embeddings=wanted, n_results=1, include=["distances"])
    )
    lost = sum(not row or row[0] > _CLOSE for row in found["distances"])
    if lost > _LOST * len(ids):
        raise IndexDoubtful(f"{collection.name} does not find its own vectors.")


def _ids(collection: Any) -> list[str]:
    return sorted(guarded(lambda: collection.get(include=[]))["ids"])


def _vectors(collection: Any, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    found = guarded(lambda: collection.get(ids=list(ids), include=["embeddings"]))
    rows = np.asarray(found["embeddings"], np.float32)
    return dict(zip(found["ids"], rows, strict=True))


def question_id(chunk_id: str, n: int) -> str:
    """Return the id of the n-th question of a chunk."""
    return f"{chunk_id}?{n}"


def chunk_of(entry_id: str) -> str:
    """Return the chunk that an id of a passage or question belongs to."""
    return entry_id.rpartition("?")[0] or entry_id


def shelf_name(shelf: Shelf) -> str:
    """Return the name of a shelf's collection."""
    return ".".join(shelf)


def shelf_of(name: str) -> Shelf:
    """Return the shelf of a collection's name."""
    role, kind, locale = name.split(".")
    return role, kind, locale  # type: ignore[return-value]  # written by `shelf_name`


def digest_of(ids: Sequence[str]) -> str:
    """Return what tells whether ids are the same, in whatever order."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def open_client(folder: Path) -> Any:
    """Return Chroma's client of a folder."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(
        path=str(folder), settings=Settings(anonymized_telemetry=False)
    )


def guarded(call: Callable[[], T]) -> T:
    """Turn whatever Chroma raises into `IndexDoubtful`: its panics are no `Exception`."""
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise IndexDoubtful(
            f"The search index cannot be read ({type(error).__name__}: {error!s:.200}): "
            "it is rebuilt from the database, `teplo index --rebuild` does it now."
        ) from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a generation says of itself: model, counts by shelf, digest of the ids.

    Raises:
        IndexDoubtful: it says nothing, or nothing sensible.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return {key: manifest[key] for key in ("model", "counts", "ids")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDoubtful(f"{folder.name} is not a whole generation ({error!r}).") from error
