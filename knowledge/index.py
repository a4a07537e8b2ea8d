"""Chroma generations: each built whole from the SQL vectors, verified, then pointed to from SQL."""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import filling
from knowledge.chunks import ChunkVectors, Pointer
from knowledge.generation import (
    MANIFEST,
    Generation,
    IndexDoubtful,
    Shelf,
    chunk_of,
    digest_of,
    question_id,
    read_manifest,
    shelf_name,
)

__all__ = [
    "Generation", "IndexDoubtful", "Shelf", "build", "chunk_of", "discard", "is_sound", "question_id",
    "question_ids", "sweep",
]  # fmt: skip

APART_FROM = 20_000  # vectors: Chroma never gives memory back, so that many are left to children

Rows = NDArray[np.float32]


def build(
    home: Path, known: ChunkVectors, model_name: str, *, apart_from: int = APART_FROM
) -> Pointer:
    """Build and verify a generation in a directory of its own; return the pointer to set.

    The same catalogue gives the same name; a sound generation of that name is kept as it is. From
    `apart_from` vectors on it is built by child processes.

    Raises:
        IndexDoubtful: what was built cannot be read back.
        OSError: the folder cannot be written.
    """
    name = f"gen-{known.revision}-{_content_digest(known, model_name)}"
    folder = home / "index" / name
    pointer = Pointer(
        name, model_name, len(known.chunks), len(known.question_texts), known.revision
    )
    if folder.exists() and is_sound(folder):
        return pointer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    shelves = _shelves(known)
    manifest = {
        "model": model_name,
        "counts": {shelf_name(shelf): len(ids) for shelf, (ids, _, _) in sorted(shelves.items())},
        "ids": digest_of([one for ids, _, _ in shelves.values() for one in ids]),
    }
    apart = sum(len(ids) for ids, _, _ in shelves.values()) >= apart_from
    fill = filling.fill_apart if apart else filling.fill
    for shelf, (ids, vectors, rows) in sorted(shelves.items()):
        fill(folder, shelf, ids, vectors, rows)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    if apart:
        filling.check_apart(folder)
    else:
        Generation(folder).close()
    return pointer


def is_sound(folder: Path) -> bool:
    """Say whether a generation is whole; of a large one only counts and ids are looked at."""
    try:
        if sum(read_manifest(folder)["counts"].values()) >= APART_FROM:
            filling.check_apart(folder)
        else:
            Generation(folder).close()
    except IndexDoubtful:
        return False
    return True


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


def question_ids(known: ChunkVectors) -> Iterator[str]:
    """Yield the id of every question row, in order."""
    numbers: dict[int, int] = defaultdict(int)
    for chunk in known.question_chunk.tolist():
        yield question_id(known.chunks[chunk].id, numbers[chunk])
        numbers[chunk] += 1


def _shelves(known: ChunkVectors) -> dict[Shelf, tuple[list[str], Rows, list[int]]]:
    """Return for each shelf the ids, and the matrix with the rows at which their vectors stand."""
    shelves: dict[Shelf, tuple[list[str], Rows, list[int]]] = {}
    for row, chunk in enumerate(known.chunks):
        own = shelves.setdefault(("passage", chunk.kind, chunk.locale), ([], known.passages, []))
        own[0].append(chunk.id)
        own[2].append(row)
    for row, entry in enumerate(question_ids(known)):
        chunk = known.chunks[known.question_chunk[row]]
        own = shelves.setdefault(("query", chunk.kind, chunk.locale), ([], known.questions, []))
        own[0].append(entry)
        own[2].append(row)
    return shelves


def _content_digest(known: ChunkVectors, model_name: str) -> str:
    found = hashlib.sha256(model_name.encode())
    for chunk in known.chunks:
        found.update(f"\n{chunk.id}\t{chunk.kind}\t{chunk.locale}".encode())
    for array in (known.passages, known.questions, known.question_chunk):
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()[:12]


def _revision_of(folder: Path) -> int:
    number = folder.name.split("-")[1]
    return int(number) if number.isdecimal() else 0
