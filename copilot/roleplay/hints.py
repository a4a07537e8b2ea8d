"""A hint during practice: the next step that is missing, with a line a good operator would say."""

from collections.abc import Iterator

from copilot.conversation import Frozen
from copilot.roleplay.criteria import UPSET
from copilot.roleplay.scenario import Need
from copilot.roleplay.session import Play
from copilot.roleplay.state import MET
from copilot.roleplay.steps import step_of
from copilot.roleplay.weights import GATE_AT

REFERENCE = "scenario:reference"


class Hint(Frozen):
    """The step of the scenario's framework (a letter, or nothing), its act, a line and its source."""

    step: str
    act: str
    line: str
    source: str


def hint_for(play: Play) -> Hint | None:
    """Return what would help most now and was not said yet; None where nothing is left to say.

    The order is that of the simulator: listening before help while the customer is upset, then
    what they keep quiet about, then the matter with a time.
    """
    if play.ending is not None:
        return None
    said = "\n".join(play.operator_lines)
    for act, line, source in _candidates(play):
        if line and line not in said:
            step = step_of(play.scenario.framework, act)
            return Hint(step=step, act=act, line=line, source=source)
    return None


def _candidates(play: Play) -> Iterator[tuple[str, str, str]]:
    state, ref = play.state, play.scenario.reference
    yield from _listening(play)
    for need in _hidden(play):
        if state.trust >= need.unlock.trust:
            yield "open_question", need.question, f"scenario:{need.id}"
    if play.exchanges and not state.counts.get("own"):
        yield from (("own", line, REFERENCE) for line in ref.own[:1])
    for need in play.scenario.needs:
        if need.id in state.known and state.progress[need.id] < MET:
            yield "concrete_step", need.good, f"scenario:{need.id}"
    rest = (("deadline", ref.deadline), ("empathy", ref.empathise), ("options", ref.options),
            ("own", ref.own), ("concrete_step", ref.close))  # fmt: skip
    yield from ((act, line, REFERENCE) for act, lines in rest for line in lines)


def _listening(play: Play) -> Iterator[tuple[str, str, str]]:
    """Yield what makes an upset customer feel heard, the rarer of the two ways first."""
    state, ref = play.state, play.scenario.reference
    checked = play.scenario.judged_by == "checklist"  # a crisis: the checklist comes first
    if checked or state.heard >= GATE_AT or (state.anger < UPSET and play.exchanges):
        return
    both = [("paraphrase", ref.acknowledge), ("empathy", ref.empathise)]
    both.sort(key=lambda pair: state.counts.get(pair[0], 0))
    yield from ((act, line, REFERENCE) for act, lines in both for line in lines)


def _hidden(play: Play) -> list[Need]:
    return [n for n in play.scenario.needs if n.hidden and n.id not in play.state.known]
