"""Hints during practice, the diagnosis after it, and progress over several sessions."""

from datetime import UTC, datetime

import pytest

from copilot.roleplay import Said, Scenario, advance, begin, say, shipped
from copilot.roleplay.criteria import scores_of
from copilot.roleplay.debrief import debrief
from copilot.roleplay.diagnosis import Guess, diagnosed
from copilot.roleplay.hints import hint_for
from copilot.roleplay.progress import estimate, progress
from copilot.roleplay.simulate import run

STARTED = datetime(2026, 11, 23, 10, tzinfo=UTC)
ALL = shipped()


@pytest.mark.parametrize("scenario", ALL, ids=lambda s: s.id)
def test_hints_never_repeat(scenario: Scenario) -> None:
    play = begin(scenario, seed=1, started=STARTED)
    while play.ending is None:
        hint = hint_for(play)
        assert hint is not None, "there is always something left to say"
        play = advance(play, Said(text=hint.line, hinted=True))
    assert len(set(play.operator_lines)) == len(play.operator_lines)


def test_the_first_hint_nearly_always_moves_the_customer() -> None:
    moved = []
    for scenario in ALL:
        play = begin(scenario, seed=1, started=STARTED)
        hint = hint_for(play)
        assert hint is not None
        after = advance(play, Said(text=hint.line)).state
        moved.append(after.heard > play.start.heard or any(after.progress.values()))
    assert sum(moved) / len(moved) >= 0.85


def test_an_upset_customer_is_listened_to_before_help() -> None:
    upset = next(s for s in ALL if s.start.anger >= 3)
    hint = hint_for(begin(upset, seed=1, started=STARTED))
    assert hint is not None
    assert hint.act in ("paraphrase", "empathy")
    assert hint.source == "scenario:reference"


def test_after_the_end_there_is_no_hint() -> None:
    play = run(ALL[0], "lead", seed=1)
    assert hint_for(play) is None


def test_the_diagnosis_sees_which_needs_were_named() -> None:
    vacuum = next(s for s in ALL if s.id == "r01-vacuum")
    found = diagnosed(
        vacuum, Guess(feeling="anxiety", need="починить, назвать день визита мастера")
    )
    assert found.right
    assert [need.named for need in found.needs] == [True, False]
    assert [need.hidden for need in found.needs] == [False, True]


def test_a_skipped_diagnosis_names_nothing() -> None:
    found = diagnosed(ALL[0], Guess(skipped=True))
    assert not found.right
    assert not any(need.named for need in found.needs)


@pytest.mark.parametrize(
    ("shown", "asked", "mean", "low", "high"),
    [  # quantiles of Beta(1, 1), Beta(5, 1), Beta(2, 4), Beta(10, 12): tables of the Beta law
        (0, 0, 0.5, 0.1, 0.9),
        (4, 4, 0.8333, 0.1 ** (1 / 5), 0.9 ** (1 / 5)),
        (1, 4, 0.3333, 0.1122, 0.5839),
    ],
)
def test_an_estimate_has_the_bounds_of_the_beta_law(
    shown: int, asked: int, mean: float, low: float, high: float
) -> None:
    found = estimate(shown, asked)
    assert (found.mean, found.low, found.high) == pytest.approx((mean, low, high), abs=1e-4)


def test_more_occasions_make_the_band_narrower() -> None:
    few, many = estimate(2, 4), estimate(20, 40)
    assert many.high - many.low < few.high - few.low


def test_more_than_was_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        estimate(3, 2)


def test_progress_counts_sessions_and_leaves_hinted_turns_out() -> None:
    good, poor = run(ALL[0], "lead", seed=1), run(ALL[0], "facts_only", seed=1)
    rows = {row.skill: row for row in progress([poor, good])}
    listen = rows["listen"]
    assert listen.cells[0] is not None
    assert listen.cells[1] is not None
    assert listen.cells[1].mean > listen.cells[0].mean
    assert listen.whole is not None
    assert listen.whole.asked == sum(cell.asked for cell in listen.cells if cell)
    aided = begin(ALL[0], seed=1, started=STARTED)
    aided = advance(aided, Said(text=say("lead", aided), hinted=True))
    assert progress([aided]) == ()
    assert scores_of(aided, [])[0].value == 4.0


def test_a_criterion_quotes_only_the_turns_it_looks_at() -> None:
    vacuum = next(s for s in ALL if s.id == "r01-vacuum")
    play = begin(vacuum, seed=1, started=STARTED)
    for text in ("Добрый день.", "Расскажите, что случилось?", "Я доведу вашу заявку до ремонта."):
        play = advance(play, Said(text=text))
    play = advance(play, Said(text="", action="give_up"))
    own = next(score for score in debrief(play).scores if score.criterion == "own")
    assert own.value == 0
    assert own.evidence == ()
    assert own.better
