"""What a scorer says: a value, or that there is nothing to value, and why."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from pydantic import Field

from copilot.conversation import Frozen
from evals.cases import Case
from evals.observation import Observation


class Score(Frozen):
    """A value of 0-1, best 1. `na`: the case does not ask for it; `unscored`: it could not be said."""

    value: float | None = Field(default=None, ge=0, le=1)
    state: Literal["scored", "na", "unscored"] = "scored"
    reason: str = ""
    spans: tuple[str, ...] = ()


NA = Score(state="na")


def scored(value: float, reason: str = "", spans: tuple[str, ...] = ()) -> Score:
    """Return a value with what it rests on."""
    return Score(value=round(value, 6), reason=reason, spans=spans)


class Scorer(NamedTuple):
    """A metric: its name, its function, whether it may fail a gate, and whether a new fault is one."""

    name: str
    score: Callable[[Case, Observation], Score]
    gates: bool = False
    blocks: bool = False
