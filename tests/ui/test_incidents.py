"""Incidents on the page, by REST and on the command line."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from copilot.records import Records, open_records
from ui.api_incidents import PREFIX, incident_router
from ui.cli import app as commands
from ui.incidents.board import Board, Form
from ui.locales import LANGUAGES

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)">'


class Copilot:
    """Only the records."""

    def __init__(self, home: Path) -> None:
        self.records: Records = open_records(home)


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Copilot]:
    made = Copilot(tmp_path)
    yield made
    made.records.close()


@pytest.fixture
def rest(copilot: Copilot) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(incident_router(copilot))
    with TestClient(app) as client:
        yield client


def form(**changes: Any) -> Form:
    given: dict[str, Any] = {"title": "Оплата", "facts_ru": "Картой не проходит", "minutes": 60}
    return Form(**{**given, **changes})


def test_a_form_switches_an_incident_on_changes_it_and_ends_it(copilot: Copilot) -> None:
    board = Board(copilot, "ru")
    assert board.submit(form(), now=NOW) == (board.words["done_started"], True)
    ((_, name),) = board.choices()

    typed = board.form(name)
    assert (typed.title, typed.facts_ru, typed.facts_en) == ("Оплата", "Картой не проходит", "")
    told = Form(**{**vars(typed), "facts_en": "Cards fail"})
    assert board.submit(told, now=NOW) == (board.words["done_saved"], True)
    assert set(copilot.records.incidents.get(name).told) == {"ru", "en"}

    assert board.end(name, now=NOW) == (board.words["done_ended"], True)
    assert board.choices() == []
    assert board.submit(told, now=NOW) == (board.words["faults"]["gone"], False)
    assert board.form(name) == Form()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"title": "  "}, "title"),
        ({"facts_ru": " \n "}, "facts"),
        ({"facts_ru": "д" * 301}, "long"),
        ({"workaround_en": "w" * 301}, "long"),
        ({"facts_en": "\n".join("abcdef")}, "many"),
        ({"minutes": 1}, "minutes"),
        ({"minutes": None}, "minutes"),
    ],
)
def test_a_form_with_a_fault_changes_nothing_and_says_what_to_do(
    copilot: Copilot, language: Any, changes: dict[str, Any], fault: str
) -> None:
    board = Board(copilot, language)
    assert board.submit(form(**changes)) == (board.words["faults"][fault], False)
    assert copilot.records.incidents.of_all_time() == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_is_never_markup(copilot: Copilot, language: Any) -> None:
    board = Board(copilot, language)
    hostile = form(
        title=HOSTILE, facts_ru=HOSTILE, facts_en=HOSTILE, workaround_ru=HOSTILE, about=HOSTILE
    )
    assert board.submit(hostile, now=NOW)[1]
    present, past = board.html(now=NOW)
    assert "<img" not in present + past
    assert "&lt;img" in present
    board.end(board.choices()[0][1], now=NOW)
    assert "&lt;img" in board.html(now=NOW)[1]


def test_a_late_update_is_said(copilot: Copilot) -> None:
    board = Board(copilot, "en")
    board.submit(form(facts_en="Cards fail"), now=NOW)
    assert "i-late" not in board.html(now=NOW)[0]
    assert "i-late" in board.html(now=NOW + timedelta(hours=2))[0]


def test_the_empty_page_says_what_to_do(copilot: Copilot) -> None:
    board = Board(copilot, "ru")
    present, past = board.html(now=NOW)
    assert board.words["nothing_on"] in present
    assert board.words["past_none"] in past


def test_by_rest(rest: TestClient) -> None:
    told = {"ru": {"facts": ["Картой не проходит"]}}
    begun = rest.post(PREFIX, json={"title": "Оплата", "told": told, "about": ["оплата картой"]})
    assert begun.status_code == 201
    name = begun.json()["id"]
    assert [one["id"] for one in rest.get(PREFIX, params={"on": True}).json()["incidents"]] == [
        name
    ]

    changed = rest.patch(f"{PREFIX}/{name}", json={"told": {"en": {"facts": ["Cards fail"]}}})
    assert (changed.json()["title"], set(changed.json()["told"])) == ("Оплата", {"en"})
    assert rest.get(f"{PREFIX}/{name}").json()["versions"][0]["told"]["ru"]["facts"] == [
        "Картой не проходит"
    ]
    assert rest.get(f"{PREFIX}/{name}/conversations").json() == {"conversations": []}
    assert rest.get(f"{PREFIX}/surges").json() == {"surges": []}

    assert rest.post(f"{PREFIX}/{name}/end").json()["ended"]
    assert rest.get(PREFIX, params={"on": True}).json() == {"incidents": []}
    assert rest.patch(f"{PREFIX}/{name}", json={"title": "x"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": "x", "told": {}},
        {"title": "x", "told": {"de": {"facts": ["y"]}}},
        {"title": "x", "told": {"ru": {"facts": []}}},
        {"title": "x", "told": {"ru": {"facts": ["y"]}}, "next_update": "soon"},
        {"title": "x", "told": {"ru": {"facts": ["y"]}}, "extra": 1},
    ],
)
def test_rest_refuses_what_cannot_be_told(rest: TestClient, body: dict[str, Any]) -> None:
    assert rest.post(PREFIX, json=body).status_code == 422
    assert rest.get(PREFIX).json() == {"incidents": []}


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPLO_HOME", str(tmp_path))
    run = CliRunner()
    assert "No incidents" in run.invoke(commands, ["incident", "list"]).output
    begun = run.invoke(
        commands,
        ["incident", "start", "Оплата", "--fact", "Картой не проходит", "--about", "оплата картой"],
    )
    assert begun.exit_code == 0
    name = begun.output.split()[0]
    updated = run.invoke(
        commands, ["incident", "update", name[:6], "--fact", "Cards fail", "--language", "en"]
    )
    assert updated.exit_code == 0
    listed = run.invoke(commands, ["incident", "list", "--json"])
    assert '"facts": ["Cards fail"]' in listed.output
    assert "is over" in run.invoke(commands, ["incident", "end", name]).output
    assert "0 conversations" in run.invoke(commands, ["incident", "tell", name]).output


@pytest.mark.parametrize(
    "arguments",
    [
        ["start", "x", "--fact", "y", "--language", "de"],
        ["start", "x", "--fact", " "],
        ["end", "nobody"],
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEPLO_HOME", str(tmp_path))
    result = CliRunner().invoke(commands, ["incident", *arguments])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
