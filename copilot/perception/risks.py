"""Dangers heard by sentence vectors, where no phrase of the lexicons foresaw the words."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "models" / "risks.npz"
ANY = "any"  # the head that hears a grave danger of whatever kind
GRAVE = (
    "self_harm", "violence_threat", "health_risk", "safety_risk", "fraud_suspected",
    "account_takeover", "data_leak",
)  # fmt: skip  # worth a signal that no phrase bears out
_SHORT = 120  # characters; a danger told in a longer message may be a small part of it
_FAR, _FARTHEST = -0.6, -0.2  # scores of its own head and of ANY under which no danger was seen
_MAY_BE_TAKEN_BACK = ("health_risk", "safety_risk", "data_leak")
Floats = NDArray[np.float32]


class Heads(NamedTuple):
    """Kernel machines over sentence vectors, one column of `coefficients` for every label.

    A score is `Σ coefficient · exp(-2 · gamma · (1 - cosine))` over the `basis`, (n, width) unit
    rows; +1 was said of a danger, -1 of none. One is heard from `say` on.
    """

    encoder: str
    labels: tuple[str, ...]
    basis: Floats
    coefficients: Floats
    gamma: float
    say: float

    def scores(self, vectors: Floats) -> Floats:
        """Return (m, labels) scores of (m, width) unit vectors."""
        # Not `@`: threads of a matrix library cost more here than they bring on a busy machine.
        cosine = np.einsum("ij,kj->ik", vectors, self.basis)
        near = np.exp(-2 * self.gamma * (1 - cosine))
        return np.asarray(near @ self.coefficients, np.float32)


class Danger(NamedTuple):
    """A critical signal and the stretch of text that sounds most like it."""

    label: str
    words: str


class Dangers(NamedTuple):
    """What vectors say of a message: dangers `heard`, and those it does not sound like at all."""

    heard: tuple[Danger, ...] = ()
    unlikely: frozenset[str] = frozenset()


def dangers_of(
    pieces: Sequence[str], vectors: Sequence[Sequence[float]], heads: Heads | None = None
) -> Dangers:
    """Return the dangers in a message; none where the vectors are not those of the heads.

    Args:
        pieces: its sentences.
        vectors: one for every piece, of unit length.
        heads: the trained heads; those of the program without them.
    """
    known = heads or read_heads()
    given = np.asarray(vectors, np.float32)
    if given.ndim != 2 or given.shape[1] != known.basis.shape[1]:
        return Dangers()
    scores = known.scores(given)
    alarm = scores[:, known.labels.index(ANY)]
    grave = [known.labels.index(label) for label in GRAVE]
    heard: dict[str, Danger] = {}
    for at in np.argsort(-alarm):
        if alarm[at] < known.say:
            break
        label = GRAVE[int(scores[at, grave].argmax())]
        heard.setdefault(label, Danger(label, pieces[at]))
    short = sum(map(len, pieces)) <= _SHORT and alarm.max() < _FARTHEST
    columns = {label: scores[:, known.labels.index(label)].max() for label in _MAY_BE_TAKEN_BACK}
    unlikely = {label for label, most in columns.items() if short and most < _FAR}
    return Dangers(tuple(heard.values()), frozenset(unlikely))


@lru_cache(maxsize=2)
def read_heads(path: Path = WEIGHTS) -> Heads:
    """Return the trained heads of a file; its rows are kept as signed bytes, 127 to a unit."""
    with np.load(path, allow_pickle=False) as kept:
        return Heads(
            encoder=str(kept["encoder"]),
            labels=tuple(kept["labels"].tolist()),
            basis=kept["basis"].astype(np.float32) * np.float32(kept["step"]),
            coefficients=kept["coefficients"].astype(np.float32),
            gamma=float(kept["gamma"]),
            say=float(kept["say"]),
        )
