"""Prompts are files: their words change with their version, and their twins stay twins."""

import pytest
from pydantic import ValidationError

from prompts import Language, Prompt, PromptMessage, every_prompt, load_prompt
from prompts.lock import read_lock, unlocked

PROMPTS = every_prompt()
NAMES = sorted({prompt.id.split("/")[0] for prompt in PROMPTS})


def prompt(
    text: str = "Hello $name", inputs: tuple[str, ...] = ("name",), version: int = 1
) -> Prompt:
    part = PromptMessage(role="user", text=text)
    return Prompt(id="greet/en", version=version, inputs=inputs, parts=(part,))


def test_no_words_changed_without_a_version() -> None:
    assert unlocked(PROMPTS, read_lock()) == ()


def test_a_change_without_a_version_is_noticed() -> None:
    lock = {"greet/en": (1, prompt().digest)}

    assert unlocked((prompt("Hi $name"),), lock) == (
        "greet/en: the words changed, version is still 1",
    )


def test_a_new_version_asks_for_the_lock_to_be_written() -> None:
    lock = {"greet/en": (1, prompt().digest)}

    assert "not in versions.lock" in unlocked((prompt("Hi $name", version=2),), lock)[0]


def test_a_prompt_that_is_gone_is_noticed() -> None:
    assert "no such prompt" in unlocked((), {"greet/en": (1, "x")})[0]


@pytest.mark.parametrize("name", NAMES)
def test_twins_take_the_same_inputs_and_know_the_same_terms(name: str) -> None:
    ru, en = load_prompt(name, "ru"), load_prompt(name, "en")

    assert set(ru.inputs) == set(en.inputs)
    assert ru.version == en.version
    assert {g: set(t) for g, t in ru.terms.items()} == {g: set(t) for g, t in en.terms.items()}
    assert [part.role for part in ru.parts] == [part.role for part in en.parts]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_people_wrote_is_not_for_the_system_role(language: Language) -> None:
    system, user = load_prompt("reply", language).parts

    assert system.role == "system"
    assert "$data" not in system.text
    assert "$data" in user.text


def test_a_placeholder_that_is_no_input_is_refused() -> None:
    with pytest.raises(ValidationError, match="day"):
        prompt("Hello $name, it is $day")


@pytest.mark.parametrize("values", [{}, {"name": "A", "day": "B"}])
def test_rendering_demands_exactly_the_inputs(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="takes"):
        prompt().render(**values)


def test_values_are_never_read_as_templates() -> None:
    (message,) = prompt().render(name="$name ${name} {x:>100000000} {{y}}")

    assert message.text == "Hello $name ${name} {x:>100000000} {{y}}"


def test_every_fault_to_avoid_has_words() -> None:
    from copilot.framing_table import ROWS

    known = set(load_prompt("reply", "en").terms["avoid"])

    assert {label for row in ROWS for label in row.avoid} <= known
