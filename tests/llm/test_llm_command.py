"""The model from the command line: what was sent is shown, what works is told."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from copilot.llm.usage import Usage
from copilot.outbox import Outbox
from tests.llm.conftest import FakeLlm, reply_of, saying
from ui.cli import service

BODY = {"model": "small", "messages": [{"role": "user", "content": "Где заказ?\x1b[31m"}]}
USAGE = Usage(
    model="small", calls=1, input_tokens=900, output_tokens=100, seconds=1.2, counted="server",
    cost=0.0011, currency="USD",
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TEPLO_HOME", str(tmp_path))
    return tmp_path


def run(*words: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    service.add_to(app)
    return CliRunner().invoke(app, list(words))


def send(home: Path, *, number: int = 1) -> None:
    outbox = Outbox(home / "outbox")
    for _ in range(number):
        sent = outbox.write(
            host="model.example", path="/v1", body=json.dumps(BODY).encode(), purpose="suggest",
            user="anna",
        )  # fmt: skip
        outbox.settle(sent, outcome="answered", model="small-2", usage=USAGE)


def test_what_was_sent_is_shown_with_its_outcome_and_cost(home: Path) -> None:
    send(home)

    shown = run("outbox").stdout

    assert "model.example · small · suggest · anna" in shown
    assert "answered, by small-2, 900 tokens in, 100 out, 1.2 s, 0.0011 USD" in shown
    assert "[user]\nГде заказ?[31m" in shown, "words of strangers do not steer the terminal"


def test_what_was_sent_is_one_line_of_json_each(home: Path) -> None:
    send(home, number=3)

    entries = [
        json.loads(line) for line in run("outbox", "--json", "--last", "2").stdout.split("\n")[:-1]
    ]

    assert [entry["body"] for entry in entries] == [BODY, BODY]
    assert entries[0]["usage"]["cost"] == 0.0011


def test_nothing_sent_is_said_in_words() -> None:
    assert "Nothing has been sent" in run("outbox").stdout
    assert run("outbox", "--json").stdout == ""


@pytest.mark.slow
def test_doctor_tries_the_model_and_tells_what_works(
    server: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.personality = saying(reply_of(("", "Ready.")))
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("TEPLO_MODEL", "small")

    report: dict[str, Any] = json.loads(run("doctor", "--llm", "--json").stdout)

    told = {check["name"]: check["detail"] for check in report["checks"]}
    assert "small at 127.0.0.1" in told["model"]
    assert "it calls itself 'fake'" in told["model"]
    names = ("plain text", "JSON", "schema", "streaming")
    assert all(told[name].startswith("works, ") for name in names)
    assert len(server.bodies) == len(names)


@pytest.mark.slow
def test_doctor_says_why_a_model_cannot_be_used(
    server: FakeLlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.personality = lambda handler, _: handler.reply(b"{}", 401)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("TEPLO_MODEL", "small")

    done = run("doctor", "--llm", "--json")

    (model,) = [c for c in json.loads(done.stdout)["checks"] if c["name"] == "model"]
    assert done.exit_code == 1
    assert not model["ok"]
    assert "HTTP 401" in model["detail"]
