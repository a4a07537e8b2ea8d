"""Debriefs quote what moved the customer; linting and simulating are fair."""

from typing import Any

import pytest

from copilot.errors import BadScenario, NoSuchRecord
from copilot.records import Records, open_records
from copilot.roleplay import Play, Said, Scenario, advance, read_scenario, scenario_of
from copilot.roleplay.debrief import Debrief, debrief
from copilot.roleplay.lint import lint
from copilot.roleplay.simulate import fidelity, run

COLD = "Order number?"
WARM = (
    "Your sofa was due on Thursday and is still not there. Four days without it is tiring. "
    "What does it mean for you at home right now?"
)
HELPED = (
    "I am taking it on myself: your sofa delivery is booked for Thursday, 26 November, 9 to 12."
)


@pytest.fixture
def explained(opened: Play, saying: Any) -> Debrief:
    """The debrief of a session that began cold and gave up later."""
    played = saying(opened, COLD, WARM, HELPED, "Please be patient.")
    return debrief(advance(played, Said(text="", action="give_up")))


def test_the_best_and_the_costliest_sentences_are_quoted(explained: Debrief) -> None:
    assert all(evidence.span for evidence in explained.best)
    assert explained.best[0].turn == 1
    assert "patience" in {evidence.act for evidence in explained.costliest}


def test_a_turn_that_cost_something_gets_a_better_line_with_its_source(explained: Debrief) -> None:
    assert explained.turns[0].better.startswith("Your sofa was due")
    assert explained.turns[0].source == "scenario:reference"
    assert not explained.turns[1].better


def test_the_strip_shows_the_steps_of_the_framework(explained: Debrief) -> None:
    assert explained.turns[1].steps == ("L", "E")
    assert set(explained.turns[2].steps) >= {"A", "D"}


def test_discoveries_tell_the_turn_or_the_question(explained: Debrief, opened: Play) -> None:
    assert explained.discoveries[0].turn == 1
    shut = debrief(advance(opened, Said(text="", action="give_up")))
    assert (shut.discoveries[0].turn, shut.discoveries[0].question[:9]) == (None, "What does")


def test_criteria_without_an_occasion_are_not_zero(explained: Debrief) -> None:
    scores = {score.criterion: score for score in explained.scores}
    assert len(scores) == 10
    assert scores["safety"].value is None
    assert scores["discovery"].value == 4.0
    assert scores["tone"].value < 4.0


def test_the_ghost_is_the_reference_run_of_the_same_customer(
    explained: Debrief, scenario: Scenario
) -> None:
    ghost = run(scenario, "lead", seed=5)
    assert len(explained.ghost) == len(ghost.exchanges) + 1
    assert explained.ghost[-1][0] == ghost.state.anger


def test_no_debrief_before_the_end(opened: Play) -> None:
    with pytest.raises(ValueError, match="still going on"):
        debrief(opened)


def test_a_fair_scenario_has_no_faults(scenario: Scenario) -> None:
    assert lint(scenario) == ()


def test_an_unfair_scenario_is_told_every_fault(scenario: Scenario) -> None:
    raw = scenario.model_dump(mode="json")
    raw["needs"][0]["good"] = "It will come at some point."
    raw["needs"][1] |= {"line": "", "question": ""}
    rules = {fault.rule for fault in lint(scenario_of(raw, "raw"))}
    assert rules >= {
        "good-does-not-meet", "hidden-without-line", "hidden-without-question",
        "good-operator-fails",
    }  # fmt: skip


def test_a_broken_scenario_names_every_field_at_once(tmp_path: Any) -> None:
    with pytest.raises(BadScenario) as caught:
        scenario_of({"id": "X y", "title": 3, "needs": [], "nonsense": 1}, "mine.yaml")
    message = str(caught.value)
    assert all(field in message for field in ("id", "title", "needs", "nonsense", "persona"))
    path = tmp_path / "broken.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(BadScenario, match="cannot be read"):
        read_scenario(path)


def test_customers_in_simulations_stay_in_role(scenario: Scenario) -> None:
    report = fidelity("lead", [run(scenario, "lead", seed=seed) for seed in range(4)])
    assert (report.role_flips, report.leaks, report.repeats) == (0, 0, 0)
    assert report.good == 1.0
    with pytest.raises(ValueError, match="at least one"):
        fidelity("lead", [])


def test_missed_acts_make_good_operators_worse_but_never_hostile_ones_good(
    scenario: Scenario,
) -> None:
    missed = [run(scenario, "lead", seed=seed, miss=0.4).satisfaction for seed in range(5)]
    whole = [run(scenario, "lead", seed=seed).satisfaction for seed in range(5)]
    assert sum(missed) <= sum(whole)
    assert min(missed) > run(scenario, "hostile", seed=1).satisfaction


@pytest.fixture
def records(tmp_path: Any) -> Any:
    """Records in an empty folder."""
    opened = open_records(tmp_path)
    yield opened
    opened.close()


def test_a_killed_service_resumes_a_session_where_it_was(
    records: Records, tmp_path: Any, opened: Play, saying: Any
) -> None:
    name = records.roleplays.begin(opened.scenario, seed=5, started=opened.started, owner="ann")
    for n, line in enumerate((WARM, HELPED)):
        records.roleplays.add(name, n, Said(text=line))
    fresh = open_records(tmp_path)
    resumed = fresh.roleplays.load(name)
    assert resumed.exchanges == saying(opened, WARM, HELPED).exchanges
    fresh.close()


def test_role_plays_are_private_until_shared_and_can_be_erased(
    records: Records, opened: Play
) -> None:
    plays = records.roleplays
    name = plays.begin(opened.scenario, seed=1, started=opened.started, owner="ann")
    assert [s.id for s in plays.of("ann")] == [name]
    assert plays.of("bob") == plays.of("", shared=True) == ()
    plays.share(name, shared=True)
    plays.diagnose(name, {"felt": "tired"})
    plays.note(name, {"turn": 0, "text": "Well asked."})
    (seen,) = plays.of("", shared=True)
    assert (seen.diagnosis, seen.notes[0]["text"]) == ({"felt": "tired"}, "Well asked.")
    plays.forget(name)
    assert plays.of("ann") == ()
    with pytest.raises(NoSuchRecord):
        plays.load(name)
