"""A pasted chat is read with the right roles, whatever it was copied from."""

import time

import pytest

from knowledge import Locale
from ui.demo import demo_conversation
from ui.locales import LANGUAGES
from ui.panel.thread import card_text
from ui.paste import read_card, read_paste


def roles(text: str) -> str:
    return " ".join(message.role for message in read_paste(text).messages)


LOGS = {
    "labels": "Клиент: Где заказ?\nОператор: Проверяю\nКлиент: жду",
    "labels in English": "Customer: Where is it?\nAgent (Sarah): Checking\nCustomer: waiting",
    "bold labels": "**Customer:** Where?\n**Agent:** Checking\n**Customer:** waiting",
    "time first": "[10:05] Клиент: Где?\n[10:06] Оператор Анна: Тут\n[10:07] Клиент: ау",
    "whatsapp on android": "22.11.2026, 10:05 - Ира: где?\n22.11.2026, 10:06 - Маяк поддержка: тут\n"
                           "22.11.2026, 10:07 - Ира: ау",
    "whatsapp on a phone": "[22.11.2026, 10:05:33] Ира: где?\n[22.11.2026, 10:06:01] Support: тут\n"
                           "[22.11.2026, 10:07:01] Ира: ау",
    "american dates": "11/22/26, 10:05 AM - Ann: where?\n11/22/26, 10:06 AM - Bob: how can I help?\n"
                      "11/22/26, 10:07 AM - Ann: hello?",
    "telegram": "Анна, [22.11.2026 10:05]\nгде?\n\nМаяк, [22.11.2026 10:06]\nСпасибо за обращение\n\n"
                "Анна, [22.11.2026 10:07]\nау",
    "jivo and zendesk": "(10:05:12) Visitor 32452: where?\n(10:05:30) Max: Hi, how can I help?\n"
                        "(10:06:00) Visitor 32452: waiting",
    "usedesk": "Клиент (22.11.2026 10:05):\nгде?\nСотрудник Иван (22.11.2026 10:06):\nтут\n"
               "Клиент (22.11.2026 10:07):\nау",
    "name and time above": "Jane Doe  10:05 AM\nwhere?\nSupport Team  10:06 AM\nLet me check\n"
                           "Jane Doe  10:07 AM\nwaiting",
    "name, then time, then text": "Анна\n10:05\nгде?\nПоддержка\n10:06\nтут\nАнна\n10:07\nау",
    "first names only": "Анна: где?\nПётр: сейчас проверю\nАнна: жду",
}  # fmt: skip


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS.keys())
def test_a_chat_log_is_cut_into_messages_with_roles(log: str) -> None:
    assert read_paste(log).log
    assert roles(log) == "customer operator customer"


def test_the_labels_and_times_do_not_stay_in_the_text() -> None:
    first, second, _ = read_paste(LOGS["telegram"]).messages
    assert (first.text, second.text) == ("где?", "Спасибо за обращение")


def test_lines_below_belong_to_the_message_above() -> None:
    (message,) = read_paste("Клиент: первое\nвторое\n\nтретье").messages
    assert message.text == "первое\nвторое\n\nтретье"


def test_a_bot_is_told_from_a_person() -> None:
    assert roles("Клиент: ау\nБот: Я бот\nОльга: уточню") == "customer bot operator"


def test_the_one_who_greets_like_a_service_is_ours_even_when_first() -> None:
    log = "10:05 Мария: Здравствуйте, меня зовут Мария, чем могу помочь?\n10:06 Пётр: где стол"
    assert roles(log) == "operator customer"


@pytest.mark.parametrize("text", [
    "Где заказ? Пишу в 10:05 и жду",
    "Заказ: 784-1120\nАдрес: Ленина 5\nПроблема: не привезли",
    "Оператор сказал: ждите\nа я жду",
    "Я же просила: верните деньги",
    "https://example.ru/a: не открывается",
    "Order: 55-1\nName: Ann\nProblem: it leaks",
    "Я заказывал: стол, стул\nПришло: стул",
])  # fmt: skip
def test_plain_words_are_one_message_of_the_customer(text: str) -> None:
    read = read_paste(text)
    assert not read.log
    assert [(m.role, m.text) for m in read.messages] == [("customer", text)]


def test_what_a_chat_writes_by_itself_is_left_out() -> None:
    log = "10:05 Клиент: где?\nОльга присоединилась к чату\n10:06 Ольга: тут"
    assert [m.text for m in read_paste(log).messages] == ["где?", "тут"]


def test_guessed_roles_are_marked_as_guessed() -> None:
    assert read_paste(LOGS["first names only"]).guessed
    assert not read_paste(LOGS["labels"]).guessed


def test_our_own_json_is_taken_as_it_is() -> None:
    assert (
        roles('{"messages": [{"role": "bot", "text": "a"}, {"role": "customer", "text": "b"}]}')
        == "bot customer"
    )


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b"])
def test_nothing_is_read_from_nothing(text: str) -> None:
    assert "".join(m.text for m in read_paste(text).messages).strip() == ""


@pytest.mark.parametrize("text", [
    "а" * 200_000, "A: " * 60_000, "[10:05] " * 20_000, "10:05 - a" * 20_000, "a, " * 60_000,
    "Имя: т\n" * 20_000, ("A" * 399 + "\n") * 400, "10:05\n" * 30_000, ("1 " * 200 + "\n") * 400,
    "_" * 200_000, "**" * 90_000, "A\u00a0" * 90_000,
])  # fmt: skip
def test_reading_takes_time_in_proportion_to_the_length(text: str) -> None:
    start = time.process_time()
    read_paste(text)
    assert time.process_time() - start < 15


def test_the_card_takes_known_labels_as_facts_and_the_rest_as_notes() -> None:
    card = read_card(
        "заказ: 784-1120\nвозврат одобрен 20.11\nТрек-номер: AB1\nважно: звонить после 18"
    )
    assert card.facts == {"order": "784-1120", "track": "AB1"}
    assert card.notes == ("возврат одобрен 20.11", "важно: звонить после 18")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_written_out_is_read_back_the_same(language: Locale) -> None:
    card = demo_conversation(language).card
    assert read_card(card_text(card, language)) == card


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "kind",
    ["order", "date", "sum", "product", "address", "deadline", "name", "contact", "track", "promo"],
)
def test_every_fact_can_be_written_and_read(language: Locale, kind: str) -> None:
    card = read_card("")
    card = card.model_copy(update={"facts": {kind: "1"}})
    assert read_card(card_text(card, language)).facts == {kind: "1"}
