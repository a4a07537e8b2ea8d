"""Counting what a detector finds against what people marked, with intervals."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from evals.stats import Interval, wilson

_RESAMPLES = 2_000
_LEVEL = 0.95


class Outcome(NamedTuple):
    """One line and one label: found rightly, found falsely, or missed, and the words themselves.

    Lines of one `cluster` (a scenario) rise and fall together.
    """

    label: str
    cluster: str
    right: int
    false: int
    missed: int
    id: str
    text: str


class Estimate(BaseModel):
    """A value with its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class LabelScore(BaseModel):
    """How well one label is found; `marked` by people, `found` by the detector.

    Precision is None where nothing was found, recall and F1 where nothing was marked.
    """

    model_config = ConfigDict(frozen=True)

    detector: str
    label: str
    marked: int
    found: int
    precision: Estimate | None
    recall: Estimate | None
    f1: Estimate | None


class Disagreement(BaseModel):
    """A line on which a detector and people differ."""

    model_config = ConfigDict(frozen=True)

    detector: str
    label: str
    kind: Literal["missed", "false"]
    id: str
    text: str


def scores(detector: str, outcomes: Iterable[Outcome]) -> tuple[LabelScore, ...]:
    """Return a score for every label, by name."""
    by_label: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_label.setdefault(outcome.label, []).append(outcome)
    return tuple(_score(detector, label, by_label[label]) for label in sorted(by_label))


def disagreements(detector: str, outcomes: Iterable[Outcome]) -> tuple[Disagreement, ...]:
    """Return the lines that were missed or falsely found, in order."""
    return tuple(
        Disagreement(
            detector=detector, label=outcome.label, kind=kind, id=outcome.id, text=outcome.text
        )
        for outcome in outcomes
        for kind in _kinds(outcome)
    )


def _kinds(outcome: Outcome) -> Iterator[Literal["missed", "false"]]:
    if outcome.missed:
        yield "missed"
    if outcome.false:
        yield "false"


def estimate(interval: Interval) -> Estimate:
    """Return an interval with three digits."""
    value, low, high = (round(number, 3) for number in interval)
    return Estimate(value=value, low=low, high=high)


def _score(detector: str, label: str, outcomes: Sequence[Outcome]) -> LabelScore:
    right = sum(o.right for o in outcomes)
    found = right + sum(o.false for o in outcomes)
    marked = right + sum(o.missed for o in outcomes)
    return LabelScore(
        detector=detector,
        label=label,
        marked=marked,
        found=found,
        precision=estimate(wilson(right, found)) if found else None,
        recall=estimate(wilson(right, marked)) if marked else None,
        f1=estimate(_f1(outcomes)) if marked else None,
    )


def _f1(outcomes: Sequence[Outcome]) -> Interval:
    """F1 with a percentile interval from resampled clusters."""
    names = sorted({o.cluster for o in outcomes})
    place = {name: n for n, name in enumerate(names)}
    counts = np.zeros((len(names), 2))
    for outcome in outcomes:
        counts[place[outcome.cluster]] += (outcome.right, outcome.false + outcome.missed)
    drawn = np.random.default_rng(0).integers(0, len(names), size=(_RESAMPLES, len(names)))
    sums = counts[drawn].sum(axis=1)
    wanted = np.maximum(2 * sums[:, 0] + sums[:, 1], 1)
    low, high = np.quantile(2 * sums[:, 0] / wanted, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    total = counts.sum(axis=0)
    value = 2 * total[0] / max(1.0, 2 * total[0] + total[1])
    return Interval(float(value), float(low), float(high))
