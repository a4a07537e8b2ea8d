"""Which of four acts a sentence shows, by its signs: a small linear model, trained on own labels."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

WEIGHTS = Path(__file__).parent / "models" / "acts.json"


class Head(BaseModel):
    """One act: it is shown when `bias` and the weights of the signs heard reach `threshold`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    threshold: float
    weights: Mapping[str, float]

    def score(self, signs: frozenset[str]) -> float:
        """Return the log odds that a sentence with these signs shows the act."""
        return self.bias + sum(self.weights.get(sign, 0.0) for sign in signs)


def shown(signs: frozenset[str], *, extra: Mapping[str, float] | None = None) -> tuple[str, ...]:
    """Return the acts that a sentence with these signs shows.

    Args:
        signs: what `signs_of` heard.
        extra: log odds to add by act, from what stands around the sentence.
    """
    added = extra or {}
    return tuple(
        act
        for act, head in _heads().items()
        if head.score(signs) + added.get(act, 0.0) >= head.threshold
    )


@cache
def _heads() -> dict[str, Head]:
    loaded = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {act: Head.model_validate(head) for act, head in loaded.items()}
