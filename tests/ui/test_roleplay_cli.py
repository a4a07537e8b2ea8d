"""`teplo roleplay`: a practice in the terminal, its debrief, simulations, the check of scenarios."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from copilot.errors import BadConversation, BadScenario
from copilot.roleplay import shipped
from ui.cli import app

ROOT = Path(__file__).resolve().parent.parent.parent
LINE = "Вы купили V-300 неделю назад, и он не включается. Расскажите, что было перед этим?"


def roleplay(*args: str, given: str = "") -> Result:
    done = CliRunner().invoke(app, ["roleplay", *args], input=given)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def rows(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_all_scenarios_are_listed_or_those_of_one_language() -> None:
    listed = rows(roleplay("list", "--json"))
    assert [one["id"] for one in listed] == [scenario.id for scenario in shipped()]
    english = rows(roleplay("list", "--json", "--language", "en"))
    assert {one["language"] for one in english} == {"en"}
    assert "r01-vacuum" in roleplay("list").stdout


def test_an_unknown_language_is_refused() -> None:
    assert roleplay("list", "--language", "xx").exit_code == 2


def test_the_customer_answers_line_by_line() -> None:
    told = rows(roleplay("play", "r01-vacuum", "--json", given=f"{LINE}\n/give-up\n"))
    assert [one["state"]["ending"] for one in told] == [None, "given_up"]
    assert told[0]["customer"]
    assert "paraphrase" in {why["act"] for why in told[0]["why"]}


def test_the_same_seed_and_words_give_the_same_session() -> None:
    once, again = (roleplay("play", "R1", "--seed", "5", given=LINE).stdout for _ in range(2))
    assert once == again
    assert once.startswith("Покупательница пишет")
    assert "Лидия: " in once


@pytest.mark.parametrize(
    ("line", "ending"),
    [
        (
            "/hand Пылесос V-300 не включается, мастер напишет завтра до 12:00.",
            "передано коллеге со",
        ),
        ("/stop На этом разговор завершаю.", "вы завершили разговор"),
        ("/give-up", "вы прервали тренировку"),
    ],
)
def test_a_session_ends_by_command(line: str, ending: str) -> None:
    assert f"— {ending}" in roleplay("play", "r01-vacuum", given=f"{line}\nдальше\n").stdout


def test_a_kept_session_gets_its_debrief_and_report(tmp_path: Path) -> None:
    kept, report = tmp_path / "session.json", tmp_path / "report.html"
    roleplay("play", "r01-vacuum", "--save", str(kept), given=f"{LINE}\n")
    done = roleplay("debrief", str(kept), "--html", str(report))
    assert "Что помогло больше всего" in done.stdout
    assert LINE.split(". ", maxsplit=1)[0] in done.stdout
    assert report.read_text("utf-8").count("<polyline") == 6
    (told,) = rows(roleplay("debrief", str(kept), "--json"))
    assert told["ending"] == "given_up"
    assert len(told["scores"]) == 10


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"started": "yesterday"}, "started"),
        ({"started": "2026-11-23T10:00:00"}, "started"),
        ({"turns": [{"text": 5}]}, "turns.0.text"),
        ({"turns": [{"text": "x", "action": "sing"}]}, "turns.0.action"),
        ({"v": 2}, "v"),
        ({"more": 1}, "more"),
    ],
)
def test_a_broken_session_is_named_not_thrown(
    tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    good = json.loads((ROOT / "examples" / "session.json").read_text("utf-8"))
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({**good, **change}), "utf-8")
    with pytest.raises(BadConversation, match=f"play --save.*{named}"):
        roleplay("debrief", str(bad))


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(BadScenario, match="r99"):
        roleplay("play", "r99")


def test_reference_operators_are_simulated() -> None:
    args = ("simulate", "--policy", "lead", "--scenario", "r01-vacuum", "--n", "2", "--json")
    (told,) = rows(roleplay(*args))
    assert (told["policy"], told["sessions"], told["good"]) == ("lead", 2, 1.0)
    assert roleplay("simulate", "--policy", "saint").exit_code == 2


def test_a_session_of_ones_own_scenario_finds_its_file_again(tmp_path: Path) -> None:
    own, kept = tmp_path / "own.yaml", tmp_path / "session.json"
    own.write_text((ROOT / "examples" / "scenario.yaml").read_text("utf-8"), "utf-8")
    roleplay("play", str(own), "--save", str(kept), given="Здравствуйте!\n")
    assert roleplay("debrief", str(kept)).exit_code == 0


@pytest.mark.slow
def test_a_fair_scenario_passes_the_check_and_an_unfair_one_does_not(tmp_path: Path) -> None:
    example = ROOT / "examples" / "scenario.yaml"
    assert "0 faults" in roleplay("lint", str(example)).stdout
    unfair = tmp_path / "unfair.yaml"
    text = example.read_text("utf-8")
    closed = re.sub(r"(unlock:\s+trust:) 0\.\d+", r"\1 1.0", text)
    assert closed != text
    unfair.write_text(closed, "utf-8")
    assert roleplay("lint", str(unfair)).exit_code == 1
