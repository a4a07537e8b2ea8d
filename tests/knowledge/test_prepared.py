"""The samples come with their vectors, and other texts are embedded as ever."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import open_embedder, open_library
from knowledge.prepared import Prepared


class Counting:
    """An embedder of the local model's name that counts what it is asked."""

    dimension = 384

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.full((len(texts), self.dimension), self.dimension**-0.5, np.float32)

    embed_passages = embed_queries

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def test_another_models_vectors_are_not_used() -> None:
    other = Counting("another")

    Prepared(other).embed_queries(["привезли без крышки"])

    assert other.asked == ["привезли без крышки"]


@pytest.mark.slow
def test_every_text_of_the_samples_has_its_vector(tmp_path: Path) -> None:
    """When this fails, a sample's text has changed: run `make starter`."""
    local = open_embedder(tmp_path)
    counting = Counting(local.name)
    counting.count_tokens = local.count_tokens  # type: ignore[method-assign]  # chunks are cut by it

    with open_library(tmp_path, embedder=counting) as library:
        library.ingest_starter()

    assert counting.asked == []


@pytest.mark.slow
def test_a_prepared_vector_is_that_of_the_model(tmp_path: Path) -> None:
    local = open_embedder(tmp_path)
    texts = ["привезли без крышки", "a text that no sample holds"]

    prepared = Prepared(local)

    assert prepared.knows("query", texts[0])
    assert not prepared.knows("query", texts[1])
    likeness = (prepared.embed_queries(texts) * local.embed_queries(texts)).sum(axis=1)
    assert likeness.min() > 0.9999
