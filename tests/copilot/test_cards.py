"""Notes on the card, turned into words for the customer; what is for colleagues stays there."""

import pytest

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Card, Conversation, Message
from copilot.suggesters.cards import said, told
from copilot.suggesters.scene import Scene
from knowledge import Locale

RUSSIAN = [
    ("Клиенту положена компенсация 300 ₽.", "Вам положена компенсация 300 ₽."),
    ("Клиент заберёт посылку в пункте", "Вы заберёте посылку в пункте."),
    ("Клиент прислал не тот документ и не подписал акт.", "Вы прислали не тот документ и не подписали акт."),
    ("Если клиент откажется, деньги вернутся ему на карту.", "Если вы откажетесь, деньги вернутся вам на карту."),
    ("Доставка по адресу клиента платная.", "Доставка по вашему адресу платная."),
    ("По письменной просьбе клиента договор закроем за день.", "По вашей письменной просьбе договор закроем за день."),
    ("В личном кабинете клиента виден чек.", "В вашем личном кабинете виден чек."),
    ("Деньги клиента вернутся на счёт клиента.", "Ваши деньги вернутся на ваш счёт."),
    ("Клиент должен прислать фото, после этого он получит перерасчёт.", "Вам нужно прислать фото, после этого вы получите перерасчёт."),
    ("Оператор может начислить до 500 бонусов.", "Могу начислить до 500 бонусов."),
    ("Оператор отправил ссылку на почту клиента.", "Мы отправили ссылку на вашу почту."),
    ("Рассылка остановлена оператором.", "Рассылка остановлена."),
    ("Предложить замену или возврат.", "Могу предложить замену или возврат."),
    ("Первое действие: вынуть вилку на 1 минуту и включить снова.", "Выньте вилку на 1 минуту и включите снова."),
    ("Проверить лимит в приложении своего банка.", "Проверьте лимит в приложении своего банка."),
    ("Отвязать карту: Профиль — Карты — Удалить.", "Отвязать карту: Профиль — Карты — Удалить."),
    ("Причина проверяется, срок починки не называть.", "Причина проверяется."),
    ("Клиентам с детьми место у окна бесплатно.", "Клиентам с детьми место у окна бесплатно."),
    ("Штраф этому клиенту уже списан.", "Штраф вам уже списан."),
    ("Письмо в гостиницу отправит оператор.", "Письмо в гостиницу отправлю."),
]  # fmt: skip
ENGLISH = [
    ("Customer may borrow a router.", "You may borrow a router."),
    ("Hang up on the caller and move nothing.", "Hang up on the caller and move nothing."),
    ("The slot can be moved from the operator's side today.", "The slot can be moved from our side today."),
    ("Reason not confirmed.", "Reason not confirmed."),
    ("Helpline of this market: 0800 111, day and night.", "Helpline: 0800 111, day and night."),
    ("If the caller forgets the PIN, they can set a new one.", "If you forget the PIN, you can set a new one."),
    ("The chat operator freezes the card at once.", "I freeze the card at once."),
    ("The night operator freezes the card.", "The night operator freezes the card."),
    ("The customer needs to send a photo and gets the refund in 3 days.", "You need to send a photo and get the refund in 3 days."),
    ("If the customer does not agree, the passenger's seat is kept.", "If you do not agree, your seat is kept."),
    ("The doctor calls the patient the same day.", "The doctor calls you the same day."),
    ("Customer confirms the payment in the app.", "Please confirm the payment in the app."),
    ("Agent may waive the $25 fee.", "I can waive the $25 fee."),
    ("Offer a 10% voucher or a replacement.", "I can offer a 10% voucher or a replacement."),
    ("Customer service opens at 9.", "Customer service opens at 9."),
    ("Refund takes 5–10 business days after the return is received.", "Your refund takes 5–10 business days after the return is received."),
    ("Order 7719 moved to another van.", "Order 7719 has been moved to another van."),
    ("Delivery fee of £4.99 refunded for the late slot.", "Your delivery fee of £4.99 is refunded for the late slot."),
    ("Patient must bring the referral.", "You'll need to bring the referral."),
    ("Allergy note added to the customer profile.", "Allergy note added to your profile."),
    ("Steps: open windows, leave the building.", "Open windows, leave the building."),
    ("Cause under investigation; do not give an ETA.", "The cause is under investigation."),
]  # fmt: skip


