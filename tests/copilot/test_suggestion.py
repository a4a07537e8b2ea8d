"""Drafts keep the operator's text as it is, and brackets stop copying."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.suggestion import Draft, Finding, Sentence, Suggestion


@pytest.mark.parametrize(
    "text",
    [
        "Одно предложение",
        "Вижу заказ. Верну 890 ₽ сегодня! Удобно?",
        "1. Шаг один.\n2. Шаг два.\n\nИтог.",
        'Hi! It\'s on us. (Yes.) "Done." OK',
        "  отступ и хвост  ",
        "\n\nс новой строки",
        "v1.2.3 … и т. д.",
    ],
)
def test_cutting_into_sentences_keeps_every_character(text: str) -> None:
    assert Draft.from_text(text).text == text


@given(st.text(max_size=200))
def test_any_text_survives_the_cut(text: str) -> None:
    assert Draft.from_text(text).text == text


def test_sentences_are_told_apart() -> None:
    draft = Draft.from_text("Вижу заказ. Верну 890 ₽ сегодня! Удобно?")

    assert [s.text for s in draft.sentences] == ["Вижу заказ.", "Верну 890 ₽ сегодня!", "Удобно?"]


def test_open_brackets_are_named_once_and_block() -> None:
    draft = Draft(sentences=(Sentence(text="Привезут [срок?], не позже [срок?], [кто?]."),))

    assert draft.slots == ("срок", "кто")
    assert Suggestion(draft=draft).blocked


def test_a_critical_finding_blocks_and_a_high_one_does_not() -> None:
    draft = Draft(sentences=(Sentence(text="Пришлите код."),))
    critical = Finding(
        rule="RU-H1", type="ask_secret", severity="critical", span="код", start=9, end=12
    )
    high = critical.model_copy(update={"severity": "high"})

    assert Suggestion(draft=draft, findings=(critical,)).blocked
    assert not Suggestion(draft=draft, findings=(high,)).blocked


def test_the_json_is_that_of_the_contract() -> None:
    draft = Draft(sentences=(Sentence(step="D", text="Верну деньги.", sources=("ru:S06#0",)),))

    data = Suggestion(draft=draft).model_dump(mode="json")

    assert data["text"] == "Верну деньги."
    assert data["sentences"][0]["step"] == "D"
    assert data["sentences"][0]["sources"] == ["ru:S06#0"]
    assert {"slots", "findings", "origin", "blocked", "label"} <= data.keys()
