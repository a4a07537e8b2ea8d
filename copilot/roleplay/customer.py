"""The customer's mind: after each message of the operator it decides what it says, and when it stops."""

from pydantic import Field

from copilot.conversation import Frozen
from copilot.roleplay.dynamics import react
from copilot.roleplay.hearing import Heard
from copilot.roleplay.intents import Intent, News, intents_of, last_words
from copilot.roleplay.phrases import fits
from copilot.roleplay.scenario import Detail, Item, Scenario, Stop, Unlock
from copilot.roleplay.state import MET, Ending, State, Why, level_anger

_NEAR = 0.1  # anger above the level asked for that still counts as calm enough
_BOILING = 0.9  # anger that ends in an escalation when it lasts two turns
_TEMPLATE = 1.0  # patience that a repeated template costs on top
_GOING, _STUCK = 0.6, 1.6  # patience that a turn with and without progress costs
_HARDLY = 0.03  # change of progress or of being heard below which nothing came of a turn


class Response(Frozen):
    """What a message did: the customer afterwards, why, what came out, and what they will say."""

    state: State
    whys: tuple[Why, ...] = ()
    intents: tuple[Intent, ...] = ()
    disclosed: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    seconds: float = Field(default=0, ge=0)


def respond(scenario: Scenario, state: State, heard: Heard, *, seconds: float = 0) -> Response:
    """Let the customer take in one message.

    Args:
        scenario: whose customer it is.
        state: the customer before the message.
        heard: the message as this customer hears it.
        seconds: how long they had to wait for it.
    """
    moved, whys = react(scenario, state, heard)
    asked = moved.model_copy(update={"trust": max(state.trust, moved.trust)})
    disclosed, missed = _disclose(scenario, asked, heard)
    told = _tell(scenario, asked, heard)
    new = tuple(detail.id for detail in told if detail.id not in moved.known)
    moved = moved.model_copy(
        update={
            "known": (*moved.known, *disclosed, *new),
            "patience": round(_patience(state, moved, heard, seconds), 3),
            "boiling": moved.boiling + 1 if moved.anger >= _BOILING else 0,
            "stops": _stop_counts(scenario, moved, heard),
            "ticked": _ticked(scenario, moved, heard),
        }
    )
    met = _newly_met(scenario, state, moved)
    ending, stop = _ending(scenario, moved)
    moved = moved.model_copy(update={"ending": ending})
    news = News(
        disclosed=tuple(scenario.need(name) for name in disclosed),
        told=told,
        met=tuple(scenario.need(name) for name in met),
        called_in=any(why.act == "promise_called_in" for why in whys),
    )
    return Response(
        state=moved,
        whys=whys,
        intents=(last_words(ending, stop),)
        if ending
        else intents_of(scenario, state, moved, heard, news),
        disclosed=(*disclosed, *new),
        missed=missed,
        met=met,
        seconds=seconds,
    )


def _newly_met(scenario: Scenario, before: State, after: State) -> tuple[str, ...]:
    needs = [need.id for need in scenario.needs if need.id in after.known]
    return tuple(n for n in needs if after.progress[n] >= MET > before.progress[n])


def _opens(unlock: Unlock, state: State, heard: Heard) -> bool:
    asked = heard.asks and bool(fits(heard.text, unlock.asked))
    return state.trust >= unlock.trust and (asked or (unlock.open and bool(heard.open_question)))


def _disclose(
    scenario: Scenario, state: State, heard: Heard
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the hidden need that comes out now, and those that a question touched in vain."""
    hidden = [need for need in scenario.needs if need.hidden and need.id not in state.known]
    out = next((need.id for need in hidden if _opens(need.unlock, state, heard)), None)
    asked = [
        n.id for n in hidden if n.id != out and heard.open_question and state.trust < n.unlock.trust
    ]
    return (() if out is None else (out,)), tuple(asked)


def _tell(scenario: Scenario, state: State, heard: Heard) -> tuple[Detail, ...]:
    """Return the facts that the message asks for and the customer is ready to tell."""
    if not heard.asks:
        return ()
    asked = [detail for detail in scenario.details if fits(heard.text, detail.asked)]
    return tuple(d for d in asked if not d.hidden or _opens(d.unlock, state, heard))[:2]


def _patience(before: State, after: State, heard: Heard, seconds: float) -> float:
    went = sum(after.progress.values()) - sum(before.progress.values()) > _HARDLY
    went = went or after.heard - before.heard > _HARDLY
    template = _TEMPLATE if any(m.act == "template_repeat" for m in heard.moves) else 0.0
    return before.patience - (_GOING if went else _STUCK) - template - seconds / 60


def _stop_counts(scenario: Scenario, state: State, heard: Heard) -> dict[str, int]:
    counts = dict(state.stops)
    for stop in scenario.stops:
        if heard.names & set(stop.acts) or fits(heard.text, stop.said):
            counts[stop.id] = counts.get(stop.id, 0) + 1
    settled = _settled(scenario, state) and state.anger <= _calm_enough(scenario)
    counts["_settled"] = counts.get("_settled", 0) + 1 if settled else 0
    return counts


def _ticked(scenario: Scenario, state: State, heard: Heard) -> tuple[str, ...]:
    def done(item: Item) -> bool:
        return bool(heard.names & set(item.acts)) or bool(fits(heard.text, item.said))

    new = [item.id for item in scenario.checklist if item.id not in state.ticked and done(item)]
    return (*state.ticked, *new)


def _calm_enough(scenario: Scenario) -> float:
    return level_anger(scenario.win.anger) + _NEAR


def _settled(scenario: Scenario, state: State) -> bool:
    """Say whether everything that the customer has spoken of is met."""
    spoken = [need for need in scenario.goal if need.id in state.known]
    return bool(spoken) and all(state.progress[need.id] >= MET for need in spoken)


def _won(scenario: Scenario, state: State) -> bool:
    met = all(state.progress[n.id] >= MET and n.id in state.known for n in scenario.goal)
    return met and state.anger <= _calm_enough(scenario) and state.trust >= scenario.win.trust


def _ending(scenario: Scenario, state: State) -> tuple[Ending | None, Stop | None]:
    stop = next((s for s in scenario.stops if state.stops.get(s.id, 0) >= s.times), None)
    if scenario.judged_by == "checklist":
        return _protocol(scenario, state, stop)
    if stop is not None:
        return "left", stop
    ends: tuple[tuple[bool, Ending], ...] = (
        (_won(scenario, state), "resolved"),
        (state.boiling >= 2, "escalated"),
        (state.patience <= 0, "left"),
        (state.stops.get("_settled", 0) >= 2, "resolved_partial"),
        (state.turn >= scenario.max_turns, "timeout"),
    )
    return next((ending for reached, ending in ends if reached), None), None


def _protocol(
    scenario: Scenario, state: State, stop: Stop | None
) -> tuple[Ending | None, Stop | None]:
    """Judge by the checklist: done when all that must be said is, missed when what must not be is."""
    if stop is not None or any(
        i.never and i.critical and i.id in state.ticked for i in scenario.checklist
    ):
        return "protocol_missed", stop
    must = [item.id for item in scenario.checklist if not item.never]
    if all(item in state.ticked for item in must):
        return "protocol_done", None
    return ("protocol_missed" if state.turn >= scenario.max_turns else None), None
