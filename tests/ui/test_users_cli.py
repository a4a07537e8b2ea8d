"""Accounts, tokens and the audit log from the command line."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copilot.errors import NoSuchRecord
from copilot.records import open_records
from copilot.records.accounts import BadAccount
from ui.cli import app


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEPLO_HOME", str(tmp_path))
    return tmp_path


def teplo(*words: str) -> Result:
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_team_begins_with_an_admin(home: Path) -> None:
    assert "No accounts" in teplo("users", "list").stdout
    with pytest.raises(BadAccount, match="first account"):
        teplo("users", "add", "boris")

    link = teplo("users", "add", "anna", "--role", "admin", "--at", "https://teplo.example/")
    teplo("users", "add", "boris", "--name", "Борис")

    assert link.stdout.startswith("https://teplo.example/invite/")
    assert [line.split()[:3] for line in teplo("users", "list").stdout.splitlines()] == [
        ["anna", "admin", "invited"],
        ["boris", "operator", "invited"],
    ]


def test_accounts_are_changed_by_name(home: Path) -> None:
    teplo("users", "add", "anna", "--role", "admin")
    teplo("users", "add", "boris")

    teplo("users", "role", "boris", "qa")
    teplo("users", "disable", "boris")
    kept = json.loads(teplo("users", "list", "--json").stdout)["users"][1]

    assert (kept["role"], kept["disabled"]) == ("qa", True)
    with pytest.raises(BadAccount, match="disabled"):
        teplo("users", "reset", "boris")
    teplo("users", "enable", "boris")
    assert "/invite/" in teplo("users", "reset", "boris").stdout
    assert teplo("users", "role", "boris", "king").exit_code == 2
    with pytest.raises(NoSuchRecord):
        teplo("users", "disable", "nobody")


def test_a_token_is_shown_once(home: Path) -> None:
    teplo("users", "add", "anna", "--role", "admin")
    teplo("users", "add", "boris")
    with pytest.raises(BadAccount, match="more than its owner"):
        teplo("tokens", "add", "ci", "--scope", "people", "--owner", "boris")

    made = json.loads(
        teplo("tokens", "add", "ci", "--scope", "desk", "--scope", "value", "--json").stdout
    )
    listed = teplo("tokens", "list").stdout

    assert made["token"]["scopes"] == ["desk", "value"]
    assert made["secret"] not in listed
    teplo("tokens", "revoke", made["token"]["id"])
    assert "revoked" in teplo("tokens", "list").stdout


def test_the_log_is_written_as_a_table_that_computes_nothing(home: Path) -> None:
    records = open_records(home)
    records.audit.write("knowledge.save", who="=HYPERLINK(1)", thing="ru:x", now=datetime.now(UTC))
    records.close()

    rows = list(csv.DictReader(io.StringIO(teplo("audit-log", "--csv").stdout)))

    assert rows[0]["who"] == "'=HYPERLINK(1)"
    assert rows[0]["object"] == "ru:x"
    assert teplo("audit-log", "--verify").exit_code == 0
    assert json.loads(teplo("audit-log", "--json").stdout)["action"] == "knowledge.save"


def test_where_accounts_are_the_link_opens_nothing(home: Path) -> None:
    assert "?token=" in teplo("link").stdout

    teplo("users", "add", "anna", "--role", "admin")

    assert teplo("link").stdout == "http://127.0.0.1:7871/\n"
