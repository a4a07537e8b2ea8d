"""`teplo chatwoot` says what is wrong and what to do; canned replies become drafts and stay so."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copilot.records import Delivery, Opened, Written, open_records
from knowledge import Library, open_library
from tests.fake_chatwoot import BOT_TOKEN, SECRET, FakeChatwoot, Fault
from ui.chatwoot import Chatwoot
from ui.chatwoot.canned import import_canned
from ui.cli import app

Run = Callable[..., Result]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def teplo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chatwoot: FakeChatwoot) -> Run:
    def run(*words: str, **settings: str) -> Result:
        given = {
            "HOME": str(tmp_path), "CHATWOOT_URL": chatwoot.url, "CHATWOOT_TOKEN": BOT_TOKEN,
            "CHATWOOT_WEBHOOK_SECRET": SECRET, **settings,
        }  # fmt: skip
        for name, value in given.items():
            monkeypatch.setenv(f"TEPLO_{name}", value)
        return CliRunner().invoke(app, words)

    return run


def test_a_working_connection_is_told(teplo: Run) -> None:
    done = teplo("chatwoot", "check")

    assert done.exit_code == 0, done.output
    assert "'Teplo'" in done.output
    assert "1 (agent)" in done.output
    assert BOT_TOKEN not in done.output


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"CHATWOOT_URL": ""}, "Set TEPLO_CHATWOOT_URL"),
        ({"CHATWOOT_TOKEN": "wrong-canary"}, "take one from the profile page"),
        ({"CHATWOOT_WEBHOOK_SECRET": ""}, "set TEPLO_CHATWOOT_WEBHOOK_SECRET"),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(
    teplo: Run, settings: dict[str, str], advice: str
) -> None:
    done = teplo("chatwoot", "check", **settings)

    assert done.exit_code == 1
    assert advice in done.output
    assert "canary" not in done.output


def test_calls_that_do_not_get_through_are_counted(teplo: Run, tmp_path: Path) -> None:
    records = open_records(tmp_path)
    records.deliveries.take(Delivery(id="d", event="e", account="1", outer_id="7"), now=NOW)
    records.deliveries.put_off("1", "7", ("d",), "away")
    records.close()

    done = teplo("chatwoot", "check")

    assert done.exit_code == 1
    assert "1 waiting (1 after a failed try)" in done.output


def test_a_wrong_address_is_refused_without_its_password(teplo: Run) -> None:
    done = teplo("chatwoot", "check", CHATWOOT_URL="desk.example.org")

    assert "not an address" in str(done.exception)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "knowledge") as opened:
        yield opened


@pytest.fixture
def client(chatwoot: FakeChatwoot) -> Iterator[Chatwoot]:
    made = Chatwoot(chatwoot.url, BOT_TOKEN)
    yield made
    made.close()


def test_canned_replies_become_drafts_with_brackets(
    library: Library, client: Chatwoot, chatwoot: FakeChatwoot
) -> None:
    chatwoot.canned = [
        {"id": 1, "short_code": "delay", "content": "{{contact.name}}, простите за задержку."},
        {"id": 2, "short_code": "thanks", "content": "Thank you for writing."},
        {"id": 3, "short_code": "empty", "content": ""},
    ]

    first = import_canned(library, client, 1)
    again = import_canned(library, client, 1)

    assert first.added == ("ru:chatwoot-1-delay", "en:chatwoot-1-thanks")
    assert [code for code, _ in first.refused] == ["empty"]
    sheet = library.editor.sheet("ru:chatwoot-1-delay")
    assert sheet.values["answer"] == "[contact name?], простите за задержку."
    assert sheet.status == "draft"
    assert (again.added, again.unchanged) == ((), first.added)


def test_a_draft_follows_chatwoot_until_it_is_published(
    library: Library, client: Chatwoot, chatwoot: FakeChatwoot
) -> None:
    reply = {"id": 1, "short_code": "delay", "content": "Простите за задержку."}
    chatwoot.canned = [reply]
    import_canned(library, client, 1)

    reply["content"] = "Простите, задержались."
    assert import_canned(library, client, 1).updated == ("ru:chatwoot-1-delay",)

    sheet = library.editor.sheet("ru:chatwoot-1-delay")
    library.editor.set_status(sheet.id, sheet.version, "active")
    reply["content"] = "Чужие слова."
    assert import_canned(library, client, 1).kept == (sheet.id,)
    assert "Чужие" not in library.editor.sheet(sheet.id).values["answer"]


def test_the_command_takes_them_in_and_counts(teplo: Run, chatwoot: FakeChatwoot) -> None:
    chatwoot.canned = [{"id": 1, "short_code": "delay", "content": "Простите за задержку."}]

    assert "1 added as drafts" in teplo("chatwoot", "canned").output
    chatwoot.faults = [Fault(500)]
    assert "TEPLO" not in teplo("chatwoot", "canned").output


def test_kept_conversations_are_listed_counted_and_erased(teplo: Run, tmp_path: Path) -> None:
    records = open_records(tmp_path)
    about = Opened(customers=("anna@example.org",))
    records.conversations.put(about, [Written(role="customer", text="Где диван?")], now=NOW)
    records.close()

    assert "Где диван?" in teplo("conversations", "list", "ДИВАН").output
    assert '"total": {' in teplo("conversations", "value", "--json").output
    assert "accepted" in teplo("conversations", "value").output
    assert "1 conversations erased" in teplo("conversations", "erase", "anna@example.org").output
    assert "0 conversations" in teplo("conversations", "list", "--view", "waiting").output
    assert teplo("conversations", "list", "--view", "theirs").exit_code == 2
