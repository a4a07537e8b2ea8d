"""Summary: a note that says what the thread says and nothing else."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
import yaml

from copilot.brief import Brief, Fact, Perception, Signal
from copilot.conversation import Card, Conversation, Message
from copilot.framing import choose_frame
from copilot.summary import MAX_CHARS, Summary, summarise

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
THREAD = (
    ("customer", "Заказ 784-1120 должны были привезти 19 ноября. Приложение перезагружала."),
    ("operator", "Проверил: заказ на складе. Привезём 20 ноября до 18:00."),
    ("customer", "Третий раз пишу! Верните 1 490 ₽. Телефон +7 916 123-45-67"),
)


def brief_of(*thread: tuple[Any, str], card: Card | None = None, **heard: Any) -> Brief:
    messages = tuple(Message(role=role, text=text) for role, text in thread)
    conversation = Conversation(id="s1", now=NOW, messages=messages, card=card or Card())
    perception = Perception(**{"language": "ru", **heard})
    return Brief(
        conversation=conversation,
        perception=perception,
        frame=choose_frame(perception, conversation),
    )


@pytest.fixture
def brief() -> Brief:
    return brief_of(
        *THREAD,
        card=Card(facts={"name": "Анна Смирнова"}, notes=("Возврат согласован.",)),
        hostility=3,
        course=(1, 3),
        emotion="angry",
        failure="yes",
        request="Верните 1 490 ₽.",
        requests=("Верните 1 490 ₽.",),
        risk="legal",
        needs_escalation=True,
        signals=(
            Signal(name="refund_request", span="Верните", message=2),
            Signal(name="repeat_contact", span="Третий раз", message=2),
        ),
        facts=(
            Fact(kind="order", value="784-1120", message=0, span="784-1120"),
            Fact(kind="tried", value="перезагружала", message=0, span="Приложение перезагружала"),
            Fact(kind="contact", value="+79161234567", message=2, span="+7 916 123-45-67"),
        ),
    )


def line(summary: Summary, about: str) -> str:
    return next((one.text for one in summary.lines if one.about == about), "")


def test_the_request_is_quoted_with_its_message(brief: Brief) -> None:
    told = summarise(brief)

    assert line(told, "request") == "Просит: «Верните 1 490 ₽.» (№3)"
    assert next(one for one in told.lines if one.about == "request").messages == (3,)


def test_our_promises_are_quoted_with_their_time(brief: Brief) -> None:
    promised = line(summarise(brief), "promised")

    assert "«Привезём 20 ноября до 18:00.»" in promised
    assert "срок 20 ноября, 18:00 (№2)" in promised


def test_facts_carry_their_source(brief: Brief) -> None:
    facts = line(summarise(brief), "facts")

    assert "заказ 784-1120 (№1)" in facts
    assert "имя Анна Смирнова (карточка)" in facts
    assert "Возврат согласован. (заметка 1)" in facts


def test_what_was_tried_and_what_is_known_is_not_asked_again(brief: Brief) -> None:
    told = summarise(brief)

    assert "«Приложение перезагружала» (№1)" in line(told, "tried")
    assert line(told, "known") == "Не переспрашивать: номер заказа; контакт; имя"


def test_mood_risk_and_next_step_are_in_words(brief: Brief) -> None:
    told = summarise(brief)

    assert line(told, "mood") == "Настроение: зол (было: недоволен), нарастает"
    assert line(told, "risk") == "Риск: суд или надзор; нужен старший"
    assert "извиниться один раз" in line(told, "next")
    assert "ждёт ответа" in line(told, "open")


def test_a_masked_summary_names_nobody(brief: Brief) -> None:
    told = summarise(brief, masked=True)

    assert told.masked
    for secret in ("123-45-67", "Анна", "Смирнова"):
        assert secret not in told.text
        assert all(secret not in one.text for one in told.lines)
    assert "123-45-67" in summarise(brief).text


def test_every_number_of_the_note_stands_in_the_thread_or_the_card(brief: Brief) -> None:
    conversation = brief.conversation
    known = " ".join(
        [m.text for m in conversation.messages]
        + [*conversation.card.facts.values(), *conversation.card.notes]
        + [f"№{n} заметка {n}" for n in range(1, len(conversation.messages) + 1)]
    )
    digits = "".join(c if c.isdigit() else " " for c in summarise(brief).text).split()

    assert [d for d in digits if d not in known] == []


def test_the_note_keeps_to_its_length_and_the_lines_hold_everything() -> None:
    long = "Очень длинная история о том, как всё было и что пошло не так, слово за словом. " * 40
    facts = tuple(Fact(kind="order", value=f"12-{n}", message=0, span=f"12-{n}") for n in range(30))
    told = summarise(
        brief_of(("customer", long), ("operator", long), ("customer", long), facts=facts)
    )

    assert len(told.text) <= MAX_CHARS
    assert told.lines


@pytest.mark.parametrize("thread", [(), (("operator", "Добрый день."),), (("customer", "👍"),)])
def test_a_thread_of_little_is_survived(thread: tuple[tuple[str, str], ...]) -> None:
    assert len(summarise(brief_of(*thread)).text) <= MAX_CHARS


def test_an_english_conversation_gets_an_english_note() -> None:
    told = summarise(
        brief_of(
            ("customer", "My kettle leaks, order 12-345"),
            ("operator", "I'll send a replacement by Friday."),
            ("customer", "Monday now. Refund me £45"),
            language="en",
            request="Refund me £45",
            hostility=2,
        )
    )

    assert "Asks for: “Refund me £45” (#3)" in told.text
    assert "We promised: “I'll send a replacement by Friday.”, due Friday (#2)" in told.text


def test_the_same_brief_gives_the_same_bytes(brief: Brief) -> None:
    assert summarise(brief).model_dump_json() == summarise(brief).model_dump_json()


def test_the_wording_has_twins() -> None:
    def keys(tree: Any) -> Any:
        return {k: keys(v) for k, v in tree.items()} if isinstance(tree, dict) else None

    folder = files("copilot").joinpath("wording")
    russian, english = (
        yaml.safe_load(folder.joinpath(f"summary_{language}.yaml").read_text("utf-8"))
        for language in ("ru", "en")
    )

    assert keys(russian) == keys(english)
