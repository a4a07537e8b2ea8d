"""How likely the customer is upset, as one number that orders messages finer than hostility."""

import math

from copilot.perception.hostility import FAILURES
from copilot.perception.turns import Turn

_WORDS = ("heat1", "heat2", "heat3", *sorted(FAILURES))
_MOST_WORDS = 4  # more of them say no more

# A ridge logistic regression on evals/labels/perception/dev.jsonl, the weight of words halved:
# our own lines flatter our own patterns.
_PER_HOSTILITY = 2.0
_PER_WORD = 0.75
_WARMTH = -0.9
_BIAS = -2.2
_PER_VECTOR = 1.5
_VECTOR_BIAS = -1.2


def upset_of(turn: Turn, hostility: int, vector: float | None) -> float:
    """Return the chance, 0–1, that the writer of a turn is upset.

    Args:
        turn: the customer's turn.
        hostility: what its words gave, 0–4.
        vector: the chance by its sentence vector (`VectorHead.upset`), where there is one.
    """
    score = _BIAS + _PER_HOSTILITY * min(3, hostility)
    score += _PER_WORD * min(_MOST_WORDS, turn.count(*_WORDS))
    score += _WARMTH * turn.has("thanks", "praise")
    if vector is not None:
        bounded = min(max(vector, 1e-6), 1 - 1e-6)
        score += _VECTOR_BIAS + _PER_VECTOR * math.log(bounded / (1 - bounded))
    return round(1 / (1 + math.exp(-score)), 4)
