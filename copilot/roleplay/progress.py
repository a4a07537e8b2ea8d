"""What practice shows over several sessions: how often an act is there when it is needed.

An estimate with its uncertainty, never a mark: the chance that a trainee shows a skill when the case
asks for it has, after `shown` of `asked` occasions and with every chance equally likely beforehand,
the distribution Beta(1 + shown, 1 + asked - shown) (Bayes and Laplace's rule; Gelman et al.,
Bayesian Data Analysis, 3rd ed., section 2.4). Turns that followed a hint are not counted.
"""

from collections.abc import Iterable
from math import comb

from pydantic import Field

from copilot.conversation import Frozen
from copilot.roleplay.criteria import Criterion, scores_of
from copilot.roleplay.session import Play

SKILLS: tuple[Criterion, ...] = (
    "listen", "empathise", "own", "direct", "order", "discovery", "grounded", "tone", "safety",
)  # fmt: skip
BAND = 0.8  # probability inside the band shown
_HALVINGS = 40  # of the interval in which a bound of the band is sought: exact to 1e-12


class Estimate(Frozen):
    """How likely a skill is shown when needed: mean and the bounds of the 80 % band, 0-1."""

    shown: int = Field(ge=0)
    asked: int = Field(ge=0)
    mean: float
    low: float
    high: float


class Row(Frozen):
    """One skill over sessions, oldest first (None where a session gave no occasion), and in all."""

    skill: Criterion
    cells: tuple[Estimate | None, ...]
    whole: Estimate | None


def estimate(shown: int, asked: int) -> Estimate:
    """Return the estimate after `shown` of `asked` occasions.

    Raises:
        ValueError: more was shown than asked for, or either is negative.
    """
    if not 0 <= shown <= asked:
        raise ValueError(f"{shown} of {asked} occasions cannot be")
    tail = (1 - BAND) / 2
    return Estimate(
        shown=shown,
        asked=asked,
        mean=round((shown + 1) / (asked + 2), 4),
        low=round(_quantile(tail, shown, asked), 4),
        high=round(_quantile(1 - tail, shown, asked), 4),
    )


def progress(plays: Iterable[Play]) -> tuple[Row, ...]:
    """Return each skill over sessions in the order given; skills that no session asked for are left out."""
    counted = [_occasions(play) for play in plays]
    rows = [_row(skill, counted) for skill in SKILLS]
    return tuple(row for row in rows if row.whole is not None)


def _row(skill: Criterion, counted: list[dict[Criterion, tuple[int, int]]]) -> Row:
    cells = [occasions.get(skill) for occasions in counted]
    shown, asked = (sum(cell[n] for cell in cells if cell) for n in (0, 1))
    return Row(
        skill=skill,
        cells=tuple(estimate(*cell) if cell else None for cell in cells),
        whole=estimate(shown, asked) if asked else None,
    )


def _occasions(play: Play) -> dict[Criterion, tuple[int, int]]:
    """Return how often each skill was shown, of how often the case asked for it, without hints."""
    hinted = any(exchange.said.hinted for exchange in play.exchanges)
    whole = ("discovery", "safety")  # of the session, not of a turn: one hint touches all of it
    scores = scores_of(play, [], unaided=True)
    return {
        score.criterion: (score.seen, score.of)
        for score in scores
        if score.of and score.criterion in SKILLS and not (hinted and score.criterion in whole)
    }


def _quantile(share: float, shown: int, asked: int) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, shown, asked) < share else (low, middle)
    return (low + high) / 2


def _below(chance: float, shown: int, asked: int) -> float:
    """Return the distribution function of Beta(1 + shown, 1 + asked - shown).

    For whole numbers it is a binomial tail (DLMF 8.17.5): at least shown + 1 of asked + 1.
    """
    n = asked + 1
    return sum(comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(shown + 1, n + 1))
