"""What the knowledge says of itself exists in both languages, for everything that can be said."""

import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from copilot.brief import Frame, Perception
from copilot.conversation import Conversation, Message
from copilot.suggestion import Result
from knowledge import Fault, Hit, Locale, Problem, Said, ToneRule, load_starter
from knowledge.gaplist import GapState
from knowledge.linting.problem import Gravity, Rule
from knowledge.versions import Action
from ui.gapnotes import gap_strength
from ui.ownwords import our_phrases, tone_check
from ui.view.knowledge import fault_text, gaps_text, knowledge_words, problem_text, problems_text

LANGUAGES: tuple[Locale, ...] = ("ru", "en")


def paths(value: Any, at: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        return {
            k: v for key, inner in value.items() for k, v in paths(inner, f"{at}.{key}").items()
        }
    return {at: str(value)}


def test_the_languages_say_the_same_things_and_fill_in_the_same_values() -> None:
    russian, english = paths(knowledge_words("ru")), paths(knowledge_words("en"))

    assert russian.keys() == english.keys()
    for key, text in russian.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_state_and_action_has_its_words(language: Locale) -> None:
    said = knowledge_words(language)
    assert set(get_args(Rule)) == said["lint"].keys()
    assert set(get_args(Gravity)) == said["severities"].keys()
    assert set(get_args(GapState)) == said["gaps"]["states"].keys()
    assert set(get_args(Action)) == said["actions"].keys()


def test_problems_and_faults_are_told_as_sentences() -> None:
    missing = Problem(
        document="ru:S1", rule="unreachable", severity="error", key="unreachable",
        params={"examples": 8, "found": 0, "other": ""}, place="trigger_examples",
    )  # fmt: skip

    assert "None of its 8 trigger examples" in problem_text(missing, "en")
    assert problem_text(missing, "en").endswith("Found instead: nothing.")
    assert "[trigger_examples]" in problems_text([missing], 3, "ru")
    assert problems_text([], 3, "ru") == "Исправлять нечего."
    fault = Fault(("a",), "literal_error", "m", {"expected": "'x' or 'y'"})
    assert fault_text(fault, "en") == "One of these is wanted: 'x' or 'y'."
    assert fault_text(Fault(("a",), "odd", "must shine"), "en") == "Not like this: must shine."
    assert gaps_text([], "ru").startswith("Пробелов нет")


def test_our_sentences_are_checked_as_they_will_be_read() -> None:
    rules = [rule for rule in load_starter("ru", "tone") if isinstance(rule, ToneRule)]
    check = tone_check(rules)

    def found(text: str, **more: Any) -> set[str]:
        return {slip.rule for _, slip in check([Said("ru:S1", "p", "ru", text, **more)])}

    assert "RU-A1" in found("Успокойтесь, пожалуйста!")
    assert found("В заказе {order} не оказалось: {item}.") == set()
    assert "RU-D1" in found("Скажи номер заказа.")
    assert found("Скажи номер заказа.", address="ty") == set()
    assert found("Скажи номер заказа.", asked=("давай на ты", "го на ты")) == set()


def test_the_phrases_are_those_of_the_bank() -> None:
    phrases = our_phrases()

    assert {one.document for one in phrases} == {"phrases:ru", "phrases:en"}
    assert any(one.address == "ty" for one in phrases)


def result(strength: str | None, *, request: str = "гравировка", **more: Any) -> Result:
    hits = (
        ()
        if strength is None
        else (
            Hit.model_validate(
                {"id": "a#0", "document": "a", "kind": more.pop("kind", "script"), "title": "",
                 "text": "", "score": 1, "strength": strength}
            ),
        )
    )  # fmt: skip
    frame = Frame(framework="NONE", protocol=more.pop("protocol", ""))
    perception = Perception(language="ru", request=request, **more)
    return Result(conversation="c1", perception=perception, frame=frame, hits=hits, suggestions=())


@pytest.mark.parametrize(
    ("given", "strength"),
    [
        (result("strong"), None),
        (result("weak"), "weak"),
        (result("none"), "none"),
        (result(None), "none"),
        (result("strong", kind="card"), "none"),
        (result(None, request=" "), None),
        (result(None, protocol="self_harm"), None),
        (result(None, risk="injection"), None),
    ],
)
def test_a_gap_is_a_request_without_a_strong_answer(given: Result, strength: str | None) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    conversation = Conversation(messages=(Message(role="customer", text="гравировка?"),), now=at)

    assert gap_strength(conversation, given) == strength
