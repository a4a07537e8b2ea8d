"""The commands `improve` and `summary`: one conversation or many, the same answers."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

import copilot
from copilot.brief import Brief, Perception
from copilot.conversation import Conversation, read_conversation
from copilot.errors import BadConversation
from copilot.framing import choose_frame
from copilot.improve import How, Improved
from copilot.rules import Ruleset
from copilot.summary import Summary
from copilot.writers import Writers
from ui.cli import texts

GIVEN = {
    "id": "c9",
    "messages": [{"role": "customer", "text": "Где заказ 784-1120?"}],
    "draft": "Спасибо за обращение. Заказ приедет завтра до 18:00.",
}


class FakeCopilot:
    """Reads conversations and understands nothing in them."""

    def __init__(self, _: Any) -> None:
        self.writers = Writers(Ruleset(()), None)

    def improve(self, conversation: Conversation, text: str, how: How) -> Improved:
        return self.writers.improve(text, how, self.brief(conversation))

    def summarise(self, conversation: Conversation, *, masked: bool) -> Summary:
        return self.writers.summarise(self.brief(conversation), masked=masked)

    def read(self, raw: Any, *, now: datetime) -> Conversation:
        return read_conversation(raw, now=now)

    def brief(self, conversation: Conversation) -> Brief:
        perception = Perception(language="ru", request="Где заказ 784-1120?")
        frame = choose_frame(perception, conversation)
        return Brief(conversation=conversation, perception=perception, frame=frame)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEPLO_HOME", str(tmp_path))
    monkeypatch.setattr(copilot, "Copilot", FakeCopilot, raising=False)


def run(*words: str, given: Any = GIVEN) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    texts.add_to(app)
    raw = (
        "\n".join(json.dumps(one) for one in given)
        if isinstance(given, list)
        else json.dumps(given)
    )
    return CliRunner().invoke(app, list(words), input=raw)


def test_a_draft_is_improved_as_json() -> None:
    told = json.loads(run("improve", "--how", "shorter", "--json").stdout)

    assert (told["v"], told["conversation"], told["how"]) == (1, "c9", "shorter")
    assert told["text"] == "Заказ приедет завтра до 18:00."
    assert told["changes"][0]["before"] == "Спасибо за обращение. "
    assert told["kept"] is False


def test_the_way_may_stand_in_the_input_and_is_read_as_text() -> None:
    shown = run("improve", given={**GIVEN, "how": "shorter"}).stdout

    assert shown.startswith("Заказ приедет завтра до 18:00.\n")
    assert "ничего не сообщает" in shown


def test_many_drafts_keep_their_order_and_a_bad_line_is_told() -> None:
    done = run(
        "improve",
        "--how",
        "fix",
        "--jsonl",
        given=[GIVEN, {**GIVEN, "draft": 5}, {**GIVEN, "id": "c10"}],
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [a.get("conversation", a.get("id")) for a in answers] == ["c9", "c9", "c10"]
    assert answers[1]["error"]["code"] == "BadConversation"
    assert done.exit_code == 1


@pytest.mark.parametrize("how", ["", "louder"])
def test_an_unknown_way_is_refused(how: str) -> None:
    done = run("improve", "--how", how)

    assert isinstance(done.exception, BadConversation)
    assert "is none of fix, shorter" in str(done.exception)


def test_a_conversation_is_summed_up() -> None:
    told = json.loads(run("summary", "--json").stdout)

    assert told["conversation"] == "c9"
    assert "«Где заказ 784-1120?» (№1)" in told["text"]
    assert run("summary").stdout.strip() == told["text"]


def test_summaries_of_many_come_in_order() -> None:
    done = run("summary", "--jsonl", "--masked", given=[GIVEN, {**GIVEN, "id": "c10"}])
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [a["conversation"] for a in answers] == ["c9", "c10"]
    assert all(a["masked"] for a in answers)


def test_the_clock_is_not_in_the_answer() -> None:
    late = {**GIVEN, "now": datetime(2030, 1, 1, tzinfo=UTC).isoformat()}

    assert run("summary", "--json").stdout == run("summary", "--json", given=late).stdout
