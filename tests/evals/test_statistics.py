"""Statistics of evals: checked by hand, by exact counts and by simulation."""

import math
from itertools import product

import numpy as np
import pytest

from evals.stats import (
    auroc,
    bootstrap,
    equivalent,
    holm,
    minimal_detectable,
    pass_hat,
    sign_flip,
    wilson,
)  # fmt: skip


def test_wilson_agrees_with_the_published_example() -> None:
    """Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611."""
    assert wilson(81, 263)[1:] == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20)[1:] == pytest.approx((0.0, 0.1611), abs=1e-4)
    with pytest.raises(ValueError, match="n > 0"):
        wilson(1, 0)


def test_a_sign_flip_counts_whole_families() -> None:
    differences = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    alone = sign_flip(differences, ["a", "b", "c", "d", "e", "f"])
    in_pairs = sign_flip(differences, ["a", "a", "b", "b", "c", "c"])
    assert alone == pytest.approx(2 / 64)
    assert in_pairs == pytest.approx(2 / 8)
    assert sign_flip([0.0, 0.0], ["a", "b"]) == 1.0


def test_a_sampled_sign_flip_is_near_the_exact_one() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0.3, 1, 17)
    names = [f"c{n:02}" for n in range(17)]
    flips = np.array(list(product((1, -1), repeat=17)))
    exact = float(np.mean(np.abs(flips @ values) >= abs(values.sum()) - 1e-12))
    assert sign_flip(values.tolist(), names) == pytest.approx(exact, abs=0.02)


def test_equal_runs_raise_an_alarm_in_at_most_five_of_a_hundred() -> None:
    """200 simulated pairs without a difference, three variants in each of 20 families, ICC .5."""
    rng = np.random.default_rng(11)
    families = [f"f{n // 3:02}" for n in range(60)]
    alarms = 0
    for _ in range(200):
        shared = np.repeat(rng.normal(0, 1, 20), 3)
        noise = rng.normal(0, 1, 60)
        alarms += sign_flip((shared + noise).tolist(), families) < 0.05
    assert alarms / 200 <= wilson(10, 200).high


def test_resampling_cases_alone_would_be_too_sure() -> None:
    values = [1.0] * 10 + [0.0] * 10
    clustered = bootstrap(values, ["a"] * 10 + ["b"] * 10)
    loose = bootstrap(values, [str(n) for n in range(20)])
    assert clustered.value == loose.value == 0.5
    assert clustered.high - clustered.low > loose.high - loose.low


def test_holm_multiplies_the_smallest_most_and_never_falls() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "c": 0.06, "b": 0.06}
    )


def test_the_detectable_difference_shrinks_with_families() -> None:
    few = minimal_detectable([0.0, 1.0] * 5, [str(n) for n in range(10)])
    many = minimal_detectable([0.0, 1.0] * 50, [str(n) for n in range(100)])
    assert few > 2.5 * many
    assert math.isinf(minimal_detectable([1.0], ["a"]))


def test_equivalence_needs_the_whole_interval() -> None:
    assert equivalent(bootstrap([0.0] * 9, list("abcdefghi")), 0.02)
    assert not equivalent(bootstrap([0.0, 0.3], ["a", "b"]), 0.02)


def test_pass_hat_k_is_the_chance_that_k_of_n_all_pass() -> None:
    assert pass_hat(3, 4, 2) == pytest.approx(0.5)
    assert pass_hat(1, 4, 2) == 0
    with pytest.raises(ValueError, match="within"):
        pass_hat(1, 4, 5)


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(0.875)
