"""What a suite can show: against the closed form by hand, a simulation, and the other statistics."""

from typing import Any

import numpy as np
import pytest

from evals.cases import Case
from evals.power import cases_for, power_of


def cases(families: int, each: int) -> list[Case]:
    base: dict[str, Any] = {
        "split": "dev", "lang": "en", "now": "2026-11-23T11:00:00+00:00",
        "turns": [{"role": "customer", "text": "Where is it?"}],
    }  # fmt: skip
    return [
        Case.model_validate(base | {"id": f"c{f}-{n}", "family": f"f{f}"})
        for f in range(families)
        for n in range(each)
    ]


@pytest.mark.parametrize(("n", "points"), [(60, 9.7), (120, 7.0), (200, 5.5), (400, 3.9)])
def test_lone_cases_need_what_the_closed_form_says(n: int, points: float) -> None:
    assert 100 * power_of(cases(n, 1)).detectable == pytest.approx(points, abs=0.06)


def test_the_detectable_change_is_found_in_eight_of_ten_simulated_comparisons() -> None:
    """200 lone cases; verdicts go up or down so that the mean moves by the detectable change."""
    power = power_of(cases(200, 1))
    falls, rises = (power.changed + power.detectable) / 2, (power.changed - power.detectable) / 2
    rng = np.random.default_rng(5)
    drawn = rng.choice([-1, 1, 0], p=[falls, rises, 1 - falls - rises], size=(2_000, 200))
    z = drawn.mean(axis=1) / (drawn.std(axis=1) / np.sqrt(200))

    assert (z < -1.645).mean() == pytest.approx(0.8, abs=0.04)


def test_families_count_less_than_as_many_lone_cases() -> None:
    together, alone = power_of(cases(40, 3)), power_of(cases(120, 1))

    assert together.effective == pytest.approx(60)
    assert together.detectable > alone.detectable
    assert power_of(cases(40, 3), icc=0).detectable == alone.detectable


def test_the_number_of_cases_needed_leads_back_to_the_difference() -> None:
    power = power_of(cases(40, 3))
    needed = cases_for(0.05, power)

    assert power_of(cases(round(needed / 3), 3)).detectable == pytest.approx(0.05, abs=0.001)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="no cases"):
        power_of([])
    with pytest.raises(ValueError, match=r"0\.\.1"):
        power_of(cases(2, 1), changed=0)
