"""How likely the customer is upset, as one number that orders messages finer than hostility."""

import math
from collections.abc import Mapping

from copilot.perception.grudge import TURNED, grudges
from copilot.perception.hostility import FAILURES
from copilot.perception.shape import shape_of
from copilot.perception.turns import Turn
from copilot.perception.vectors import Mix, Steps, Weights, read_weights
from copilot.perception.windows import CHARS

EVIDENCE = (
    "hostility", "sarcasm", "heat1", "heat2", "heat3", "failure", "thanks", "praise", "joy_word",
    "ask_verb", "how_to", "asks", "ends_asking", "caps", "exclaims", "smiles", *TURNED,
)  # fmt: skip
_COUNTED = ("heat1", "heat2", "heat3", "thanks", "praise", "joy_word", "ask_verb", "how_to")
_MOST_WORDS = 3  # of a kind; more of them say no more
_MOST_TURNS = 4
_WARY = frozenset({
    "self_harm", "health_risk", "safety_risk", "fraud_suspected", "account_takeover", "bereavement",
    "customer_error", "distress2", "distress3", "prompt_injection",
})  # fmt: skip  # what sounds alarmed without being cross


def evidence(turn: Turn, hostility: int, *, sarcastic: bool) -> Mapping[str, float]:
    """Return what the words of a turn say of upset, under the names of `EVIDENCE`.

    Counts are taken per root of the length: a long story holds more of everything.
    """
    length = max(1.0, len(turn.text) / CHARS) ** 0.5
    shape = shape_of(turn.text)
    turned = grudges(turn)
    found: dict[str, float] = {
        "hostility": min(3, hostility),
        "sarcasm": sarcastic,
        "failure": min(_MOST_TURNS, turn.count(*sorted(FAILURES))) / length,
        "asks": "?" in turn.text,
        "ends_asking": turn.text.rstrip().endswith("?"),
        "caps": bool(shape.caps),
        "exclaims": math.log1p(min(3, shape.exclaims)),
        "smiles": shape.smiles or shape.laughs,
    }
    found |= {name: min(_MOST_WORDS, turn.count(name)) / length for name in _COUNTED}
    found |= {name: min(_MOST_TURNS, turned[name]) / length for name in TURNED}
    return {name: float(found[name]) for name in EVIDENCE}


def upset_of(
    told: Mapping[str, float], score: float | None, weights: Weights | None = None
) -> float:
    """Return the chance, 0–1, that the writer of a turn is upset.

    Args:
        told: its `evidence`.
        score: what its sentence vectors gave (`VectorHead.listen`), where there are any.
        weights: the trained head; that of the program without it.
    """
    trained = weights or read_weights()
    mix: Mix = trained.words_alone if score is None else trained.with_vector
    total = mix.bias + mix.vector * (score or 0.0)
    total += sum(weight * told[name] for name, weight in mix.evidence.items())
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 4)


def settle(turn: Turn, hostility: int, upset: float, steps: Steps, *, alarmed: bool) -> int:
    """Correct the hostility that words gave where the chance of upset says otherwise.

    Threats and insults (4) are heard in words only, and fear is no anger: who is `alarmed`, or in
    danger by the words, is not taken for irritated.
    """
    wary = alarmed or turn.has(*_WARY)
    if hostility == 0:
        level = 2 if upset >= steps.clear else int(upset >= steps.mild)
        return min(level, 1) if wary else level
    if hostility == 1:
        if upset < steps.calm:
            return 0
        return 2 if upset >= steps.surely and not wary else 1
    if hostility == 2:
        return 1 if upset < steps.calm else 2
    return 2 if hostility == 3 and upset < (steps.mild + steps.calm) / 2 else hostility