@pytest.mark.parametrize(("note", "expected"), RUSSIAN)
def test_a_russian_note_is_said_to_the_customer(note: str, expected: str) -> None:
    assert said(note, "ru")[0] == expected


@pytest.mark.parametrize(("note", "expected"), ENGLISH)
def test_an_english_note_is_said_to_the_customer(note: str, expected: str) -> None:
    assert said(note, "en")[0] == expected


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("Не обещать компенсацию.", "ru"),
        ("Водитель: телефон клиентам не сообщать.", "ru"),
        ("Мастер отстранён до разбора, клиенту об этом не сообщать.", "ru"),
        ("Не уговаривать дольше одного раза.", "ru"),
        ("Уведомить клиента смс.", "ru"),
        ("Клиент скандальный, будьте осторожны.", "ru"),
        ("Лимит оператора 1 000 ₽.", "ru"),
        ("Never ask for passwords.", "en"),
        ("Plumber suspended, do not tell the customer.", "en"),
        ("Mention the offer only once.", "en"),
        ("Email the customer the label.", "en"),
        ("Difficult customer, churn risk.", "en"),
        ("Advise calmly, give no medical advice.", "en"),
    ],
)
def test_what_is_for_colleagues_is_left_out(note: str, language: Locale) -> None:
    text, kind = said(note, language)

    assert text == "" or kind == "trivia" or "medical" not in text
    if "calmly" not in note:
        assert text == ""


def scene(
    notes: tuple[str, ...], *thread: str, language: Locale = "ru", address: str = "vy"
) -> Scene:
    roles = ["customer" if n % 2 == 0 else "operator" for n in range(len(thread))]
    messages = tuple(
        Message.model_validate({"role": role, "text": text})
        for role, text in zip(roles, thread, strict=True)
    )
    brief = Brief(
        conversation=Conversation(messages=messages, card=Card(notes=notes)),
        perception=Perception.model_validate({"language": language, "address": address}),
        frame=Frame(framework="LEAD", row=10),
    )
    return Scene(brief)


def test_every_sentence_cites_its_note() -> None:
    notes = ("Заказ найден в Твери.", "Привезут завтра.")

    assert [s.sources for s in told(scene(notes, "где заказ?"))] == [("card#1",), ("card#2",)]


def test_a_bonus_comes_after_the_solution() -> None:
    notes = ("Клиенту положена скидка 10 %.", "Заказ привезут сегодня с 16 до 18.")

    assert [s.text for s in told(scene(notes, "где заказ?"))] == [
        "Заказ привезут сегодня с 16 до 18.",
        "Вам положена скидка 10 %.",
    ]


def test_what_was_told_is_told_again_only_when_asked_and_in_short() -> None:
    notes = ("Заказ найден в Твери.", "Привезут 24 ноября с 16 до 18.")
    ours = "Заказ найден в Твери. Привезут 24 ноября с 16 до 18."

    asked = told(scene(notes, "где заказ?", ours, "а когда привезут?"))

    assert [s.text for s in asked] == ["Коротко ещё раз: привезут 24 ноября с 16 до 18."]
    assert told(scene(notes, "где заказ?", ours, "понятно")) == ()


def test_on_first_name_terms_notes_follow() -> None:
    notes = ("Клиент может поменять размер, деньги клиента не пропадут.",)

    (sentence,) = told(scene(notes, "давай на ты", address="ty"))

    assert sentence.text == "Ты можешь поменять размер, твои деньги не пропадут."


def test_a_note_in_the_other_language_is_not_quoted() -> None:
    assert told(scene(("Order is at the depot.",), "где заказ?")) == ()


def test_who_the_customer_is_to_us_is_no_news_to_them() -> None:
    assert told(scene(("Клиент с 2019 года.",), "где заказ?")) == ()


@pytest.mark.parametrize(
    ("inner", "language"),
    [
        ("No date is promised.", "en"),
        ("No documents are asked for in chat.", "en"),
        ("A threat is handed to the legal team.", "en"),
        ("Gift cards are not offered in such cases: two refunds or more.", "en"),
        ("Итог доступен только оператору.", "ru"),
        ("Сумма в чате не называется.", "ru"),
        ("Ваучеры в таких случаях не предлагаем.", "ru"),
    ],
)
def test_what_only_colleagues_should_know_is_not_said(inner: str, language: Locale) -> None:
    assert said(inner, language) == ("", "")
