"""How small a difference a suite can show, before anything is run."""

from collections.abc import Iterable
from math import ceil
from statistics import NormalDist

from copilot.conversation import Frozen
from evals.cases import Case

CHANGED = 0.1  # share of verdicts that differ between two close versions, by default
ICC = 0.5  # how alike the cases of one family are
_POWER, _ALPHA = 0.8, 0.05


class Power(Frozen):
    """What `cases` in `families` can show: a change of rate of `detectable` or more."""

    cases: int
    families: int
    effective: float
    changed: float
    detectable: float


def power_of(cases: Iterable[Case], *, changed: float = CHANGED, icc: float = ICC) -> Power:
    """Return the smallest change of a rate that is found in 8 of 10 comparisons at p < 0.05, one-sided.

    For paired verdicts of which a share differs; cases of one family count less by the design effect
    1 + (m - 1) ICC (Kish 1965), with m the size of the family that the average case is in.

    Raises:
        ValueError: there are no cases, or a share is not within 0..1.
    """
    if not (0 < changed <= 1 and 0 <= icc <= 1):
        raise ValueError("the share of changed verdicts lies within 0..1, as does the ICC")
    sizes: dict[str, int] = {}
    for case in cases:
        sizes[case.family] = sizes.get(case.family, 0) + 1
    count = sum(sizes.values())
    if not count:
        raise ValueError("no cases to count")
    typical = sum(size * size for size in sizes.values()) / count
    effective = count / (1 + (typical - 1) * icc)
    return Power(
        cases=count,
        families=len(sizes),
        effective=round(effective, 1),
        changed=changed,
        detectable=round(_detectable(effective, changed), 4),
    )


def cases_for(difference: float, power: Power) -> int:
    """Return how many cases of the same kind of families would show a difference."""
    z = _z()
    effective = z * z * (power.changed / difference**2 - 1)
    return max(1, ceil(effective * power.cases / power.effective))


def _detectable(effective: float, changed: float) -> float:
    """Solve d = z sqrt((changed - d²) / n) for d (Connor 1987)."""
    z = _z()
    return z * float((changed / (effective + z * z)) ** 0.5)


def _z() -> float:
    normal = NormalDist()
    return normal.inv_cdf(_POWER) + normal.inv_cdf(1 - _ALPHA)
