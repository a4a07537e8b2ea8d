"""How far a hit may be trusted."""

import json
from collections.abc import Sequence
from importlib.resources import files
from math import nan

import pytest

from knowledge.calibration import (
    FEATURES,
    WORD_FEATURES,
    Calibration,
    Evidence,
    Shape,
    on_usual_scale,
    open_calibration,
)
from knowledge.ranking import Ranked

ASKED = Shape(stems=5, known=0.8)


def hit(near: float, *, words: float = 0.1, passage: float | None = None) -> Ranked:
    own = near if passage is None else passage
    return Ranked(row=0, score=near, passage=own, question=near, words=words, coverage=0.3)


def chance(calibration: Calibration, hits: Sequence[Ranked], n: int, shape: Shape = ASKED) -> float:
    return calibration.confidences(hits, shape, count=n + 1)[n]


NEAR = (hit(0.7, words=0.4), hit(0.3), hit(0.25), hit(0.2))
FAR = (hit(0.15, words=0.0), hit(0.14), hit(0.13), hit(0.12))


@pytest.fixture
def calibration() -> Calibration:
    return open_calibration()


def test_a_near_hit_far_ahead_of_the_rest_is_strong(calibration: Calibration) -> None:
    assert calibration.strength(chance(calibration, NEAR, 0)) == "strong"


def test_a_far_hit_among_equals_is_none(calibration: Calibration) -> None:
    assert calibration.strength(chance(calibration, FAR, 0)) == "none"


def test_the_runner_up_is_trusted_less(calibration: Calibration) -> None:
    first, second = (chance(calibration, NEAR, n) for n in (0, 1))

    assert second < first / 2


def test_an_off_topic_query_is_trusted_less(calibration: Calibration) -> None:
    strange = Shape(stems=5, known=0.8, likeness=-5)

    assert chance(calibration, NEAR, 1, strange) < chance(calibration, NEAR, 1) / 2


def test_a_lone_hit_is_not_sure_of_itself_for_want_of_rivals(calibration: Calibration) -> None:
    alone = chance(calibration, FAR[:1], 0)

    assert alone <= 2 * chance(calibration, FAR, 0) + 0.05


@pytest.mark.parametrize("count", [1, 2, 5, 300])
def test_a_base_of_any_size_gives_a_chance(calibration: Calibration, count: int) -> None:
    hits = [hit(0.5 - n / 1000) for n in range(count)]

    assert all(0 <= chance(calibration, hits, n) <= 1 for n in range(count))


def test_without_vectors_words_are_judged(calibration: Calibration) -> None:
    wordy = [
        Ranked(0, 1.0, nan, nan, words=0.5, coverage=0.9),
        Ranked(1, 0.1, nan, nan, words=0.05, coverage=0.1),
    ]

    assert chance(calibration, wordy, 0) > chance(calibration, wordy, 1)


def test_a_missing_question_vector_is_stood_for_by_the_passage() -> None:
    found = Evidence([Ranked(0, 1.0, 0.5, nan, 0.0, 0.0)], ASKED).of(0)

    assert found["passage"] == 0.5
    assert found["margin"] == 0.3


def test_every_feature_is_in_the_evidence() -> None:
    assert set(Evidence(NEAR, ASKED).of(0)) == set(FEATURES)


def test_cosines_of_an_unknown_model_are_put_on_the_usual_scale() -> None:
    wide = [hit(0.95 - n / 500) for n in range(40)]

    moved = on_usual_scale(wide)

    assert sum(one.question for one in moved) / 40 == pytest.approx(0.15)


def test_few_cosines_of_an_unknown_model_say_nothing() -> None:
    assert all(one.passage != one.passage for one in on_usual_scale(NEAR))


def test_the_packaged_model_has_its_features_and_ordered_thresholds() -> None:
    saved = json.loads((files("knowledge") / "models" / "strength.json").read_text("utf-8"))

    assert tuple(saved["meaning"]["features"]) == FEATURES
    assert tuple(saved["words"]["features"]) == WORD_FEATURES
    assert 0 < saved["weak"] < saved["strong"] < 1
