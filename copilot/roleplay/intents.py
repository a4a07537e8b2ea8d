"""What the customer wants to say next: the reaction first, then what they still came for."""

from typing import NamedTuple

from copilot.conversation import Frozen
from copilot.roleplay.hearing import Heard
from copilot.roleplay.scenario import Detail, Mover, Need, Scenario, Stop
from copilot.roleplay.state import MET, Ending, State

_ENDS: dict[Ending, str] = {
    "resolved": "thank", "resolved_partial": "partly", "left": "leave", "escalated": "escalate",
    "timeout": "timeout", "protocol_done": "thank", "protocol_missed": "leave",
    "handed_over_well": "handed_over", "handed_over_badly": "handed_over_badly",
    "stopped": "boundary", "given_up": "timeout",
}  # fmt: skip
_ODD = (("empty", "silence"), ("foreign", "foreign"), ("orders_customer", "puzzled"))
_SLIGHTS = ("blame_customer", "calm_down", "policy_wall", "minimise", "premature_solution")
_FINAL = ("challenge", "stuffed", "puzzled", "foreign", "silence")  # said alone, without a wish
_RELIEF, _UNDERSTOOD = 0.06, 0.15  # fall of anger and rise of being heard that show in the answer
_LITTLE_PATIENCE, _LITTLE_TRUST = 2.5, 0.35


class Intent(Frozen):
    """What the customer wants to say: a kind of line, or one of the scenario's own lines."""

    kind: str
    line: str = ""
    about: str = ""


class News(NamedTuple):
    """What a message brought about, as far as the customer speaks of it."""

    disclosed: tuple[Need, ...] = ()
    told: tuple[Detail, ...] = ()
    met: tuple[Need, ...] = ()
    called_in: bool = False


def last_words(ending: Ending, stop: Stop | None = None) -> Intent:
    """Return what the customer says at the end of a conversation."""
    return Intent(kind=_ENDS[ending], line=stop.line if stop else "")


def intents_of(
    scenario: Scenario, before: State, state: State, heard: Heard, news: News
) -> tuple[Intent, ...]:
    """Choose one or two things to say."""
    reaction = _reaction(state, heard, called_in=news.called_in)
    if news.disclosed:
        need = news.disclosed[0]
        return (*reaction, Intent(kind="disclose", line=need.line, about=need.id))
    if news.told:
        told = [Intent(kind="answer", line=fact.line, about=fact.id) for fact in news.told]
        return (*reaction, *told)[:2]
    if reaction:
        alone = reaction[0].kind in _FINAL or state.band >= 4
        return reaction if alone else (*reaction, _wish(scenario, state))
    if news.met:
        need = news.met[0]
        return (Intent(kind="accept", line=need.confirm, about=need.id), _wish(scenario, state))
    return (*_mood(before, state, heard), _wish(scenario, state))


def _reaction(state: State, heard: Heard, *, called_in: bool) -> tuple[Intent, ...]:
    """Return the answer to what stood out in the message, worst first, or nothing."""
    acts = {move.act for move in heard.moves}
    own = [move.mover for move in heard.moves if move.mover and move.mover.line]
    choices = (
        *((Intent(kind=kind), act in acts) for act, kind in _ODD),
        (Intent(kind="challenge"), called_in),
        *((_own("trigger", mover), mover.anger > 0) for mover in own),
        (Intent(kind="stuffed"), "template_repeat" in acts),
        (Intent(kind="threaten"), bool({"abuse", "threaten", "judge_person"} & acts)),
        *((_own("soothed", m), state.counts.get(m.id, 0) <= 1) for m in own if m.anger < 0),
        (Intent(kind="vent"), bool(acts & set(_SLIGHTS))),
    )
    return tuple(intent for intent, fits in choices if fits)[:1]


def _own(kind: str, mover: Mover) -> Intent:
    return Intent(kind=kind, line=mover.line, about=mover.id)


def _mood(before: State, state: State, heard: Heard) -> tuple[Intent, ...]:
    softer = before.anger - state.anger > _RELIEF or state.heard - before.heard > _UNDERSTOOD
    ignored = any(move.act == "ignored_question" for move in heard.moves)
    fed_up = state.band >= 4 or (state.patience < _LITTLE_PATIENCE and state.band >= 3)
    choices = (
        ("soften" if state.band >= 1 else "accept", softer),
        ("threaten", fed_up),
        ("repeat", ignored),
        ("vent", state.band >= 3),
        ("doubt", state.trust < _LITTLE_TRUST),
    )
    return tuple(Intent(kind=kind) for kind, fits in choices if fits)[:1]


def _wish(scenario: Scenario, state: State) -> Intent:
    """Return what the customer still asks for: the open need they speak of, or the next step."""
    open_ = [n for n in scenario.needs if n.id in state.known and state.progress[n.id] < MET]
    spoken = next((need for need in open_ if need.ask), None)
    if spoken is None:
        return Intent(kind="ask_status" if open_ else "wait")
    line = spoken.ask[min(state.turn - 1, len(spoken.ask) - 1)]
    return Intent(kind="wish", line=line, about=spoken.id)
