"""A small head over sentence vectors: how upset a message sounds when its words do not say."""

import json
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import BadSettings
from copilot.perception.windows import windows

Embedder = Callable[[str], Sequence[float]]
WEIGHTS = Path(__file__).parent / "models" / "upset.json"
MOST_WINDOWS = 6  # of a message; more cost time and say no more
_LOUDEST = 0.5  # share of the loudest window beside the mean of all


class Mix(BaseModel):
    """A logistic regression over named evidence: `score = bias + Σ weight · evidence`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    vector: float = 0.0
    evidence: dict[str, float]


class Steps(BaseModel):
    """Chances of being upset beyond which they correct the hostility that words gave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calm: float = Field(ge=0, le=1)
    mild: float = Field(ge=0, le=1)
    clear: float = Field(ge=0, le=1)
    surely: float = Field(ge=0, le=1)


class Weights(BaseModel):
    """The trained head: `bias` and `weights` over a vector, and how it is mixed with words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    prefix: str = ""
    bias: float
    weights: tuple[float, ...]
    with_vector: Mix
    words_alone: Mix
    steps: Steps


class Sound(NamedTuple):
    """How a message sounds: the score (a log-odds, above 0 upset) and its loudest stretch."""

    score: float
    loudest: str


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
        self.weights = read_weights(path)

    def listen(self, text: str, *, most: int = MOST_WINDOWS) -> Sound | None:
        """Return how a text sounds, or None for an empty one.

        A long text is heard in `most` windows at most: their mean, and the loudest once more.
        """
        heard = [(self._score(window), window) for window in windows(text, most)]
        if not heard:
            return None
        score, loudest = max(heard)
        mean = sum(part for part, _ in heard) / len(heard)
        return Sound((mean + _LOUDEST * score) / (1 + _LOUDEST), loudest)

    def _score(self, window: str) -> float:
        head = self.weights
        vector = self._embed(head.prefix + window)
        if len(vector) != len(head.weights):
            raise BadSettings(
                f"The hostility head wants {len(head.weights)} numbers a text, the embedder gives "
                f"{len(vector)}; it was trained for {head.encoder!r}. Use that model or none."
            )
        return head.bias + math.fsum(
            weight * float(value) for weight, value in zip(head.weights, vector, strict=True)
        )


@lru_cache(maxsize=2)
def read_weights(path: Path = WEIGHTS) -> Weights:
    """Return the trained weights of a file."""
    return Weights.model_validate(json.loads(path.read_text(encoding="utf-8")))
