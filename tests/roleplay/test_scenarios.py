"""The scenarios that ship: every one loads, reads cleanly, and is fair to who plays it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import yaml

from copilot.roleplay import Said, Scenario, advance, begin
from copilot.roleplay.lint import lint
from copilot.roleplay.scenario import INTENTS, shipped
from copilot.roleplay.voice import EmbeddedVoice, _table
from copilot.rules import acts_of

SCENARIOS = shipped()
TURNS = 14
STARTED = datetime(2026, 11, 23, 10, tzinfo=UTC)
LEFT_OPEN = re.compile(r"[{}<>\[\]]|\$[a-z]|TODO|XXX")
MANNERS = {"any", "formal", "plain", "curt"}


def _id(scenario: Scenario) -> str:
    return scenario.id


every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=_id)


def own_words(scenario: Scenario) -> Iterator[str]:
    """Yield everything that this customer says in words of their own."""
    yield from scenario.opening
    for need in scenario.needs:
        yield from (line for line in (need.line, need.confirm, *need.ask) if line)
    yield from (detail.line for detail in scenario.details)
    yield from (m.line for m in (*scenario.triggers, *scenario.soothers) if m.line)
    yield from (stop.line for stop in scenario.stops)
    for lines in scenario.lines.values():
        yield from lines


def operator_words(scenario: Scenario) -> Iterator[str]:
    """Yield what the reference operator says."""
    ref = scenario.reference
    for group in (ref.acknowledge, ref.empathise, ref.own, ref.deadline, ref.options, ref.close):
        yield from group
    for need in scenario.needs:
        yield from (line for line in (need.good, need.question) if line)


def test_all_twenty_scenarios_ship_under_their_own_numbers() -> None:
    numbers = [scenario.number for scenario in SCENARIOS]

    assert sorted(numbers, key=lambda n: int(n[1:])) == [f"R{n}" for n in range(1, 21)]
    assert len({scenario.id for scenario in SCENARIOS}) == len(SCENARIOS)
    assert {s.language for s in SCENARIOS if int(s.number[1:]) <= 15} == {"ru"}
    assert {s.language for s in SCENARIOS if int(s.number[1:]) > 15} == {"en"}


@every_scenario
def test_a_scenario_has_what_a_trainee_and_a_debrief_need(scenario: Scenario) -> None:
    ref = scenario.reference

    assert scenario.skills
    assert scenario.goals
    assert scenario.card.notes
    assert len(ref.acknowledge) >= 2
    assert len(ref.empathise) >= 3
    assert min(len(ref.own), len(ref.deadline), len(ref.options), len(ref.close)) >= 2
    assert all(mover.text for mover in (*scenario.triggers, *scenario.soothers))


@every_scenario
def test_the_reference_operator_commits_no_fault(scenario: Scenario) -> None:
    faults = {
        line: names
        for line in operator_words(scenario)
        if (names := [a.name for a in acts_of(line, scenario.language) if a.kind == "fault"])
    }

    assert not faults


@every_scenario
def test_no_placeholder_is_left_in_any_text(scenario: Scenario) -> None:
    texts = [*own_words(scenario), *operator_words(scenario), scenario.situation]

    assert [text for text in texts if LEFT_OPEN.search(text)] == []


@every_scenario
def test_a_long_session_never_says_a_line_twice(scenario: Scenario) -> None:
    """Press the customer with talk that leads nowhere, as a clumsy trainee would."""
    patient = scenario.model_copy(
        update={
            "start": scenario.start.model_copy(update={"patience": 30}),
            "max_turns": 20,
            "stops": (),
        }
    )
    play = begin(patient, seed=7, started=STARTED)
    small_talk = {
        "ru": ("Понятно.", "Смотрю ваш вопрос.", "Минуту.", "Да, вижу.", "Хорошо."),
        "en": ("I see.", "I am looking at it.", "One minute.", "Yes, I can see it.", "Okay."),
    }[scenario.language]
    for turn in range(TURNS):
        if play.ending is not None:
            break
        said = Said(text=small_talk[turn % len(small_talk)])
        play = advance(play, said, voice=EmbeddedVoice())

    spoken = [exchange.customer for exchange in play.exchanges]
    assert all(spoken)
    assert len(set(spoken)) == len(spoken)
    assert [line for line in spoken if LEFT_OPEN.search(line)] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_intent_has_enough_lines_for_a_long_session(language: str) -> None:
    table = _table(language)
    lines = {
        intent: [
            line
            for bands in table[intent].values()
            for of_manner in bands.values()
            for line in of_manner
        ]
        for intent in INTENTS
    }

    assert set(table) == set(INTENTS)
    assert {manner for bands in table.values() for b in bands.values() for manner in b} <= MANNERS
    assert min(map(len, lines.values())) >= 9
    assert sum(map(len, lines.values())) >= 350
    assert all(isinstance(line, str) and line for found in lines.values() for line in found)


def test_the_lines_are_plain_yaml_without_a_line_said_twice_in_one_place() -> None:
    for language in ("ru", "en"):
        seen = yaml.safe_dump(_table(language), allow_unicode=True)
        assert "TODO" not in seen
        for bands in _table(language).values():
            flat = [line for band in bands.values() for lines in band.values() for line in lines]
            assert len(set(flat)) == len(flat)


@pytest.mark.slow
@every_scenario
def test_good_operators_win_and_impostors_do_not(scenario: Scenario) -> None:
    assert lint(scenario) == ()
