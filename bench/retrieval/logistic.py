"""A weighted logistic regression and the figures that it is judged by, in NumPy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CLIP = 4.0  # as `knowledge.calibration.Model` does: no feature may decide alone


@dataclass(frozen=True)
class Logistic:
    """Weights (features,) for values that were centred and scaled, and a bias."""

    means: Floats
    spreads: Floats
    weights: Floats
    bias: float

    def chances(self, values: Floats) -> Floats:
        """Return (n,) chances of (n, features)."""
        scaled = np.clip((values - self.means) / self.spreads, -_CLIP, _CLIP)
        return np.asarray(1 / (1 + np.exp(-(scaled @ self.weights + self.bias))), np.float64)


def fit(values: Floats, right: Floats, weight: Floats, *, ridge: float = 1e-3) -> Logistic:
    """Fit by Newton's method; `weight` (n,) says how much a row counts."""
    means = np.average(values, axis=0, weights=weight)
    spreads = np.sqrt(np.average((values - means) ** 2, axis=0, weights=weight)) + 1e-9
    scaled = np.clip((values - means) / spreads, -_CLIP, _CLIP)
    design = np.c_[scaled, np.ones(len(scaled))]
    share = weight / weight.sum()
    penalty = np.r_[np.full(values.shape[1], ridge), 0.0]
    found = np.zeros(design.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (share * (chance - right)) + penalty * found
        curve = (design * (share * chance * (1 - chance))[:, None]).T @ design
        found -= np.linalg.solve(curve + np.diag(penalty + 1e-9), slope)
    return Logistic(means, spreads, found[:-1], float(found[-1]))


def auroc(better: Floats, worse: Floats) -> float:
    """Return the chance that one of the first outranks one of the second; ties count half."""
    both = np.r_[better, worse]
    _, place, count = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    above = rank[: len(better)].sum() - len(better) * (len(better) + 1) / 2
    return float(above / (len(better) * len(worse)))
