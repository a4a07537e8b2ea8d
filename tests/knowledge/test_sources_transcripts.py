"""What people wrote to each other is a case and masked, in whatever form it comes."""

import json
from pathlib import Path

import pytest

from knowledge.sources import Reading, SourceFile, Wishes, read_file

TALK = """Клиент: Здравствуйте, где мой заказ 123?
Оператор Анна: Добрый день, Анна на связи.
Клиент: Жду уже неделю!
Мой номер 8 916 123-45-67
Оператор Анна: Завтра привезут.
"""
NAMED = """[22.11.2026, 10:05:12] Иван: Здравствуйте
[22.11.2026, 10:05:40] Лампа: Добрый день
[22.11.2026, 10:06:12] Иван: Где заказ?
[22.11.2026, 10:07:12] Лампа: Едет
"""


def read(folder: Path, text: str, name: str, wishes: Wishes | None = None) -> Reading:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_file(SourceFile(path, str(path), path.stem), wishes or Wishes())


@pytest.mark.parametrize("name", ["talk.txt", "talk.md"])
def test_a_conversation_in_a_text_is_a_case(tmp_path: Path, name: str) -> None:
    reading = read(tmp_path, TALK, name)

    assert not reading.documents
    (chat,) = reading.chats
    assert (chat.kind, chat.title) == ("case", "Здравствуйте, где мой заказ 123?")
    assert chat.body == (
        "Клиент: Здравствуйте, где мой заказ 123?\nОператор: Добрый день, [NAME] на связи.\n"
        "Клиент: Жду уже неделю! Мой номер 8 916 123-45-67\nОператор: Завтра привезут."
    )


def test_conversations_stand_apart_where_a_line_is_drawn(tmp_path: Path) -> None:
    chats = read(tmp_path, f"{TALK}\n-----\n{TALK.replace('заказ', 'чайник')}", "talk.txt").chats

    assert len(chats) == 2
    assert [chat.place for chat in chats] == ["line 1", "line 8"]


def test_times_put_messages_in_order(tmp_path: Path) -> None:
    text = (
        "22.11.2026 10:07 Support: On its way\n22.11.2026 10:06 Customer: Hi, where is it all?\n"
        "22.11.2026 10:08 Customer: ok\n22.11.2026 10:09 Support: Bye"
    )

    (chat,) = read(tmp_path, text, "talk.txt").chats

    assert chat.body.startswith("Customer: Hi, where is it all?\nOperator: On its way")


def test_a_conversation_without_roles_is_refused(tmp_path: Path) -> None:
    messages = [
        {"id": n, "type": "message", "date": "2026-11-22T10:00:00", "from": "Иван",
         "text": f"Здравствуйте, жду свой заказ уже {n} дней и никто не отвечает"}
        for n in range(9)
    ]  # fmt: skip
    readings = (
        read(tmp_path, NAMED, "whatsapp.txt"),
        read(tmp_path, json.dumps({"name": "Иван", "messages": messages}), "telegram.json"),
        read(tmp_path, "date,from,text\n2026-11-22,Иван,Где заказ?\n", "messages.csv"),
    )

    for reading in readings:
        assert not reading.documents
        assert not reading.chats
        assert reading.refused[0].reason.startswith("a conversation that does not say who")


def test_a_table_that_names_customers_holds_cases(tmp_path: Path) -> None:
    table = "Вопрос,Ответ,Телефон клиента\nГде мой заказ?,Едет,8 916 123-45-67\n"

    (case,) = read(tmp_path, table, "tickets.csv").chats

    assert (case.kind, case.question, case.answer) == ("case", "Где мой заказ?", "Едет")
    assert read(tmp_path, table, "tickets.csv", Wishes("script")).documents[0].kind == "script"


@pytest.mark.parametrize(
    "text",
    [
        "В: Как вернуть?\nО: Так.\nВ: Где?\nО: Тут.\nВ: Когда?\nО: Завтра.",
        "# Словарь\nSLA: срок ответа\nTTR: время решения\nNPS: лояльность\nFCR: решено сразу",
        "Имя: Ольга\nГород: Москва\nЗаказ: 5\nДата: вчера",
        "# Тон\nПишем по делу.\nКлиент: Где заказ?\nОператор: Едет.\nТак и надо.\nВот так.\nЕщё.",
    ],
)
def test_other_lines_with_colons_are_no_conversation(tmp_path: Path, text: str) -> None:
    reading = read(tmp_path, text, "page.md")

    assert reading.documents
    assert not reading.chats
    assert not reading.refused
