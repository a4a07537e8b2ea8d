"""A burst ends with silence, and a text is as far from another as its letters say."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from copilot.records.acceptance import Fate, distance, judged, tally
from copilot.records.bursts import Bursts, burst_ends

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def second(n: float) -> datetime:
    return NOW + timedelta(seconds=n)


def test_a_burst_is_over_after_a_silence() -> None:
    assert burst_ends([second(0), second(1), second(2)]) == second(3.5)


def test_who_never_pauses_is_answered_all_the_same() -> None:
    assert burst_ends([second(n) for n in range(10)]) == second(6)


def test_no_message_is_no_burst() -> None:
    with pytest.raises(ValueError, match="at least one"):
        burst_ends([])


def test_conversations_are_due_once_each_when_they_fall_silent() -> None:
    bursts: Bursts[str] = Bursts()
    bursts.heard("a", second(0))
    bursts.heard("b", second(0.5))
    bursts.heard("a", second(1))

    assert bursts.next_due() == second(2)
    assert bursts.due(second(1.9)) == ()
    assert bursts.due(second(2.4)) == ("b",)
    assert bursts.due(second(9)) == ("a",)
    assert bursts.next_due() is None


def test_a_set_moment_comes_before_the_end_of_a_burst() -> None:
    bursts: Bursts[str] = Bursts()
    bursts.heard("a", second(0))
    bursts.at("a", second(0))
    bursts.at("b", second(30))

    assert bursts.due(second(0)) == ("a",)
    assert bursts.next_due() == second(30)


def plain_levenshtein(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def test_distance_is_levenshtein_by_the_longer_text() -> None:
    chance = random.Random(7)
    for _ in range(200):
        a, b = ("".join(chance.choices("абв", k=chance.randint(1, 12))) for _ in range(2))
        assert distance(a, b) == round(plain_levenshtein(a, b) / max(len(a), len(b)), 4)


@pytest.mark.parametrize(
    ("a", "b", "far"),
    [("", "", 0.0), ("а", "", 1.0), ("один  два\n", "один два", 0.0), ("да", "нет", 1.0)],
)
def test_distance_at_the_edges(a: str, b: str, far: float) -> None:
    assert distance(a, b) == far


def test_a_huge_text_is_compared_by_its_beginning() -> None:
    assert distance("а" * 200_000, "а" * 4_000) == 0.0


def test_nothing_offered_is_nothing_judged() -> None:
    assert judged("Здравствуйте", []) is None


def test_dismissals_are_counted_by_reason() -> None:
    fates = [
        Fate(seen=True, outcome="dismissed", reason="too_long"),
        Fate(seen=True, outcome="dismissed", reason="too_long"),
        Fate(seen=True),
        Fate(),
    ]

    counted = tally(fates)

    assert counted.reasons == {"too_long": 2}
    assert (counted.undecided, counted.unseen, counted.acceptance) == (1, 1, 0.0)
