"""How one message moves the customer: pure arithmetic over what was heard, with a reason for each."""

from math import exp

from copilot.roleplay.hearing import Heard, Move
from copilot.roleplay.phrases import fits
from copilot.roleplay.scenario import Need, Scenario
from copilot.roleplay.state import Promise, State, Why
from copilot.roleplay.weights import (
    CALLED_IN,
    DENIED,
    FULL,
    GATE_AT,
    GATE_WIDTH,
    GENERIC,
    LET_IN,
    MOST_CALMED,
    REPEAT,
    REST,
    UNHEARD_FLOOR,
    WEIGHTS,
    Weight,
)  # fmt: skip

_LEVEL = 0.18  # anger of one level of a scenario's own trigger or soother
_MOST_LEVELS = 2.0  # levels that the triggers, or the soothers, of one message move at most
_EARLY = 0.5  # anger from which help before listening is resented
_CALM = 0.25  # anger at which help needs no listening first
_BASE = 0.15  # pull that is left when anger is near its floor
_TRUST = 0.7  # trust is gained slowly and lost at once


def gate(state: State) -> float:
    """Return how much help gets through, 0-1: who is angry must feel heard first."""
    needed = GATE_AT * min(1.0, max(0.0, (state.anger - _CALM) / (_EARLY - _CALM)))
    return 1 / (1 + exp((needed - state.heard) / GATE_WIDTH))


def react(scenario: Scenario, state: State, heard: Heard) -> tuple[State, tuple[Why, ...]]:
    """Return the customer after this message, and every reason why the mood moved."""
    opened = gate(_listened(scenario, state, heard))
    strengths = _strengths(state, heard, opened)
    whys = [_why(scenario, state, move, strength) for move, strength in strengths]
    if heard.leads_with_help and state.anger >= _EARLY and opened < DENIED:
        helping = next(m for m in heard.moves if _sort(m) == "influence")
        early = Move(act="premature_solution", span=helping.span)
        whys.append(_why(scenario, state, early, 1.0))
    whys += _own_movers(state, heard)
    whys, promises = _called_in(state, heard, whys)
    whys = _capped([why for why in whys if why.anger or why.trust or why.heard])
    counts = dict(state.counts)
    for move in heard.moves:
        counts[move.act] = counts.get(move.act, 0) + 1
    anger = state.anger + sum(why.anger for why in whys)
    floor = _floor(scenario, state)
    moved = state.model_copy(
        update={
            "turn": state.turn + 1,
            "anger": _unit(max(min(floor, state.anger), anger)),
            "trust": _unit(state.trust + sum(why.trust for why in whys)),
            "heard": _unit(state.heard + sum(why.heard for why in whys)),
            "counts": counts,
            "promises": promises,
            "progress": {need.id: _progress(need, state, heard, opened) for need in scenario.needs},
        }
    )
    return moved, tuple(whys)


def _listened(scenario: Scenario, state: State, heard: Heard) -> State:
    """Return the state as the listening in this very message leaves it: it opens the gate."""
    if heard.leads_with_help:
        return state
    listening = [(m, s) for m, s in _strengths(state, heard, 1.0) if _sort(m) == "listen"]
    gained = sum(_why(scenario, state, move, strength).heard for move, strength in listening)
    return state.model_copy(update={"heard": _unit(state.heard + gained)})


def _strengths(state: State, heard: Heard, opened: float) -> list[tuple[Move, float]]:
    """Return each act once, at the strength at which it is felt."""
    best: dict[str, Move] = {}
    for move in heard.moves:
        if move.mover is None and move.act in WEIGHTS:
            old = best.get(move.act)
            if old is None or move.strength > old.strength:
                best[move.act] = move
    felt = {
        name: move.strength
        * (1.0 if _sort(move) == "harm" else REPEAT ** state.counts.get(name, 0))
        for name, move in best.items()
    }
    kind = [name for name, move in best.items() if _sort(move) != "harm"]
    strongest = sorted(kind, key=lambda n: (-felt[n] * sum(WEIGHTS[n][1:]), n))[:FULL]
    return [
        (
            move,
            felt[name]
            * (REST if name in kind and name not in strongest else 1.0)
            * (opened if _sort(move) == "influence" else 1.0),
        )
        for name, move in best.items()
    ]


