"""Chroma generations: each built whole from the SQL vectors, verified, then pointed to from SQL."""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import ChunkVectors, Pointer
from knowledge.documents import Kind, Locale
from knowledge.errors import KnowledgeError
from knowledge.vectors import Role

_MANIFEST = "generation.json"
_BATCH = 1000  # Chroma refuses more than 5,461 at once
_SELF_QUERIES = 20
_CLOSE = 1e-3  # squared distance of a vector to itself, with room for its arithmetic
_SPACE = {"hnsw": {"space": "ip", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}}

T = TypeVar("T")
Shelf = tuple[Role, Kind, Locale]


class IndexDoubtful(KnowledgeError):
    """A generation is missing, torn or not what its manifest says: build another from SQL."""


class Generation:
    """One index on disk, read only: a collection per role, kind and locale.

    Ids are chunk ids for passages and `chunk?n` for the n-th question of a chunk. Every failure of
    Chroma, a panic of its Rust core included, comes out as `IndexDoubtful`.
    """

    def __init__(self, folder: Path) -> None:
        """Open and verify counts and self queries.

        Raises:
            IndexDoubtful: anything is not as it was built.
        """
        self.name = folder.name
        manifest = _manifest(folder)
        self.model_name = str(manifest["model"])
        self.counts = {_shelf(key): int(n) for key, n in manifest["counts"].items()}
        self._client = _guarded(lambda: _client(folder))
        try:
            self._collections = {shelf: self._open(shelf) for shelf in self.counts}
            self._verify(manifest["ids"])
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
        if collection is None or not ids:
            return {}
        found = _guarded(lambda: collection.get(ids=list(ids), include=["embeddings"]))
        rows = np.asarray(found["embeddings"], np.float32)
        return dict(zip(found["ids"], rows, strict=True))

    def close(self) -> None:
        """Give the files back."""
        _guarded(self._client.close)

    def _open(self, shelf: Shelf) -> Any:
        name = _name(shelf)
        return _guarded(lambda: self._client.get_collection(name, embedding_function=None))

    def _query(self, shelf: Shelf, vectors: NDArray[np.float32], top_k: int) -> Any:
        collection = self._collections.get(shelf)
        count = min(top_k, self.counts.get(shelf, 0))
        if collection is None or not count:
            return {"ids": [[] for _ in vectors], "distances": [[] for _ in vectors]}
        wanted = vectors.tolist()
        return _guarded(
            lambda: collection.query(
                query_embeddings=wanted, n_results=count, include=["distances"]
            )
        )

    def _verify(self, ids_digest: str) -> None:
        ids: list[str] = []
        for shelf, collection in sorted(self._collections.items()):
            held = sorted(_guarded(lambda c=collection: c.get(include=[]))["ids"])  # type: ignore[misc]
            if len(held) != self.counts[shelf]:
                raise IndexDoubtful(f"{self.name}: {_name(shelf)} holds {len(held)} vectors.")
            self._ask_for_itself(shelf, held[:: max(1, len(held) // _SELF_QUERIES)])
            ids += held
        if _digest_of(ids) != ids_digest:
            raise IndexDoubtful(f"{self.name}: its ids are not those it was built with.")

    def _ask_for_itself(self, shelf: Shelf, ids: Sequence[str]) -> None:
        held = self.vectors(shelf, ids)
        if len(held) != len(ids):
            raise IndexDoubtful(f"{self.name}: {_name(shelf)} lists ids that it cannot give.")
        found = self._query(shelf, np.array([held[one] for one in ids], np.float32), 1)
        if any(not row or row[0] > _CLOSE for row in found["distances"]):
            raise IndexDoubtful(f"{self.name}: {_name(shelf)} does not find its own vectors.")


def build(home: Path, known: ChunkVectors, model_name: str) -> Pointer:
    """Build and verify a generation in a directory of its own; return the pointer to set.

    The same catalogue gives the same name; a sound generation of that name is kept as it is.

    Raises:
        IndexDoubtful: what was built cannot be read back.
        OSError: the folder cannot be written.
    """
    name = f"gen-{known.revision}-{_content_digest(known, model_name)}"
    folder = home / "index" / name
    pointer = Pointer(
        name, model_name, len(known.chunks), len(known.question_texts), known.revision
    )
    if folder.exists() and _is_sound(folder):
        return pointer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    counts, ids = _fill(folder, known)
    manifest = {
        "model": model_name,
        "counts": {_name(shelf): n for shelf, n in sorted(counts.items())},
        "ids": _digest_of(ids),
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    Generation(folder).close()
    return pointer


def sweep(home: Path, *, keep: str) -> None:
    """Delete generations other than this one and the newest of the rest."""
    folders = [path for path in (home / "index").glob("gen-*") if path.name != keep]
    folders.sort(key=lambda path: (_revision_of(path), path.name), reverse=True)
    for folder in folders[1:]:
        shutil.rmtree(folder, ignore_errors=True)


def discard(home: Path) -> None:
    """Delete every generation."""
    for folder in (home / "index").glob("gen-*"):
        shutil.rmtree(folder, ignore_errors=True)


def question_id(chunk_id: str, n: int) -> str:
    """Return the id of the n-th question of a chunk."""
    return f"{chunk_id}?{n}"


def chunk_of(entry_id: str) -> str:
    """Return the chunk that an id of a passage or question belongs to."""
    return entry_id.rpartition("?")[0] or entry_id


def _fill(folder: Path, known: ChunkVectors) -> tuple[dict[Shelf, int], list[str]]:
    client = _guarded(lambda: _client(folder))
    counts: dict[Shelf, int] = {}
    ids: list[str] = []
    try:
        for shelf, entries in sorted(_shelves(known).items()):
            _guarded(lambda s=shelf, e=entries: _add(client, s, e))  # type: ignore[misc]
            counts[shelf] = len(entries)
            ids += sorted(entry for entry, _ in entries)
    finally:
        _guarded(client.close)
    return counts, ids


def _add(client: Any, shelf: Shelf, entries: list[tuple[str, NDArray[np.float32]]]) -> None:
    collection = client.create_collection(
        _name(shelf), embedding_function=None, configuration=_SPACE
    )
    for start in range(0, len(entries), _BATCH):
        some = entries[start : start + _BATCH]
        vectors = np.array([vector for _, vector in some], np.float32)
        collection.add(ids=[entry for entry, _ in some], embeddings=vectors)


def _shelves(known: ChunkVectors) -> dict[Shelf, list[tuple[str, NDArray[np.float32]]]]:
    shelves: dict[Shelf, list[tuple[str, NDArray[np.float32]]]] = defaultdict(list)
    for chunk, vector in zip(known.chunks, known.passages, strict=True):
        shelves["passage", chunk.kind, chunk.locale].append((chunk.id, vector))
    for row, entry in enumerate(question_ids(known)):
        chunk = known.chunks[known.question_chunk[row]]
        shelves["query", chunk.kind, chunk.locale].append((entry, known.questions[row]))
    return shelves


def question_ids(known: ChunkVectors) -> Iterator[str]:
    """Yield the id of every question row, in order."""
    numbers: dict[int, int] = defaultdict(int)
    for chunk in known.question_chunk.tolist():
        yield question_id(known.chunks[chunk].id, numbers[chunk])
        numbers[chunk] += 1


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(
        path=str(folder), settings=Settings(anonymized_telemetry=False)
    )


def _guarded(call: Callable[[], T]) -> T:
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


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        return {key: manifest[key] for key in ("model", "counts", "ids")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDoubtful(f"{folder.name} is not a whole generation ({error!r}).") from error


def _is_sound(folder: Path) -> bool:
    try:
        Generation(folder).close()
    except IndexDoubtful:
        return False
    return True


def _content_digest(known: ChunkVectors, model_name: str) -> str:
    found = hashlib.sha256(model_name.encode())
    for chunk in known.chunks:
        found.update(f"\n{chunk.id}\t{chunk.kind}\t{chunk.locale}".encode())
    for array in (known.passages, known.questions, known.question_chunk):
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:12]


def _digest_of(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _revision_of(folder: Path) -> int:
    number = folder.name.split("-")[1]
    return int(number) if number.isdecimal() else 0


def _name(shelf: Shelf) -> str:
    return ".".join(shelf)


def _shelf(name: str) -> Shelf:
    role, kind, locale = name.split(".")
    return role, kind, locale  # type: ignore[return-value]  # written by `_name`
