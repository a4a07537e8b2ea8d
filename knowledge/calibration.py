"""How far a hit may be trusted: a logistic model over the evidence for it (`models/strength.md`)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import exp, isnan, log1p, nan
from statistics import fmean, pstdev
from typing import Any

from knowledge.hits import Strength
from knowledge.ranking import Ranked

FEATURES = ("passage", "gap", "margin", "words", "off_topic", "foreign")
WORD_FEATURES = ("words", "coverage", "known", "stems", "word_margin", "foreign")

_OTHERS = 9  # ranks 2–10 are what a hit is compared with
_UNRELATED = 0.10  # a usual cosine of things that have nothing to do with each other
_QUESTION_SHARE = 0.6  # as in the ranking
_ENOUGH = 20  # documents from which a scale can be told
_USUAL_MEAN, _USUAL_SPREAD = 0.15, 0.10  # of centred cosines within one query
_ON_TOPIC = -1.5  # likeness to the base down to which a query is not suspected


@dataclass(frozen=True)
class Shape:
    """What is asked, as numbers.

    `stems` is their count; `known` the share of them, by rarity, that the base knows at all;
    `likeness` how much it sounds like the base (`topics.py`), 0 when nobody can tell; `foreign`
    whether the answer is in another language.
    """

    stems: int
    known: float
    likeness: float = 0.0
    foreign: bool = False


@dataclass(frozen=True)
class Model:
    """Weights of a logistic model, with the values that make its features comparable."""

    features: tuple[str, ...]
    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def chance(self, values: dict[str, float]) -> float:
        """Return the chance in 0..1 that this evidence belongs to the right answer."""
        total = self.bias
        for name, mean, spread, weight in zip(
            self.features, self.means, self.spreads, self.weights, strict=True
        ):
            total += weight * max(-4.0, min(4.0, (values[name] - mean) / spread))
        return 1 / (1 + exp(-total))


class Calibration:
    """Turns evidence into a confidence and a strength."""

    def __init__(self, data: dict[str, Any], *, known_space: bool = True) -> None:
        """Take models and thresholds as `models/strength.json` has them.

        Cosines of a model whose space is not known are put on the scale of one that is.
        """
        self._known_space = known_space
        self._meaning = _model(data["meaning"], FEATURES)
        self._words = _model(data["words"], WORD_FEATURES)
        self._strong, self._weak = float(data["strong"]), float(data["weak"])

    def confidence(self, ranked: Sequence[Ranked], n: int, shape: Shape) -> float:
        """Return the chance in 0..1 that the n-th of these, best first, answers the query."""
        if not self._known_space:
            ranked = on_usual_scale(ranked)
        if isnan(ranked[n].passage) and isnan(ranked[n].question):
            return round(self._words.chance(word_evidence(ranked, n, shape)), 4)
        return round(self._meaning.chance(evidence(ranked, n, shape)), 4)

    def strength(self, confidence: float) -> Strength:
        """Return the three-step form of a confidence."""
        if confidence >= self._strong:
            return "strong"
        return "weak" if confidence >= self._weak else "none"


def evidence(ranked: Sequence[Ranked], n: int, shape: Shape) -> dict[str, float]:
    """Return the features of the n-th hit by name.

    A base with fewer than ten documents is filled up with unrelated ones, so that a lone document
    is not sure of itself for want of rivals.
    """
    own = ranked[n]
    level = _level(own)
    others = sorted((_level(one) for i, one in enumerate(ranked) if i != n), reverse=True)
    others = (others + [_UNRELATED * (1 + _QUESTION_SHARE)] * _OTHERS)[:_OTHERS]
    return {
        "passage": _either(own.passage, own.question),
        "gap": level - sum(others) / _OTHERS,
        "margin": max(-0.3, min(0.3, level - others[0])),
        "words": own.words,
        "off_topic": max(-3.0, min(0.0, shape.likeness - _ON_TOPIC)),
        "foreign": float(shape.foreign),
    }


def on_usual_scale(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the hits with cosines moved and stretched to the usual mean and spread.

    From fewer than twenty documents no scale can be told: their cosines are dropped, and words
    speak for the hits alone.
    """
    scales = [_scale([getattr(one, name) for one in ranked]) for name in ("passage", "question")]
    return [
        replace(one, passage=scales[0](one.passage), question=scales[1](one.question))
        for one in ranked
    ]


def _scale(values: Sequence[float]) -> Callable[[float], float]:
    known = [value for value in values if not isnan(value)]
    if len(known) < _ENOUGH:
        return lambda _: nan
    mean, spread = fmean(known), max(pstdev(known), 1e-6)
    return lambda value: _USUAL_MEAN + _USUAL_SPREAD * (value - mean) / spread


def word_evidence(ranked: Sequence[Ranked], n: int, shape: Shape) -> dict[str, float]:
    """Return the features of the n-th hit where words are all that there is."""
    own = ranked[n]
    rival = max((one.words for i, one in enumerate(ranked) if i != n), default=0.0)
    return {
        "words": own.words,
        "coverage": own.coverage,
        "known": shape.known,
        "stems": log1p(shape.stems),
        "word_margin": own.words - rival,
        "foreign": float(shape.foreign),
    }


@cache
def open_calibration(known_space: bool = True) -> Calibration:
    """Return the calibration that comes with the program."""
    text = (files("knowledge") / "models" / "strength.json").read_text("utf-8")
    return Calibration(json.loads(text), known_space=known_space)


def _model(data: dict[str, Any], features: tuple[str, ...]) -> Model:
    rows = [data["features"][name] for name in features]
    return Model(
        features,
        tuple(float(row["mean"]) for row in rows),
        tuple(float(row["spread"]) for row in rows),
        tuple(float(row["weight"]) for row in rows),
        float(data["bias"]),
    )


def _level(one: Ranked) -> float:
    passage = _either(one.passage, one.question)
    return passage + _QUESTION_SHARE * _either(one.question, one.passage)


def _either(value: float, other: float) -> float:
    if isnan(value):
        return 0.0 if isnan(other) else other
    return value
