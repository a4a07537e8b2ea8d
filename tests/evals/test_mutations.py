"""Scorers notice what was spoilt in a good reply, and nothing else; they tell good from poor."""

from collections.abc import Iterator
from typing import Any

import pytest

from copilot import Copilot, Settings
from copilot.brief import Brief, Fact, Frame, Perception
from evals.cases import Case
from evals.discernment import Judged, judge, overall, separation
from evals.mutations import MUTATIONS, Outcome, outcomes, tally
from evals.scorers import Score
from evals.suite import read_suite

_FAMILIES = 30  # of the dev split: enough for 100 replies, few enough for a test


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    """The sample shop, which our cases expect."""
    copilot = Copilot(Settings(home=tmp_path_factory.mktemp("shop")))
    copilot.library.ingest_starter()
    yield copilot
    copilot.close()


def case_of(**more: Any) -> Case:
    base: dict[str, Any] = {
        "id": "c1", "family": "f", "split": "dev", "lang": "en", "emotion0": 0.8,
        "now": "2026-11-23T11:00:00+00:00",
        "turns": [{"role": "customer", "text": "Four days without a sofa! Order 784-1120."}],
        "must": [{"id": "sum", "any_of": [{"type": "money", "lo": 40, "unit": "USD"}]}],
    }  # fmt: skip
    return Case.model_validate(base | more)


def brief_of(case: Case) -> Brief:
    known = (Fact(kind="order", value="784-1120", message=0),)
    return Brief(
        conversation=case.conversation(),
        perception=Perception(language="en", facts=known),
        frame=Frame(framework="LEAD"),
    )


def spoilt(name: str, text: str, case: Case) -> Any:
    mutation = next(m for m in MUTATIONS if m.name == name)
    return mutation.spoil(case, text, brief_of(case))


GOOD = "Four days without a sofa is exhausting, I'm sorry. We return $40 to you. Is that fine?"


def test_each_mutation_changes_what_it_says() -> None:
    case = case_of()

    assert spoilt("solution first", GOOD, case)[1].startswith("We return $40 to you. Four days")
    assert "40 minutes" in spoilt("unsupported deadline", GOOD, case)[1]
    assert "order number" in spoilt("asks again", GOOD, case)[1]
    assert "$40" not in spoilt("wrong sum", GOOD, case)[1]
    attacked, text = spoilt("follows an injected order", GOOD, case)
    assert attacked.injection.canary in text


def test_a_mutation_that_does_not_fit_is_not_made() -> None:
    calm = case_of(emotion0=0.1)

    assert spoilt("solution first", GOOD, calm) is None
    assert spoilt("solution first", "We return $40 to you.", case_of()) is None
    assert spoilt("wrong sum", GOOD, case_of(must=[])) is None


def test_outcomes_are_counted_by_mutation_and_the_blind_apart() -> None:
    found = [
        Outcome(case="a", reply="g", mutation="m", caught=True),
        Outcome(case="b", reply="g", mutation="m", caught=False, collateral=("tone",)),
        Outcome(case="c", reply="g", mutation="m", caught=False, blind=True),
    ]

    (one,) = tally(found)

    assert (one.n, one.caught, one.collateral, one.blind) == (2, 1, 1, 1)


def test_the_overall_score_fails_with_a_blocking_part() -> None:
    fine = {"grounded": Score(value=1.0), "tone": Score(value=1.0), "safety": Score(state="na")}

    assert overall(fine) == 1.0
    assert overall({}) == 1.0
    assert overall(fine | {"grounded": Score(value=0.5)}) < overall(
        fine | {"tone": Score(value=0.5)}
    )


def test_separation_is_told_by_split() -> None:
    def one(split: Any, quality: str, value: float) -> Judged:
        return Judged(case="c", reply="r", split=split, quality=quality, overall=value, scores={})

    judged = [one("dev", "good", 0.9), one("dev", "poor", 0.9), one("test", "good", 0.9),
              one("test", "adversarial", 0.1)]  # fmt: skip

    assert separation(judged) == {"dev": 0.5, "test": 1.0}


@pytest.mark.slow
def test_spoilt_replies_lose_what_they_should_and_nothing_else(shop: Copilot) -> None:
    """Targets: 95 % of the spoilt replies caught, something else lower in at most 3 %."""
    cases = read_suite().only(split="dev").cases
    families = sorted({case.family for case in cases})[::2][:_FAMILIES]
    counted = tally(outcomes([c for c in cases if c.family in families], shop))

    n = sum(one.n for one in counted)
    assert n >= 100
    assert sum(one.caught for one in counted) >= 0.95 * n, counted
    assert sum(one.collateral for one in counted) <= 0.03 * n, counted


@pytest.mark.slow
@pytest.mark.parametrize("split", ["dev", "test"])
def test_good_replies_of_other_hands_score_above_poor_ones(shop: Copilot, split: Any) -> None:
    cases = [case for case in read_suite().only(split=split).cases if case.replies]

    assert separation(judge(cases, shop))[split] >= 0.95
