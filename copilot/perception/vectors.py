"""A small head over sentence vectors: how likely a message is upset when its words do not say."""

import json
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from copilot.errors import BadSettings

Embedder = Callable[[str], Sequence[float]]
WEIGHTS = Path(__file__).parent / "models" / "upset.json"
_MAX_CHARS = 1_200  # of a turn; the encoder reads no more anyway


class Weights(BaseModel):
    """A logistic regression: `upset = sigmoid(bias + weights · vector)`.

    `low` and `high` are the probabilities below and above which the vectors overrule the words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    prefix: str = ""
    bias: float
    weights: tuple[float, ...]
    low: float
    high: float


class VectorHead:
    """Turns an embedder into a judge of upset.

    Args:
        embed: text → vector of the width the weights were trained on, unit length.
        path: the trained weights.

    Raises:
        BadSettings: the weights do not fit the embedder.
    """

    def __init__(self, embed: Embedder, *, path: Path = WEIGHTS) -> None:
        """Read the weights; the embedder is not called yet."""
        self._embed = embed
        self._weights = _read(path)

    def upset(self, text: str) -> float:
        """Return the chance, 0–1, that the writer of a text is upset; 0 for an empty text."""
        head = self._weights
        if not text.strip():
            return 0.0
        vector = self._embed(head.prefix + text[:_MAX_CHARS])
        if len(vector) != len(head.weights):
            raise BadSettings(
                f"The hostility head wants {len(head.weights)} numbers a text, the embedder gives "
                f"{len(vector)}; it was trained for {head.encoder!r}. Use that model or none."
            )
        score = head.bias + sum(w * float(x) for w, x in zip(head.weights, vector, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))

    def settle(self, hostility: int, upset: float) -> int:
        """Correct a hostility found by words by one step at most, and only between 0 and 1."""
        if hostility == 0 and upset >= self._weights.high:
            return 1
        return 0 if hostility == 1 and upset <= self._weights.low else hostility


@lru_cache(maxsize=2)
def _read(path: Path) -> Weights:
    return Weights.model_validate(json.loads(path.read_text(encoding="utf-8")))
