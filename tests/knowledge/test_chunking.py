"""Documents are cut under headings and between sentences, the heading always in front."""

import pytest

from knowledge.chunking import MAX_TOKENS, cut
from knowledge.documents import Case, CaseTurn, Commitment, Document, Reply, Script, ToneRule


def words(text: str) -> int:
    """Count a token a word; a run of letters longer than 20 counts by its length."""
    return sum(1 + len(word) // 20 for word in text.split())


def article(body: str, **fields: object) -> Document:
    values = {"id": "ru:a", "kind": "script", "locale": "ru", "title": "Возврат", "body": body}
    return Document.model_validate(values | fields)


def test_each_section_is_a_chunk_under_its_headings() -> None:
    body = "# Возврат\nЗа 14 дней.\n\n## Деньги\nНа карту.\n\n### Сроки\nТри дня."

    pieces = cut(article(body), words)

    assert [piece.text for piece in pieces] == [
        "Возврат\nЗа 14 дней.",
        "Возврат › Деньги\nНа карту.",
        "Возврат › Деньги › Сроки\nТри дня.",
    ]
    assert pieces[2].questions == ("Деньги › Сроки",)


def test_the_title_stands_in_front_even_when_the_page_does_not_say_it() -> None:
    (piece,) = cut(article("Просто текст."), words)

    assert piece.text == "Возврат\nПросто текст."


def test_a_long_section_is_cut_between_sentences_without_overlap() -> None:
    sentences = [f"Предложение номер {n} из семи слов." for n in range(100)]

    pieces = cut(article(" ".join(sentences)), words)

    assert len(pieces) > 2
    assert all(piece.tokens <= MAX_TOKENS for piece in pieces)
    assert all(piece.text.startswith("Возврат\n") for piece in pieces)
    passages = [piece.text.removeprefix("Возврат\n") for piece in pieces]
    assert " ".join(passages) == " ".join(sentences)
    assert all(passage.endswith("слов.") for passage in passages)


def test_an_answer_has_its_question_in_front_and_alone() -> None:
    document = article("Так.", question="Как вернуть?", answer="Так.", tags=("Доставка", "срок"))

    (piece,) = cut(document, words)

    assert piece.text == "Доставка › Как вернуть?\nТак."
    assert piece.questions == ("Как вернуть?",)


def test_every_part_of_a_long_answer_keeps_its_question() -> None:
    answer = "Шаг за шагом идём. " * 200

    pieces = cut(article(answer, question="Как?", answer=answer), words)

    assert len(pieces) > 1
    assert all(piece.text.startswith("Как?\n") for piece in pieces)
    assert all(piece.questions == ("Как?",) for piece in pieces)


@pytest.mark.parametrize(
    "body", ["абв" * 300, "а " * 50_000, "а. Б" * 25_000, "\ufdfa" * 10, "?!…\n" * 20_000]
)
def test_no_text_makes_a_chunk_that_is_too_long(body: str) -> None:
    pieces = cut(article(body), words)

    assert pieces
    assert all(piece.tokens <= MAX_TOKENS for piece in pieces)
    assert sum(len(piece.text.split("\n", 1)[1]) for piece in pieces) >= 0.9 * len(
        "".join(body.split())
    )


def test_a_question_longer_than_a_chunk_is_cut_in_front() -> None:
    question = "почему " * 500

    pieces = cut(article("Так.", question=question, answer="Так."), words)

    assert [piece.tokens <= MAX_TOKENS for piece in pieces] == [True]
    assert pieces[0].text.endswith("\nТак.")


def test_a_script_is_found_by_its_examples_its_page_and_its_replies() -> None:
    script = Script(
        id="S1",
        locale="ru",
        title="Недостача",
        intent="missing_item",
        trigger_examples=("нет крышки", "не доложили"),
        customer_goal="Получить недостающее.",
        commitments=(Commitment(id="b", type="money", text="бонусы не меньше 10 %"),),
        reply=Reply(solve=("Отправлю недостающее.",)),
    )

    (piece,) = cut(article("# Недостача\nСтраница.", title="Недостача", record=script), words)

    assert piece.text.split("\n") == [
        "Недостача", "нет крышки", "не доложили", "Получить недостающее.", "Страница.",
        "Отправлю недостающее.", "бонусы не меньше 10 %",
    ]  # fmt: skip
    assert piece.questions == ("Недостача", "нет крышки", "не доложили")


def test_a_case_is_found_by_what_its_customer_said() -> None:
    case = Case(
        id="K1",
        locale="ru",
        title="Ёлка",
        outcome="worked",
        lesson="Скажите про день.",
        turns=(CaseTurn(role="customer", text="Где ёлка"), CaseTurn(role="operator", text="Еду")),
    )

    (piece,) = cut(article("Рассказ.", kind="case", record=case), words)

    assert piece.text == "Ёлка\nРассказ.\nСкажите про день.\nГде ёлка"
    assert piece.questions == ("Ёлка", "Где ёлка")


def test_a_tone_rule_keeps_its_advice() -> None:
    rule = ToneRule(
        id="A1", locale="ru", type="calm_down", severity="high", check="D", replacement="Факт."
    )

    (piece,) = cut(article("Почему.", kind="tone", title="Не велим", record=rule), words)

    assert piece.text == "Не велим\nПочему.\nФакт."


def test_drawn_lines_and_data_in_letters_are_cut_short() -> None:
    (piece,) = cut(article(f"Сверху.\n{'+' * 90_000}\n{'iVBORw0KGgo' * 9_000}\nСнизу."), words)

    assert piece.text.startswith("Возврат\nСверху.\n+++\niVBOR")
    assert piece.text.endswith("…\nСнизу.")
    assert len(piece.text) < 300