def _why(scenario: Scenario, state: State, move: Move, strength: float) -> Why:
    temper = scenario.persona.temperament
    weight: Weight = WEIGHTS[move.act]
    if weight.sort == "harm":
        anger = temper.losses * weight.anger * (1.05 - state.anger)
        trust, heard = -weight.trust, -weight.heard * (state.heard + 0.2)
    else:
        anger = -temper.inertia * weight.anger * (state.anger - _floor(scenario, state) + _BASE)
        trust = weight.trust * _TRUST * (1.1 - state.trust)
        heard = weight.heard * (1.1 - state.heard)
    return Why(
        act=move.act,
        span=move.span,
        rule=move.rule,
        anger=round(anger * strength, 4),
        trust=round(trust * strength, 4),
        heard=round(heard * strength, 4),
    )


def _own_movers(state: State, heard: Heard) -> list[Why]:
    """Weigh what this very customer minds or likes; at most two levels each way a message."""
    whys: list[Why] = []
    left = {True: _MOST_LEVELS, False: _MOST_LEVELS}
    for move in heard.moves:
        if (mover := move.mover) is None:
            continue
        worse = mover.anger > 0
        size = min(abs(mover.anger), left[worse])
        left[worse] -= size
        fading = 1.0 if worse else REPEAT ** state.counts.get(mover.id, 0)
        change = size * _LEVEL * fading * (1 if worse else -1)
        trust = (mover.trust or (-0.4 if worse else 0.3) * size) * 0.25 * fading
        whys.append(
            Why(
                act=mover.id,
                span=move.span,
                rule="scenario",
                label=mover.text,
                anger=round(change, 4),
                trust=round(trust, 4),
                heard=round(-0.06 * size if worse else 0.06 * size * fading, 4),
            )
        )
    return whys


def _called_in(
    state: State, heard: Heard, whys: list[Why]
) -> tuple[list[Why], tuple[Promise, ...]]:
    """Remember new promises; a hollow one of the turn before last is called in now."""
    promises = list(state.promises)
    for n, promise in enumerate(promises):
        due = not promise.supported and not promise.called_in and state.turn - promise.turn >= 1
        if due:
            anger, trust = CALLED_IN
            whys.append(Why(act="promise_called_in", span=promise.span, anger=anger, trust=-trust))
            promises[n] = promise.model_copy(update={"called_in": True})
            break
    known = {promise.span for promise in promises}
    new = [
        Promise(span=vow.span, turn=state.turn, supported=vow.supported, source=vow.source)
        for vow in heard.vows
        if vow.span not in known
    ]
    return whys, (*promises, *new)


def _capped(whys: list[Why]) -> list[Why]:
    """Hold what one message takes away from anger at its limit, sharing the limit out."""
    calming = -sum(why.anger for why in whys if why.anger < 0)
    if calming <= MOST_CALMED:
        return whys
    share = MOST_CALMED / calming
    return [
        why.model_copy(update={"anger": round(why.anger * share, 4)}) if why.anger < 0 else why
        for why in whys
    ]


def _progress(need: Need, state: State, heard: Heard, opened: float) -> float:
    """Return how far a need is met after this message, 0-1."""
    done = state.progress[need.id]
    known = 1.0 if need.id in state.known else 0.5
    through = max(opened, LET_IN) if need.kind == "outcome" else 1.0
    gain = _met(need, heard) * through
    return round(_unit(done + min(1.0, gain * known) * (1 - done)), 4)


def _met(need: Need, heard: Heard) -> float:
    said = bool(fits(heard.text, need.met_by))
    full = {move.act for move in heard.moves if move.strength > GENERIC}
    harmed = any(_sort(move) == "harm" and move.act in _SPOILS for move in heard.moves)
    if need.kind == "outcome":
        concrete = {"concrete_step", "deadline", "options", "own"} & {m.act for m in heard.moves}
        return (0.95 if concrete else 0.6) if said else 0.08 * ("concrete_step" in full)
    if harmed:
        return 0.0
    if need.kind == "process":
        return max(0.8 * said, 0.35 * ("deadline" in full) + 0.3 * ("own" in full))
    listened = 0.3 * ("empathy" in full) + 0.3 * ("paraphrase" in full)
    return max(0.75 * said, listened + 0.15 * ("apologise" in full))


_SPOILS = (
    "abuse",
    "blame_customer",
    "judge_person",
    "sarcasm",
    "minimise",
    "threaten",
    "calm_down",
)


def _floor(scenario: Scenario, state: State) -> float:
    floor = scenario.persona.temperament.floor
    hidden = [need for need in scenario.needs if need.hidden and need.id not in state.known]
    return max(floor, UNHEARD_FLOOR) if hidden else floor


def _sort(move: Move) -> str:
    return WEIGHTS[move.act].sort if move.act in WEIGHTS else "own"


def _unit(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
