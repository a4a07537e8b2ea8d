"""Hits weighed again by what was heard: a script written for these signals is likelier to be right."""

import json
import math
from functools import cache
from importlib.resources import files

from copilot.brief import Perception
from copilot.conversation import Frozen
from knowledge import Hit, Script, Strength

# Signals that say what the matter is; how a person speaks of it says nothing of the right script.
TOPICS = frozenset(
    (
        "account_takeover", "bereavement", "cancel_request", "compensation_request", "customer_error",
        "data_leak", "defect", "delay", "discrimination_claim", "double_charge", "extortion",
        "fraud_suspected", "health_risk", "insult_operator", "legal_threat", "missing_item",
        "money_dispute", "money_loss", "non_delivery", "outage", "praise", "privacy_request",
        "publicity_threat", "quality", "refund_request", "regulator_threat", "rude_staff",
        "safety_risk", "self_harm", "status_request", "violence_threat", "wrong_item",
    )
)  # fmt: skip
FEATURES = ("logit", "matched", "covered", "silent", "clash", "short")
_FLOOR = 0.005  # chances beyond it are taken for it: no hit is that sure or that hopeless


class Weights(Frozen):
    """A logistic regression over `FEATURES`, centred and scaled, with its two thresholds."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    strong: float
    weak: float


def features(hit: Hit, perception: Perception) -> tuple[float, ...] | None:
    """Return the features of a hit by name of `FEATURES`, or None where signals say nothing.

    `logit` of the confidence; `matched`, the share of heard topics that the script names; `covered`,
    the share of the script's topics that were heard; `silent`, 1 when no topic was heard; `clash`, 1
    when script and customer disagree whether we failed; `short`, one over the number of words asked.
    """
    heard = TOPICS.intersection(signal.name for signal in perception.signals)
    if not isinstance(hit.record, Script):
        return None
    own = TOPICS.intersection(hit.record.signals)
    both = len(own & heard)
    chance = min(1 - _FLOOR, max(_FLOOR, hit.confidence))
    return (
        math.log(chance / (1 - chance)),
        both / len(heard) if heard else 0.0,
        both / len(own) if own else 0.0,
        float(not heard),
        float(_clash(hit.record, perception)),
        1 / max(1, len(perception.request.split())),
    )


def _clash(script: Script, perception: Perception) -> bool:
    return {script.failure, perception.failure} == {"yes", "no"}


def weigh(hits: tuple[Hit, ...], perception: Perception) -> tuple[Hit, ...]:
    """Return the hits with confidence and strength that know the signals, best first.

    Articles without a record keep what search said; ties keep their order.
    """
    return tuple(
        sorted((_weighed(hit, perception) for hit in hits), key=lambda hit: -hit.confidence)
    )


def _weighed(hit: Hit, perception: Perception) -> Hit:
    values = features(hit, perception)
    if values is None:
        return hit
    model = _weights()
    total = model.bias
    for value, mean, spread, weight in zip(
        values, model.means, model.spreads, model.weights, strict=True
    ):
        total += weight * (value - mean) / spread
    chance = 1 / (1 + math.exp(-total))
    strength: Strength = (
        "strong" if chance >= model.strong else "weak" if chance >= model.weak else "none"
    )
    if strength == "strong" and (hit.strength == "none" or values[FEATURES.index("clash")]):
        strength = "weak"  # it was not found by what was said, or says of us what did not happen
    return hit.model_copy(update={"confidence": round(chance, 4), "strength": strength})


@cache
def _weights() -> Weights:
    text = files("copilot").joinpath("models/support.json").read_text("utf-8")
    return Weights.model_validate({k: v for k, v in json.loads(text).items() if k != "card"})
