"""Facts, requests, language and address: what need not be asked again, and how to answer."""

from datetime import UTC, datetime

import pytest

from copilot.brief import Perception
from copilot.conversation import Card, Conversation, Message
from copilot.perception import perceive

_NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday


def said(*texts: str, card: Card | None = None) -> Perception:
    messages = [
        Message(
            role="operator" if text.startswith("o:") else "customer", text=text.removeprefix("o:")
        )
        for text in texts
    ]
    return perceive(Conversation(messages=tuple(messages), now=_NOW, card=card or Card()))


def facts(text: str) -> dict[str, str]:
    return {fact.kind: fact.value for fact in said(text).facts}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("заказ 784-1120 не приехал", "order", "784-1120"),
        ("Заказ № 12345", "order", "12345"),
        ("order #A-1029 please", "order", "A-1029"),
        ("где заказ WB-4410092?", "order", "WB-4410092"),
        ("списали 1 200 ₽", "sum", "1 200 ₽"),
        ("перевёл 1,2 тыс. руб", "sum", "1 200 ₽"),
        ("заплатил 15к", "sum", "15 000 ₽"),
        ("it cost $20", "sum", "$20"),
        ("charged £1,299.50", "sum", "£1,299.50"),
        ("купил 3 мая", "date", "2026-05-03"),
        ("это было 15.03.2026", "date", "2026-03-15"),
        ("it arrived last Tuesday", "date", "2026-11-17"),
        ("ordered on November 3rd", "date", "2026-11-03"),
        ("пришло вчера", "date", "2026-11-22"),
        ("Меня зовут Анна Петрова", "name", "Анна Петрова"),
        ("Когда откроетесь? Мария", "name", "Мария"),
        ("my email is a.b@mail.co", "contact", "a.b@mail.co"),
        ("звоните 8 (916) 123-45-67", "contact", "+79161234567"),
        ("ул. Ленина, д. 5, кв. 12", "address", "ул. Ленина, д. 5, кв. 12"),
        ("промокод LETO2026 не подошёл", "promo", "LETO2026"),
        ("трек AB123456789RU", "track", "AB123456789RU"),
        ("роутер перезагружал, не помогло", "tried", "роутер перезагружал"),
        ("I already restarted the app, no luck", "tried", "i already restarted the app"),
        ("Обещали вчера до 18, но никого", "promise", "Обещали вчера до 18"),
        ("you said by Friday it would be here", "promise", "you said by Friday it would be here"),
        ("нужно до 16:00 обязательно", "deadline", "2026-11-23T16:00"),
        ("we launch in 3 hours, please help", "deadline", "2026-11-23T13:00"),
        ("привезли без крышки", "item", "крышка"),
        ("в наборе не хватает двух ножей", "item", "ножи"),
        ("my shelf arrived without screws", "item", "screws"),
        ("купила новую куртку, полиняла", "product", "новая куртка"),
        ("I bought a blue kettle and it leaks", "product", "blue kettle"),
    ],
)
def test_a_fact_is_read_and_brought_to_one_form(text: str, kind: str, value: str) -> None:
    assert facts(text).get(kind) == value


@pytest.mark.parametrize(
    "text",
    [
        "жду 15 минут, звонил 3 раза, 100% уверен",
        "заказал товар, не пришло",
        "пришло без предупреждения",
        "не хватает терпения",
        "I ordered something without asking",
    ],
)
def test_better_no_fact_than_a_wrong_one(text: str) -> None:
    assert facts(text) == {}


def test_the_card_comes_first_and_a_fact_is_named_once() -> None:
    perception = said("заказ 784-1120, повторяю: 784-1120", card=Card(facts={"order": "784-1120"}))

    assert [(fact.kind, fact.value, fact.message) for fact in perception.facts] == [
        ("order", "784-1120", -1)
    ]


def test_facts_of_the_whole_thread_keep_their_message() -> None:
    perception = said("заказ 31-5544", "o:Что случилось?", "не хватает крышки")

    assert [(fact.kind, fact.message) for fact in perception.facts] == [("order", 0), ("item", 2)]


def test_the_request_is_the_matter_without_greeting_and_rant() -> None:
    request = said("Здравствуйте! Да вы издеваетесь. Как вернуть деньги за билет? Позор!").request

    assert request == "Как вернуть деньги за билет?"


def test_a_nudge_keeps_the_earlier_request_open() -> None:
    request = said("Нужна замена разбитой лампы", "o:Минуту", "ау", "есть кто?").request

    assert request == "Нужна замена разбитой лампы"


def test_thanks_close_the_request() -> None:
    assert said("Где чек?", "o:Отправила", "спасибо, пришёл").request == ""


def test_several_questions_are_several_requests() -> None:
    requests = said("Как сменить тариф? И сколько стоит доставка в Казань?").requests

    assert "Как сменить тариф?" in requests
    assert "И сколько стоит доставка в Казань?" in requests


def test_a_request_fits_into_one_line() -> None:
    long = "Не работает интернет " + "и телефон тоже не работает " * 40

    assert len(said(long).request) <= 200
    assert "\n" not in said("верните\nденьги\nза билет").request


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (("где заказ",), "ru"),
        (("where is it",), "en"),
        (("Zdravstvuyte, kogda privezut moy zakaz",), "ru"),
        (("ghbdtn gjxtve yt hf,jnftn",), "ru"),
        (("Где мой заказ?", "o:Проверяю", "ok"), "ru"),
        (("Where is my order?", "o:Checking", "👍"), "en"),
        (("Не открывается dashboard, пишет session expired please log in",), "ru"),
        (("Доброго дня, де моє замовлення?",), "ru"),
        (("o:Hello, how can I help?",), "en"),
    ],
)
def test_language_of_short_mixed_and_transliterated_messages(
    texts: tuple[str, ...], language: str
) -> None:
    assert said(*texts).language == language


def test_a_third_language_is_a_barrier() -> None:
    assert said("Доброго дня, де моє замовлення? Чекаю вже тиждень").has("language_barrier")
    assert said("Guten Tag, wo ist meine Bestellung? Ich möchte mein Geld zurück").language == "en"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Привет, давай на ты", "ty"),
        ("Привет! Подскажи, где у тебя каталог", "ty"),
        ("ты тупой, верни деньги", "vy"),
        ("Подскажите, где каталог", "vy"),
    ],
)
def test_the_familiar_address_is_the_customers_to_offer(text: str, address: str) -> None:
    assert said(text).address == address
