"""Is a scenario fair: every need can be opened and met, good operators win, impostors do not."""

from collections.abc import Iterable
from statistics import fmean

from copilot.conversation import Frozen
from copilot.roleplay.phrases import fits
from copilot.roleplay.policies import POLICIES, Policy
from copilot.roleplay.scenario import Need, Scenario
from copilot.roleplay.simulate import run
from copilot.roleplay.state import GOOD
from copilot.rules import acts_of

SEEDS = (1, 2, 3)
MISSES = (0.0, 0.2)
_NEAR = 0.05  # difference of satisfaction that is no difference
_HURRY = 0.12  # in danger, facts alone may please nearly as much as facts with late empathy
_IMPOSTORS: tuple[Policy, ...] = ("empathy_only", "stuffing", "script_reader", "hostile")


class Fault(Frozen):
    """What is wrong with a scenario: `rule` names the check, `detail` what was seen."""

    scenario: str
    rule: str
    detail: str


def lint(scenario: Scenario, *, seeds: Iterable[int] = SEEDS) -> tuple[Fault, ...]:
    """Return every fault of a scenario; none means that it may be shipped."""
    found = [*_words(scenario), *_played(scenario, tuple(seeds))]
    return tuple(Fault(scenario=scenario.id, rule=rule, detail=detail) for rule, detail in found)


def _words(scenario: Scenario) -> list[tuple[str, str]]:
    """Check that the lines of the good operator do what the scenario waits for."""
    found: list[tuple[str, str]] = []
    retold = (*scenario.reference.acknowledge, *scenario.reference.empathise)
    for need in scenario.needs:
        if need.met_by and not fits(need.good, need.met_by):
            found.append(("good-does-not-meet", f"{need.id}: {need.good}"))
        if need.hidden:
            found += _hidden(need)
        told = [line for line in retold if need.kind == "outcome" and fits(line, need.met_by)]
        found += [("retelling-counts-as-help", f"{need.id}: {line}") for line in told]
    for line in _reference_lines(scenario):
        faults = [act.name for act in acts_of(line, scenario.language) if act.kind == "fault"]
        if faults:
            found.append(("reference-at-fault", f"{', '.join(faults)}: {line}"))
    return found


def _hidden(need: Need) -> list[tuple[str, str]]:
    found = []
    if not need.line:
        found.append(("hidden-without-line", need.id))
    if not need.question:
        found.append(("hidden-without-question", need.id))
    elif not need.unlock.open and not fits(need.question, need.unlock.asked):
        found.append(("question-does-not-open", f"{need.id}: {need.question}"))
    return found


def _reference_lines(scenario: Scenario) -> list[str]:
    ref = scenario.reference
    groups = (ref.acknowledge, ref.empathise, ref.own, ref.deadline, ref.options, ref.close)
    return [line for group in groups for line in group] + [need.good for need in scenario.needs]


def _played(scenario: Scenario, seeds: tuple[int, ...]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    good = {str(ending) for ending in GOOD}
    for miss in MISSES:
        plays = {p: [run(scenario, p, seed=s, miss=miss) for s in seeds] for p in POLICIES}
        worth = {p: fmean(play.satisfaction for play in plays[p]) for p in POLICIES}
        if not miss:
            for policy in ("lead", "care"):
                ends = sorted({str(play.ending) for play in plays[policy]} - good)
                found += [("good-operator-fails", f"{policy}: {', '.join(ends)}")] if ends else []
        for policy in _IMPOSTORS:
            if any(str(play.ending) in good for play in plays[policy]):
                found.append(("impostor-wins", f"{policy} at {miss:.0%} missed"))
        if scenario.judged_by == "outcome":
            found += _order(worth, miss)
    return found


def _order(worth: dict[Policy, float], miss: float) -> list[tuple[str, str]]:
    """Compare satisfactions: better operators must not leave customers less content."""
    good = min(worth["lead"], worth["care"])
    pairs: tuple[tuple[str, float, float], ...] = (
        ("lead and care over solution_first", good, worth["solution_first"]),
        ("solution_first over facts_only", worth["solution_first"] + _HURRY, worth["facts_only"]),
        ("facts_only over stuffing", worth["facts_only"] + _NEAR, worth["stuffing"]),
        ("facts_only over script_reader", worth["facts_only"] + _NEAR, worth["script_reader"]),
        ("empathy_only over hostile", worth["empathy_only"] + _NEAR, worth["hostile"]),
        ("solution_first over hostile", worth["solution_first"], worth["hostile"]),
    )
    return [
        ("wrong-order", f"{name} at {miss:.0%} missed: {better:.2f} and {worse:.2f}")
        for name, better, worse in pairs
        if better <= worse
    ]
