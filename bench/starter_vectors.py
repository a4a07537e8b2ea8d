"""Embed the packaged samples and write the file that `knowledge/prepared.py` reads.

    python bench/starter_vectors.py        (make starter)

To be run whenever a sample's text changes; a test says when that was forgotten.
"""

import tempfile
from pathlib import Path

import numpy as np

from knowledge import open_embedder, open_library
from knowledge.prepared import FILE, Prepared, key

OUT = Path(__file__).parents[1] / "knowledge" / "models" / FILE


class Recorder(Prepared):
    """Takes known texts from the last file, embeds the rest, and remembers every vector used."""

    def __init__(self, home: Path) -> None:
        super().__init__(open_embedder(home, threads=2))
        self.used: dict[bytes, np.ndarray] = {}

    def embed_queries(self, texts):
        return self._remember("query", texts, super().embed_queries(texts))

    def embed_passages(self, texts):
        return self._remember("passage", texts, super().embed_passages(texts))

    def _remember(self, role, texts, vectors):
        self.used.update(
            (key(role, text), vector) for text, vector in zip(texts, vectors, strict=True)
        )
        return vectors


def main() -> None:
    """Ingest the samples into an empty folder with a recording embedder."""
    with tempfile.TemporaryDirectory() as room:
        recorder = Recorder(Path(room))
        with open_library(Path(room), embedder=recorder) as library:
            library.ingest_starter()
    keys = sorted(recorder.used)
    vectors = np.array([recorder.used[k] for k in keys], np.float16)
    packed = np.frombuffer(b"".join(keys), np.uint8)
    np.savez_compressed(OUT, model=np.array(recorder.name), keys=packed, vectors=vectors)
    print(f"{len(keys)} vectors, {OUT.stat().st_size / 1024:.0f} KiB, in {OUT.name}")


if __name__ == "__main__":
    main()
