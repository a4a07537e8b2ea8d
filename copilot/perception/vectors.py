"""A small head over sentence vectors: how upset a message sounds when its words do not say."""

import json
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import BadSettings
from copilot.perception.risks import WEIGHTS as RISKS
from copilot.perception.risks import Dangers, dangers_of, read_heads
from copilot.perception.windows import stretches, windows

Embedder = Callable[[str], Sequence[float]]
WEIGHTS = Path(__file__).parent / "models" / "upset.json"
MOST_WINDOWS = 6  # of a message; more cost time and say no more
_KEPT = 256  # vectors of pieces heard last: a thread is heard again at every message
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
    """How a message sounds: a score (log-odds, above 0 upset), its loudest stretch, its dangers."""

    score: float
    loudest: str
    dangers: Dangers


class VectorHead:
    """Turns an embedder into a judge of upset and of danger.

    Args:
        embed: text → vector of the width the weights were trained on, unit length.
        path: the trained weights for upset.
        risks: the trained heads for dangers; silent where they are of another width.

    Raises:
        BadSettings: the weights for upset do not fit the embedder.
    """

    def __init__(self, embed: Embedder, *, path: Path = WEIGHTS, risks: Path = RISKS) -> None:
        """Read the weights; the embedder is not called yet."""
        self._embed = embed
        self.weights = read_weights(path)
        self._heads = read_heads(risks)
        self._vector = lru_cache(maxsize=_KEPT)(self._checked)

    def listen(self, text: str, *, most: int = MOST_WINDOWS) -> Sound | None:
        """Return how a text sounds, or None for an empty one.

        A long text is heard in `most` windows at most: their mean, and the loudest once more. For
        dangers `most` of its sentences are heard one by one.
        """
        pieces = windows(text, most)
        if not pieces:
            return None
        scores = [(self._score(self._vector(piece)), piece) for piece in pieces]
        score, loudest = max(scores)
        mean = sum(part for part, _ in scores) / len(scores)
        pooled = (mean + _LOUDEST * score) / (1 + _LOUDEST)
        cut = stretches(text, most)
        dangers = dangers_of(cut, [self._vector(_unshouted(piece)) for piece in cut], self._heads)
        return Sound(pooled, loudest, dangers)

    def _checked(self, text: str) -> tuple[float, ...]:
        vector = tuple(float(value) for value in self._embed(self.weights.prefix + text))
        wanted = len(self.weights.weights)
        if len(vector) != wanted:
            raise BadSettings(
                f"The hostility head wants {wanted} numbers a text, the embedder gives "
                f"{len(vector)}; it was trained for {self.weights.encoder!r}. Use that model or "
                "none."
            )
        return vector

    def _score(self, vector: Sequence[float]) -> float:
        head = self.weights
        return head.bias + math.fsum(
            weight * value for weight, value in zip(head.weights, vector, strict=True)
        )


def _unshouted(text: str) -> str:
    """Return a text in capitals in small letters: to the encoder capitals are other words."""
    capitals = sum(letter.isupper() for letter in text)
    return text.lower() if 2 * capitals > sum(letter.isalpha() for letter in text) else text


@lru_cache(maxsize=2)
def read_weights(path: Path = WEIGHTS) -> Weights:
    """Return the trained weights of a file."""
    return Weights.model_validate(json.loads(path.read_text(encoding="utf-8")))
