"""Statistics of paired evals with clusters: estimates for the eye, permutations for the decision."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 10_000
EXACT_UP_TO = 16  # clusters for which all sign flips are counted
FEW_CLUSTERS = 15  # fewer than this make bootstrap intervals too narrow
_BATCH = 2_000


class Interval(NamedTuple):
    """A value with its interval."""

    value: float
    low: float
    high: float


def wilson(hits: int, n: int, *, level: float = 0.95) -> Interval:
    """Return a rate with its score interval (Wilson 1927), honest for small n and for zero failures.

    Raises:
        ValueError: n is not positive, or hits is not within 0..n.
    """
    if n <= 0 or not 0 <= hits <= n:
        raise ValueError(f"a rate needs 0 <= hits <= n and n > 0, not {hits} of {n}")
    z = NormalDist().inv_cdf((1 + level) / 2)
    rate = hits / n
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(rate, max(0.0, middle - half), min(1.0, middle + half))


def cluster_sums(values: Sequence[float], clusters: Sequence[str]) -> tuple[Floats, Floats]:
    """Return sum and size of each cluster, by name."""
    names = sorted(set(clusters))
    place = {name: n for n, name in enumerate(names)}
    sums, sizes = np.zeros(len(names)), np.zeros(len(names))
    for value, cluster in zip(values, clusters, strict=True):
        sums[place[cluster]] += value
        sizes[place[cluster]] += 1
    return sums, sizes


def bootstrap(
    values: Sequence[float], clusters: Sequence[str], *, seed: int = 0, level: float = 0.95
) -> Interval:
    """Return the mean with a percentile interval from resampled clusters.

    Variants of one case rise and fall together; resampling cases alone makes intervals too narrow.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values to average")
    sums, sizes = cluster_sums(values, clusters)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(sums), size=(RESAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(sums.sum() / sizes.sum()), float(low), float(high))


def sign_flip(differences: Sequence[float], clusters: Sequence[str], *, seed: int = 0) -> float:
    """Return the two-sided p of paired differences under flips of whole clusters.

    Exact for up to 16 clusters, else from 10,000 seeded flips with the observed one counted in.
    """
    sums, _ = cluster_sums(differences, clusters)
    sums = sums[sums != 0]
    if not len(sums):
        return 1.0
    observed = abs(sums.sum()) - 1e-12
    if len(sums) <= EXACT_UP_TO:
        flips = np.array(list(product((1.0, -1.0), repeat=len(sums))))
        return float(np.mean(np.abs(flips @ sums) >= observed))
    rng = np.random.default_rng(seed)
    extreme = 1
    for _ in range(RESAMPLES // _BATCH):
        flips = rng.choice((1.0, -1.0), size=(_BATCH, len(sums)))
        extreme += int(np.sum(np.abs(flips @ sums) >= observed))
    return extreme / (RESAMPLES + 1)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p values adjusted for their number (Holm 1979), by the same names."""
    ordered = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    adjusted: dict[str, float] = {}
    highest = 0.0
    for n, (name, p) in enumerate(ordered):
        highest = max(highest, min(1.0, p * (len(ordered) - n)))
        adjusted[name] = highest
    return adjusted


def minimal_detectable(
    differences: Sequence[float],
    clusters: Sequence[str],
    *,
    power: float = 0.8,
    alpha: float = 0.05,
) -> float:
    """Return the smallest mean difference found with this power, one-sided, at this spread."""
    sums, sizes = cluster_sums(differences, clusters)
    if len(sums) < 2:
        return float("inf")
    n = sizes.sum()
    mean = sums.sum() / n
    spread = sqrt(float(np.sum((sums - mean * sizes) ** 2)) * len(sums) / (len(sums) - 1)) / n
    normal = NormalDist()
    return float((normal.inv_cdf(1 - alpha) + normal.inv_cdf(power)) * spread)


def equivalent(interval: Interval, floor: float) -> bool:
    """Say whether a 90 % interval of the difference lies within ± floor (two one-sided tests)."""
    return -floor < interval.low and interval.high < floor


def pass_hat(successes: int, trials: int, k: int) -> float:
    """Return the chance that k trials drawn without return all succeed: C(c,k)/C(n,k).

    Raises:
        ValueError: k is not within 1..trials.
    """
    from math import comb

    if not 1 <= k <= trials:
        raise ValueError(f"k must be within 1..{trials}, not {k}")
    return comb(successes, k) / comb(trials, k)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Return the chance that a positive scores above a negative; ties count half.

    Raises:
        ValueError: one of the two is empty.
    """
    if not positive or not negative:
        raise ValueError("AUROC needs both kinds")
    up, down = np.asarray(positive)[:, None], np.asarray(negative)[None, :]
    return float(((up > down).sum() + 0.5 * (up == down).sum()) / (len(positive) * len(negative)))
