"""Do the scorers tell good replies of other hands from poor ones: AUROC by split."""

from collections.abc import Callable, Iterable, Mapping
from math import exp, log
from statistics import fmean
from typing import Literal

from copilot import Copilot
from copilot.conversation import Frozen
from evals.cases import Case, Reply
from evals.observation import observe_reply
from evals.runs import score_all
from evals.scorers import SCORERS, Score
from evals.stats import auroc

_LEAST = 0.02  # a part that is zero still leaves an order among poor replies
_PARTS = tuple(s.name for s in SCORERS if s.gates)
_BLOCKS = frozenset(s.name for s in SCORERS if s.blocks)
Split = Literal["dev", "test"]


class Judged(Frozen):
    """One reply of another hand with its scores and the one number they come to."""

    case: str
    reply: str
    split: Split
    quality: str
    overall: float
    scores: dict[str, Score]
    faults: tuple[str, ...] = ()


def overall(scores: Mapping[str, Score]) -> float:
    """Return the geometric mean of the gating parts that apply, 0-1; 1 where none does.

    A part that blocks counts as failed as soon as it is not whole. For ordering replies and for
    display; gates look at the parts.
    """
    values = [
        0.0 if name in _BLOCKS and s.value < 1 else s.value
        for name in _PARTS
        if (s := scores.get(name)) and s.value is not None
    ]
    return exp(fmean(log(max(value, _LEAST)) for value in values)) if values else 1.0


def judge(
    cases: Iterable[Case], copilot: Copilot, *, progress: Callable[[str], None] | None = None
) -> tuple[Judged, ...]:
    """Score every reply of other hands in these cases, reading each case once."""
    found = []
    for case in cases:
        if not case.replies:
            continue
        if progress:
            progress(case.id)
        brief = copilot.brief(case.conversation())
        for reply in case.replies:
            seen = observe_reply(copilot, case, reply, brief=brief)
            found.append(_judged(case, reply, score_all(case, seen)))
    return tuple(found)


def separation(judged: Iterable[Judged]) -> dict[str, float]:
    """Return the chance that a good reply scores above one that is not, for each split.

    Raises:
        ValueError: a split has only one kind.
    """
    by_split: dict[str, tuple[list[float], list[float]]] = {}
    for one in judged:
        kinds = by_split.setdefault(one.split, ([], []))
        kinds[one.quality != "good"].append(one.overall)
    return {split: auroc(*kinds) for split, kinds in sorted(by_split.items())}


def _judged(case: Case, reply: Reply, scores: dict[str, Score]) -> Judged:
    return Judged(
        case=case.id, reply=reply.id, split=case.split, quality=reply.quality,
        overall=round(overall(scores), 4), scores=scores, faults=reply.faults,
    )  # fmt: skip
