"""Filling an index generation with vectors, here or in a process of its own.

Chroma takes six kilobytes for every vector and never gives memory back; a child that ends does. It
is run as `python -m knowledge.filling FOLDER [SHELF]`: to fill one shelf from the arrays beside it,
or to check what is there. It ends when its parent does.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.generation import (
    Generation,
    IndexDoubtful,
    Shelf,
    guarded,
    open_client,
    see_itself,
    shelf_name,
    shelf_of,
)

_BATCH = 1_000  # Chroma refuses more than 5,461 at once
_SPACE = {"hnsw": {"space": "ip", "ef_construction": 100, "ef_search": 400, "max_neighbors": 16}}
_IDS, _VECTORS = "ids.json", "vectors.npy"

Rows = NDArray[np.float32]


def fill(
    folder: Path, shelf: Shelf, ids: Sequence[str], vectors: Rows, rows: Sequence[int]
) -> None:
    """Put the vectors that stand at these rows of a matrix onto a new shelf.

    Raises:
        IndexDoubtful: Chroma does not take them.
    """
    client = guarded(lambda: open_client(folder))
    try:
        collection = guarded(
            lambda: client.create_collection(
                shelf_name(shelf), embedding_function=None, configuration=_SPACE
            )
        )
        for start in range(0, len(ids), _BATCH):
            some = list(ids[start : start + _BATCH])
            part = np.asarray(vectors[rows[start : start + _BATCH]], np.float32)
            guarded(lambda i=some, v=part: collection.add(ids=i, embeddings=v))  # type: ignore[misc]
    finally:
        guarded(client.close)


def fill_apart(
    folder: Path, shelf: Shelf, ids: Sequence[str], vectors: Rows, rows: Sequence[int]
) -> None:
    """Do the same in a child, which also sees whether the shelf can be read back.

    Raises:
        IndexDoubtful: it cannot, or the child broke off.
    """
    beside = (folder / _IDS, folder / _VECTORS)
    beside[0].write_text(json.dumps(list(ids)), "utf-8")
    part = np.lib.format.open_memmap(
        beside[1], mode="w+", dtype=np.float32, shape=(len(rows), vectors.shape[1])
    )
    for start in range(0, len(rows), _BATCH):
        part[start : start + _BATCH] = vectors[rows[start : start + _BATCH]]
    del part
    _run(str(folder), shelf_name(shelf))
    for file in beside:
        file.unlink()


def check_apart(folder: Path) -> None:
    """See in a child whether counts and ids of a generation are those of its manifest.

    Raises:
        IndexDoubtful: they are not.
    """
    _run(str(folder))


def main() -> None:
    """Do what the arguments say; what is wrong goes to standard error."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    folder = Path(sys.argv[1])
    try:
        if len(sys.argv) > 2:
            _fill_beside(folder, shelf_of(sys.argv[2]))
        else:
            Generation(folder, deep=False).close()
    except IndexDoubtful as doubt:
        sys.exit(str(doubt))


def _fill_beside(folder: Path, shelf: Shelf) -> None:
    ids = json.loads((folder / _IDS).read_text("utf-8"))
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    fill(folder, shelf, ids, vectors, range(len(ids)))
    client = guarded(lambda: open_client(folder))
    see_itself(guarded(lambda: client.get_collection(shelf_name(shelf), embedding_function=None)))
    guarded(client.close)


def _end_with_parent() -> None:
    while os.read(0, 1_024):  # not by `sys.stdin`, whose lock would be held when this process ends
        pass
    os._exit(1)


def _run(*arguments: str) -> None:
    with subprocess.Popen(  # noqa: S603 - no word of the command comes from outside
        [sys.executable, "-m", "knowledge.filling", *arguments],
        stdin=subprocess.PIPE,  # open as long as this process lives
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as child:
        said = child.stderr.read() if child.stderr else b""
        code = child.wait()
    if code:
        last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise IndexDoubtful(last or f"The process that builds the index ended with {code}.")


if __name__ == "__main__":
    main()
