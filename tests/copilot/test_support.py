"""What was heard helps to find the right script, and never turns hope into certainty."""

import pytest

from copilot.brief import Perception, Signal
from copilot.support import TOPICS, weigh
from knowledge import Hit, Script, vocabulary


def hit(name: str, *, signals: tuple[str, ...], confidence: float, failure: str = "unknown") -> Hit:
    script = Script.model_validate(
        {
            "id": name,
            "locale": "en",
            "title": name,
            "intent": name,
            "signals": signals,
            "failure": failure,
        }
    )
    return Hit(
        id=f"{name}#0", document=name, kind="script", title=name, text=name, score=confidence,
        confidence=confidence, strength="weak", record=script,
    )  # fmt: skip


def hearing(*signals: str, failure: str = "unknown") -> Perception:
    heard = tuple(Signal(name=name, span="x", message=0) for name in signals)
    return Perception.model_validate(
        {"language": "en", "signals": heard, "failure": failure, "request": "where is my order now"}
    )


def test_every_topic_is_a_word_of_the_vocabulary() -> None:
    assert vocabulary("signals") >= TOPICS


@pytest.mark.parametrize("confidence", [0.15, 0.4, 0.7])
def test_a_script_for_what_was_heard_gains_and_another_does_not(confidence: float) -> None:
    called = hit("called", signals=("delay",), confidence=confidence)
    other = hit("other", signals=("defect",), confidence=confidence)

    first, second = weigh((other, called), hearing("delay"))

    assert first.document == "called"
    assert first.confidence > second.confidence


def test_a_likely_script_for_what_was_heard_becomes_strong() -> None:
    (found,) = weigh((hit("late", signals=("delay",), confidence=0.6),), hearing("delay"))

    assert found.strength == "strong"


def test_a_script_that_denies_our_failure_is_never_strong_when_we_failed() -> None:
    on_time = hit("on-time", signals=("status_request",), confidence=0.95, failure="no")

    (denying,) = weigh((on_time,), hearing("status_request", "delay", failure="yes"))
    (fitting,) = weigh((on_time,), hearing("status_request", failure="no"))

    assert denying.strength != "strong"
    assert fitting.strength == "strong"


def test_equals_keep_their_order() -> None:
    hits = tuple(hit(name, signals=(), confidence=0.3) for name in "abc")

    assert [h.document for h in weigh(hits, hearing())] == ["a", "b", "c"]
