"""Vectors from any service that speaks OpenAI's /v1/embeddings."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbeddingUnavailable
from knowledge.normalise import normalise

_BATCH = 64
_CHARS_PER_TOKEN = 3.0  # low on purpose: a chunk must not outgrow what the service reads
_MAX_QUERY_CHARS = 1_000
_MAX_PASSAGE_CHARS = 4_000
_CONNECT_S = 2.0


class RemoteEmbedder:
    """Embeds through an OpenAI-compatible service; nothing is retried here."""

    def __init__(
        self, base_url: str, *, api_key: str = "", model: str = "", timeout_s: float = 8.0
    ) -> None:
        """Name the service; it is first called when something is embedded.

        Raises:
            EmbeddingUnavailable: no model is named.
        """
        if not model:
            raise EmbeddingUnavailable(
                f"An embedding service is set ({base_url!r}) but no model: "
                "name one in TEPLO_EMBEDDING_MODEL, or unset the address to work locally."
            )
        self.name = f"{model}@{base_url}"
        self._base_url, self._api_key = base_url, api_key
        self._model, self._timeout_s = model, timeout_s
        self._dimension = 0
        self._client: Any = None

    @property
    def dimension(self) -> int:
        """The length of the service's vectors, asked for once.

        Raises:
            EmbeddingUnavailable: the service does not answer.
        """
        if not self._dimension:
            self.embed_queries(["?"])
        return self._dimension

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) float32, unit length."""
        return self._embed(texts, _MAX_QUERY_CHARS, prefix="query: ")

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) float32, unit length."""
        return self._embed(texts, _MAX_PASSAGE_CHARS, prefix="passage: ")

    def count_tokens(self, text: str) -> int:
        """Return an estimate: the service's own tokens are not known here."""
        return int(len(normalise(text)) / _CHARS_PER_TOKEN) + 1

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()

    def _embed(self, texts: Sequence[str], max_chars: int, *, prefix: str) -> NDArray[np.float32]:
        prefix = prefix if "e5" in self._model.lower() else ""  # only that family was trained so
        clean = [prefix + (normalise(text)[:max_chars].strip() or "?") for text in texts]
        parts = [self._call(clean[n : n + _BATCH]) for n in range(0, len(clean), _BATCH)]
        if not parts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = np.concatenate(parts)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _call(self, texts: list[str]) -> NDArray[np.float32]:
        import openai

        try:
            reply = self._open().embeddings.create(
                model=self._model, input=texts, encoding_format="float"
            )
            rows = sorted(reply.data, key=lambda row: row.index)
            vectors = np.array([row.embedding for row in rows], np.float32)
        except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise self._away(type(error).__name__) from error
        self._check(vectors, len(texts))
        self._dimension = vectors.shape[1]
        return vectors

    def _check(self, vectors: NDArray[np.float32], count: int) -> None:
        if vectors.ndim != 2 or len(vectors) != count or not vectors.shape[1]:
            raise self._away(f"{count} texts sent, vectors of shape {vectors.shape} came back")
        if not np.isfinite(vectors).all() or not np.linalg.norm(vectors, axis=1).all():
            raise self._away("a vector is zero or not a number")
        if self._dimension and vectors.shape[1] != self._dimension:
            raise self._away(f"dimension {vectors.shape[1]}, earlier {self._dimension}")

    def _away(self, reason: str) -> EmbeddingUnavailable:
        return EmbeddingUnavailable(
            f"No usable vectors from {self._base_url!r} for model {self._model!r}: {reason}. "
            "Check TEPLO_EMBEDDING_BASE_URL and TEPLO_EMBEDDING_MODEL, or unset them to work "
            "locally; search goes on by words meanwhile."
        )

    def _open(self) -> Any:
        if self._client is None:
            import httpx2
            import openai

            self._client = openai.OpenAI(
                base_url=self._base_url,
                api_key=self._api_key or "none",
                timeout=httpx2.Timeout(self._timeout_s, connect=_CONNECT_S),
                max_retries=0,
            )
        return self._client
