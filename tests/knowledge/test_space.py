"""The space in which meanings are compared."""

import numpy as np
import pytest

from knowledge.embedding import LocalEmbedder
from knowledge.space import Space, Vectors, space_of

SIZE = 4


def unit(*rows: list[float]) -> Vectors:
    found = np.array(rows, np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


@pytest.fixture
def space() -> Space:
    mean = np.full(SIZE, 0.2, np.float32)
    turn = np.zeros((SIZE, SIZE), np.float32)
    turn[0, 1] = 2.0  # what is asked along the first axis is answered along the second
    return Space({("query", "ru"): mean, ("passage", "ru"): mean}, turn)


def test_a_query_is_turned_to_where_answers_lie_and_a_passage_is_not(space: Space) -> None:
    vectors = unit([1, 0, 0, 0])

    asked, held = space.asked(vectors, ["ru"]), space.centred(vectors, "passage", ["ru"])

    assert asked[0, 1] > held[0, 1] + 0.5


def test_a_turned_query_is_of_unit_length(space: Space) -> None:
    asked = space.asked(unit([1, 2, 3, 4], [0, 1, 0, 0]), ["ru", "ru"])

    assert np.allclose(np.linalg.norm(asked, axis=1), 1, atol=1e-6)


def test_an_unknown_model_keeps_its_vectors() -> None:
    vectors = unit([1, 2, 3, 4])

    assert np.array_equal(space_of("somebody else's").asked(vectors, ["en"]), vectors)


def test_no_queries_are_no_trouble() -> None:
    none = np.zeros((0, 384), np.float32)

    assert space_of(LocalEmbedder.name).asked(none, []).shape == (0, 384)
