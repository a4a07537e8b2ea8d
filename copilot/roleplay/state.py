"""What the customer feels at a moment of a role-play, and every reason why it moved."""

from typing import Annotated, Literal

from pydantic import Field

from copilot.conversation import Frozen
from copilot.roleplay.scenario import Scenario

Ending = Literal[
    "resolved", "resolved_partial", "handed_over_well", "handed_over_badly", "left", "escalated",
    "stopped", "timeout", "given_up", "protocol_done", "protocol_missed",
]  # fmt: skip
GOOD: tuple[Ending, ...] = ("resolved", "handed_over_well", "protocol_done")
_LEVELS = (0.08, 0.3, 0.52, 0.74, 0.92)  # the middle of each band of anger 0-4 on the scale 0-1
MET = 0.7  # progress from which a need counts as met
Unit = Annotated[float, Field(ge=0, le=1)]


class Why(Frozen):
    """One reason why the mood moved: the act, the words that show it, its rule and the change.

    `label` names what only this scenario knows.
    """

    act: str
    span: str = ""
    rule: str = ""
    label: str = ""
    anger: float = 0
    trust: float = 0
    heard: float = 0


class Promise(Frozen):
    """What the operator promised: `kept` is False once it was called in as hollow."""

    span: str
    turn: int
    supported: bool
    source: str = ""
    called_in: bool = False


class State(Frozen):
    """The customer after a turn. Anger, trust and being heard run 0-1; patience counts turns."""

    turn: int = 0
    anger: Unit
    trust: Unit
    heard: Unit
    patience: float
    progress: dict[str, Unit] = Field(default_factory=dict)
    known: tuple[str, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    boiling: int = 0
    stops: dict[str, int] = Field(default_factory=dict)
    ticked: tuple[str, ...] = ()
    ending: Ending | None = None

    @property
    def band(self) -> int:
        """Anger as a level 0-4."""
        return band_of(self.anger)


def band_of(anger: float) -> int:
    """Return the level 0-4 nearest to an anger of 0-1."""
    return min(range(5), key=lambda level: abs(_LEVELS[level] - anger))


def start_of(scenario: Scenario) -> State:
    """Return the customer as the scenario begins."""
    start = scenario.start
    return State(
        anger=_LEVELS[start.anger],
        trust=start.trust,
        heard=start.heard,
        patience=start.patience,
        progress={need.id: 0.0 for need in scenario.needs},
        known=tuple(need.id for need in scenario.needs if not need.hidden),
    )


def level_anger(level: int) -> float:
    """Return the anger of 0-1 in the middle of a level 0-4."""
    return _LEVELS[level]


def satisfaction(scenario: Scenario, state: State) -> float:
    """Return a modelled satisfaction of 0-1, no measured one.

    Where money is at stake .45 outcome + .35 relation + .20 process, else .35, .42, .23: complaint
    handling satisfies most by what people get and next by how they are treated (Orsingher 2010),
    and the less money, the more the treatment counts (Gelbrich and Roschk 2011).
    """
    outcome, relation, process = (_part(scenario, state, kind) for kind in _PARTS)
    heard = state.heard if relation is None else (relation + state.heard) / 2
    weights = (0.45, 0.35, 0.20) if scenario.money else (0.35, 0.42, 0.23)
    parts = (outcome, heard * (1 - state.anger), process)
    counted = [(w, p) for w, p in zip(weights, parts, strict=True) if p is not None]
    return round(sum(w * p for w, p in counted) / sum(w for w, _ in counted), 4)


_PARTS = ("outcome", "relational", "process")


def _part(scenario: Scenario, state: State, kind: str) -> float | None:
    needs = [need for need in scenario.needs if need.kind == kind]
    if not needs:
        return None
    total = sum(need.weight for need in needs)
    return sum(state.progress[need.id] * need.weight for need in needs) / total
