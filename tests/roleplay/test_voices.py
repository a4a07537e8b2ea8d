"""What a model may not say as the customer."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from copilot.llm import ModelFailure
from copilot.roleplay import Play, Said, Scenario, advance, begin, say, scenario_of
from copilot.roleplay.llm_voice import LlmVoice
from copilot.roleplay.verify import violations

ASKED = "Let me check. Could you tell me the order number?"


def breaches(play: Play, line: str) -> set[str]:
    """Name what forbids a line."""
    return {violation.breach for violation in violations(play, play.state, line)}


@pytest.fixture
def asked(opened: Play, saying: Any) -> Play:
    """A session in which the operator has asked for the order."""
    return saying(opened, ASKED)


@pytest.mark.parametrize(
    ("line", "breach"),
    [
        ("", "empty"),
        ("How can I help you today?", "role_flip"),
        ("We apologise for the delay of your sofa.", "role_flip"),
        ("As an AI language model I cannot be angry.", "role_flip"),
        ("My mother sleeps on a mattress on the floor because of you!", "leak"),
        ("You promised me 300 dollars for order 77-001.", "fabrication"),
        ("Где мой диван, сколько можно ждать?", "language"),
        ("Let me check, could you tell me the order number?", "echo"),
        ("My sofa was due on Thursday and it still is not here. Where is it?", "repeat"),
        ("So where is it now, this sofa of mine, and who looks for it? " * 12, "long"),
        ("You are a brainless idiot, I hope you die, you filthy liar!", "mood"),
    ],
)
def test_a_line_out_of_role_is_caught_and_named(asked: Play, line: str, breach: str) -> None:
    assert breach in breaches(asked, line)


@pytest.mark.parametrize(
    "line",
    [
        "It is 55-120. I do hope this is the last time I am asked.",
        "Why is nobody calling me back about it?",
        "I am tired of waiting, honestly.",
    ],
)
def test_a_line_in_role_passes(asked: Play, line: str) -> None:
    assert breaches(asked, line) == set()


def test_what_has_come_out_may_be_spoken_of(opened: Play, saying: Any) -> None:
    told = saying(
        opened,
        "Your sofa was due on Thursday and is still not there. Four days without it is tiring. "
        "What does it mean for you at home right now?",
    )
    assert "leak" not in breaches(told, "My mother cannot go on sleeping on that mattress.")


def test_a_russian_customer_keeps_to_vy(scenario: Scenario, opened: Play) -> None:
    raw = scenario.model_dump(mode="json") | {"language": "ru", "opening": ["Где мой диван?"]}
    play = begin(scenario_of(raw, "ru"), seed=1, started=opened.started)
    assert "address" in breaches(play, "Ты вообще читаешь, что я пишу?")
    assert "address" not in breaches(play, "Вы вообще читаете, что я пишу?")


BAD_MODEL = (
    "How can I help you today? We apologise for any inconvenience.",
    "My mother sleeps on a mattress on the floor.",
    "You promised me 300 dollars on 12 May.",
    "no json at all",
    "I am done waiting, where is it?",
    "{}",
    "Где мой диван, наконец?",
)


class BadModel:
    """A model that falls out of the role most of the time; a client and a call in one."""

    def __init__(self, *lines: str) -> None:
        self._lines = lines
        self.asked: list[Any] = []

    def run(self, job: Any, **_: Any) -> str:
        return str(job(self))

    def ask(self, messages: Any, _: Any) -> str:
        line = self._lines[len(self.asked) % len(self._lines)]
        self.asked.append(list(messages))
        return line if line.startswith("{") or "json" in line else json.dumps({"text": line})


class DeadModel:
    """A model that is away."""

    def run(self, *_: Any, **__: Any) -> str:
        raise ModelFailure("away", "nobody answers")


def test_whatever_a_bad_model_says_no_line_out_of_role_is_spoken(scenario: Scenario) -> None:
    voice = LlmVoice(BadModel(*BAD_MODEL))
    for seed in range(20):
        play = begin(scenario, seed=seed, started=datetime(2026, 11, 23, 10, tzinfo=UTC))
        while play.ending is None:
            before = play
            play = advance(play, Said(text=say("facts_only", play)), voice=voice)
            line = play.exchanges[-1].customer
            heard = before.model_copy(update={"exchanges": (*before.exchanges, silent(play))})
            spoken_by_model = any(line == bad for bad in BAD_MODEL)
            assert not spoken_by_model or not violations(heard, play.state, line)
    assert {v.breach for v in voice.refused} >= {"role_flip", "leak", "fabrication", "language"}


def silent(play: Play) -> Any:
    """Return the last exchange before the customer has answered."""
    return play.exchanges[-1].model_copy(update={"customer": ""})


def test_a_good_line_of_the_model_is_spoken_and_secrets_never_go_out(opened: Play) -> None:
    model = BadModel("I am worn out. Where is it now?")
    play = advance(opened, Said(text=ASKED), voice=LlmVoice(model))
    assert play.exchanges[-1].customer == "I am worn out. Where is it now?"
    sent = "".join(message.text for message in model.asked[0])
    assert "mattress" not in sent
    assert "Tired, dry, precise" not in sent


def test_the_second_attempt_is_told_what_was_wrong(opened: Play) -> None:
    model = BadModel("How can I help you today?", "I am worn out. Where is it now?")
    advance(opened, Said(text=ASKED), voice=LlmVoice(model))
    assert "these are the words of staff" in model.asked[1][-1].text


def test_without_the_model_the_embedded_voice_speaks(opened: Play) -> None:
    with_dead = advance(opened, Said(text=ASKED), voice=LlmVoice(DeadModel()))
    assert with_dead == advance(opened, Said(text=ASKED))
