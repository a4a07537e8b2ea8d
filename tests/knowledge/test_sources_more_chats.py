"""Exported chats become cases of unknown outcome; canned replies become scripts."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from knowledge.documents import Document
from knowledge.sources import Reading, SourceFile, Wishes, masked_reading, read_file

ASKED = "Здравствуйте, заказ 784 не приехал второй день"
SAID = "Привезём завтра до обеда"


def read(folder: Path, text: str, name: str) -> Reading:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_file(SourceFile(path, str(path), path.stem), Wishes())


def read_json(folder: Path, value: Any) -> Reading:
    return read(folder, json.dumps(value, ensure_ascii=False), "chats.json")


def only_chat(reading: Reading) -> Document:
    assert not reading.documents
    (chat,) = reading.chats
    return chat


def message(role: Any, text: str | None, **more: Any) -> dict[str, Any]:
    return {"role": role, "text": text, **more}


def hide_phones(text: str) -> str:
    return text.replace("+7 916 123-45-67", "[PHONE_1]")


def test_messages_a_line_are_one_conversation_in_order_of_time(tmp_path: Path) -> None:
    lines = [
        message("operator", SAID, time="2026-11-22T10:07:00+03:00"),
        message("customer", ASKED, time="2026-11-22T10:05:00+03:00"),
    ]

    chat = only_chat(read(tmp_path, "\n".join(map(json.dumps, lines)), "chat.jsonl"))

    assert (chat.kind, chat.locale, chat.record) == ("case", "ru", None)
    assert chat.title == ASKED
    assert chat.body == f"Клиент: {ASKED}\nОператор: {SAID}"


def test_an_answer_of_chatwoot_with_messages_is_read(tmp_path: Path) -> None:
    messages = [
        {"content": "Assigned to Anna", "message_type": 2, "created_at": 1, "conversation_id": 12},
        {"content": ASKED, "message_type": 0, "created_at": 2, "conversation_id": 12},
        {"content": None, "message_type": 0, "created_at": 3, "conversation_id": 12},
        {"content": "Он уже ругался", "message_type": 1, "private": True, "created_at": 4},
        {"content": "Мы на связи!", "message_type": 3, "created_at": 5, "conversation_id": 12},
        {"content": f"<p>{SAID}</p>", "message_type": 1, "created_at": 6, "conversation_id": 12},
    ]

    chat = only_chat(read_json(tmp_path, {"meta": {"labels": []}, "payload": messages}))

    assert chat.id == "ru:chats-12"
    assert chat.body == f"Клиент: {ASKED}\nБот: Мы на связи!\nОператор: {SAID}"


def test_conversations_of_chatwoot_are_a_case_each_with_labels_and_without_names(
    tmp_path: Path,
) -> None:
    sender = {"name": "Гульнара Хабибуллина", "email": "g@example.com"}
    conversations = [
        {
            "id": n,
            "labels": ["доставка"],
            "meta": {"sender": sender},
            "messages": [
                {"content": f"Где мой заказ {n}, это Гульнара", "message_type": "incoming"},
                {"content": "Гульнаре привезут завтра", "message_type": "outgoing"},
            ],
        }
        for n in (1, 2)
    ]

    reading = read_json(tmp_path, {"data": {"meta": {}, "payload": conversations}})

    assert [chat.id for chat in reading.chats] == ["ru:chats-1", "ru:chats-2"]
    assert reading.chats[0].tags == ("доставка",)
    assert reading.chats[0].body == (
        "Клиент: Где мой заказ 1, это [NAME]\nОператор: [NAME] привезут завтра"
    )


def test_logins_that_an_export_gives_are_taken_out_of_what_was_said(tmp_path: Path) -> None:
    messages = [
        {"role": "user", "text": "It is cminh730, mail cminh730@example.com"},
        {"role": "agent", "text": "Thanks, cminh730!"},
    ]
    chat = {"id": 3, "customer": {"username": "cminh730"}, "messages": messages}

    body = only_chat(read_json(tmp_path, [chat])).body

    assert body == "Customer: It is [NAME], mail cminh730@example.com\nOperator: Thanks, [NAME]!"


def test_our_own_conversations_and_pairs_of_who_and_what_are_read(tmp_path: Path) -> None:
    ours = {
        "id": "c1",
        "messages": [message("customer", "Where is my order?"), message("bot", "Hi")],
    }
    pairs = {
        "convo": [["customer", "Where is my order?"], ["agent", "On its way"], ["action", "x"]]
    }

    reading = read_json(tmp_path, [ours, pairs])

    assert [chat.body for chat in reading.chats] == [
        "Customer: Where is my order?\nOperator: On its way"
    ]
    assert [refusal.reason for refusal in reading.refused] == ["no message of an operator"]


@pytest.mark.parametrize(
    "table",
    [
        "conversation_id,role,text,created_at\n7,client,{asked},1\n7,agent,{said},2\n8,client,Эй,3\n",
        "Номер чата;Отправитель;Сообщение;Дата\n7;Оператор;{said};22.11.2026 10:07\n"
        "7;Клиент;{asked};22.11.2026 10:05\n",
        "chatId\tDirection\tSender\tMessage\n7\tin\tПётр\t{asked}\n7\tout\tАнна\t{said}\n",
    ],
)
def test_a_table_with_a_conversation_id_is_chats(tmp_path: Path, table: str) -> None:
    text = table.format(asked=ASKED.replace(",", ""), said=SAID)

    chat = only_chat(read(tmp_path, text, "chats.csv"))

    assert chat.id == "ru:chats-7"
    assert chat.body == f"Клиент: {ASKED.replace(',', '')}\nОператор: {SAID}"


def test_an_article_with_an_author_is_no_chat(tmp_path: Path) -> None:
    rows = "Вопрос,Ответ,Автор,Текст\nКак?,Так,Оператор,x\nКуда?,Туда,Клиент,y\n"

    reading = read(tmp_path, rows, "faq.csv")

    assert [each.answer for each in reading.documents] == ["Так", "Туда"]
    assert not reading.chats


def test_a_phone_number_is_no_part_of_an_id(tmp_path: Path) -> None:
    lines = [
        message(who, "Где мой заказ сейчас", chat_id="79161234567") for who in ("user", "agent")
    ]

    chat = only_chat(read_json(tmp_path, lines))

    assert "7916" not in chat.model_dump_json()


def test_chats_are_refused_where_they_cannot_be_masked(tmp_path: Path) -> None:
    chats = read_json(tmp_path, [message("customer", ASKED), message("operator", SAID)])

    reading = masked_reading(chats, None)

    assert not reading.documents
    assert "only where personal data can be masked" in reading.refused[0].reason


def test_a_title_is_cut_after_it_was_masked(tmp_path: Path) -> None:
    asked = f"{'слово ' * 18}+7 916 123-45-67 {'слово ' * 30}"
    chats = read_json(tmp_path, [message("customer", asked), message("operator", SAID)])

    (document,) = masked_reading(chats, hide_phones).documents

    assert "916" not in document.model_dump_json()
    assert document.title.endswith("[PHONE_1]…")
    assert len(document.title) <= 121


def test_cases_that_people_wrote_are_masked_too(tmp_path: Path) -> None:
    phone = "+7 916 123-45-67"
    record = {
        "kind": "case", "id": "K1", "locale": "ru", "title": f"Звонил {phone}", "outcome": "worked",
        "turns": [{"role": "customer", "text": f"Мой номер {phone}"}], "body": f"Номер {phone}",
    }  # fmt: skip
    plain = read(tmp_path, json.dumps(record), "case.jsonl")

    (document,) = masked_reading(plain, hide_phones).documents

    assert "916" not in document.model_dump_json()
    assert document.model_dump_json().count("[PHONE_1]") == 4


def test_canned_replies_are_scripts_whose_variables_are_open_brackets(tmp_path: Path) -> None:
    replies = [
        {
            "id": 3,
            "short_code": "return_terms",
            "content": "Здравствуйте, {{ contact.name }}! 14 дней.",
        }
    ]

    (document,) = read_json(tmp_path, replies).documents

    assert (document.kind, document.question) == ("script", "return terms")
    assert document.answer == "Здравствуйте, [contact name?]! 14 дней."


def test_a_long_conversation_is_cut_and_says_so(tmp_path: Path) -> None:
    many = [message(("customer", "operator")[n % 2], f"Сообщение номер {n}") for n in range(500)]

    reading = read_json(tmp_path, many)

    assert reading.chats[0].body.count("\n") == 199
    assert [each.reason for each in reading.refused] == ["only the first 200 messages are taken in"]


@pytest.mark.parametrize(
    "text", ["{" * 100_000, "[]" * 50_000, "а" * 100_000, "22.11." * 20_000, "-" * 100_000]
)
def test_time_grows_with_the_length_of_a_message(tmp_path: Path, text: str) -> None:
    said = [message("customer", text, time=text, name=text), message("operator", SAID, time="1")]
    canned = [{"short_code": text, "content": text}]
    started = time.process_time()

    read_json(tmp_path, said)
    read_json(tmp_path, canned)

    assert time.process_time() - started < 15
