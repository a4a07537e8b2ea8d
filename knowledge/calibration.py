"""How far a hit may be trusted: a logistic model over the evidence for it (`models/strength.md`)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from heapq import nlargest
from importlib.resources import files
from math import exp, isnan, log, log1p, nan
from statistics import fmean, pstdev
from typing import Any

from knowledge.hits import Strength
from knowledge.ranking import Ranked

FEATURES = (
    "passage", "share", "margin", "score_margin", "words", "word_margin", "known", "stems",
    "off_topic", "foreign",
)  # fmt: skip
WORD_FEATURES = ("words", "coverage", "known", "stems", "word_margin", "foreign")

_SHARPNESS = 9.0  # of a softmax over levels: how `bench/retrieval/train_turn.py` was trained
_RIVALS = 40  # of which the softmax takes account
_USUAL_BASE = 60  # documents up to which a base is filled up with unrelated ones
_UNRELATED = 0.10  # a usual cosine of things that have nothing to do with each other
_QUESTION_SHARE = 0.6  # as in the ranking
_FAR = _UNRELATED * (1 + _QUESTION_SHARE)  # the level of an unrelated document
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

    def confidences(self, ranked: Sequence[Ranked], shape: Shape, *, count: int) -> list[float]:
        """Return the chances in 0..1 that each of the first `count` of these answers the query."""
        if not self._known_space:
            ranked = on_usual_scale(ranked)
        found = Evidence(ranked, shape)
        chances = []
        for n, one in enumerate(ranked[:count]):
            lexical = isnan(one.passage) and isnan(one.question)
            chance = (
                self._words.chance(found.in_words(n))
                if lexical
                else self._meaning.chance(found.of(n))
            )
            chances.append(round(chance, 4))
        return chances

    def strength(self, confidence: float) -> Strength:
        """Return the three-step form of a confidence."""
        if confidence >= self._strong:
            return "strong"
        return "weak" if confidence >= self._weak else "none"


class Evidence:
    """What speaks for each of the hits of one query, best first, as features by name."""

    def __init__(self, ranked: Sequence[Ranked], shape: Shape) -> None:
        """Take the hits and what is asked."""
        self._ranked, self._shape = ranked, shape
        self._levels = [_level(one) for one in ranked]
        self._nearest = nlargest(2, self._levels)
        self._wordiest = nlargest(2, (one.words for one in ranked))
        self._highest = nlargest(2, (one.score for one in ranked))
        unrelated = max(0, _USUAL_BASE - len(ranked)) * exp(_SHARPNESS * _FAR)
        rivals = nlargest(_RIVALS, self._levels)
        self._mass = unrelated + sum(exp(_SHARPNESS * level) for level in rivals)

    def of(self, n: int) -> dict[str, float]:
        """Return the features of the n-th hit.

        `share` is its part of all nearness, as log odds; a small base is filled up with unrelated
        documents, so that a lone one is not sure of itself for want of rivals.
        """
        own, level, shape = self._ranked[n], self._levels[n], self._shape
        rival = max(_without(self._nearest, level), default=_FAR)
        return {
            "passage": _either(own.passage, own.question),
            "share": self._share(level),
            "margin": max(-0.3, min(0.3, level - rival)),
            "score_margin": _lead(self._highest, own.score),
            "words": own.words,
            "word_margin": _lead(self._wordiest, own.words),
            "known": shape.known,
            "stems": log1p(shape.stems),
            "off_topic": max(-3.0, min(0.0, shape.likeness - _ON_TOPIC)),
            "foreign": float(shape.foreign),
        }

    def _share(self, level: float) -> float:
        own = exp(_SHARPNESS * level)
        part = min(own / self._mass, 1 - 1e-6)
        return max(-8.0, min(4.0, log(part / (1 - part))))

    def in_words(self, n: int) -> dict[str, float]:
        """Return the features of the n-th hit where words are all that there is."""
        own, shape = self._ranked[n], self._shape
        return {
            "words": own.words,
            "coverage": own.coverage,
            "known": shape.known,
            "stems": log1p(shape.stems),
            "word_margin": own.words - max(_without(self._wordiest, own.words), default=0.0),
            "foreign": float(shape.foreign),
        }


def _lead(best: Sequence[float], own: float) -> float:
    """Return by how much one's own is above the best other, 0 without one."""
    return own - max(_without(best, own), default=own)


def _without(values: Sequence[float], own: float) -> list[float]:
    """Return the values, greatest first, without one that is one's own."""
    rest = list(values)
    if own in rest:
        rest.remove(own)
    return rest


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
