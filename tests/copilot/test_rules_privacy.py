"""Personal data are masked, and nothing else; what was masked comes back to the letter."""

import pytest

from copilot.rules import mask


@pytest.mark.parametrize(
    ("text", "secret", "kind"),
    [
        ("карта 4276 3800 1111 1113", "4276 3800 1111 1113", "CARD"),
        ("карта 4276.3800.1111.1113", "4276.3800.1111.1113", "CARD"),
        ("card 5555-5555-5555-4444", "5555-5555-5555-4444", "CARD"),
        ("перезвоните +7 (916) 123-45-67", "+7 (916) 123-45-67", "PHONE"),
        ("тел. 89161234567", "89161234567", "PHONE"),
        ("call me on +44 7911 123456", "+44 7911 123456", "PHONE"),
        ("(212) 555-0147 is mine", "(212) 555-0147", "PHONE"),
        ("мой телефон восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь",
         "девятьсот шестнадцать", "PHONE"),
        ("пишите на ivan.petrov+1@mail.ru", "ivan.petrov+1@mail.ru", "EMAIL"),
        ("ivan собака mail точка ru", "ivan собака mail точка ru", "EMAIL"),
        ("паспорт 45 10 123456", "45 10 123456", "PASSPORT"),
        ("паспорт: 4 510 123456", "4 510 123456", "PASSPORT"),
        ("ИНН 500100732259", "500100732259", "INN"),
        ("СНИЛС 112-233-445 95", "112-233-445 95", "SNILS"),
        ("полис ОМС 7751420834001274", "7751420834001274", "OMS"),
        ("счёт 40817810099910004312", "40817810099910004312", "ACCOUNT"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32", "IBAN"),
        ("imei 356938035643809", "356938035643809", "IMEI"),
        ("живу на Ленина 5 кв 12", "Ленина 5 кв 12", "ADDRESS"),
        ("ул. Большая Садовая, д. 10, корп. 2, кв. 45", "Большая Садовая, д. 10", "ADDRESS"),
        ("I live at 17 Rowan Avenue, Leeds LS8 2PF", "17 Rowan Avenue", "ADDRESS"),
        ("меня зовут иван петров", "иван петров", "NAME"),
        ("С уважением, Козлова А. И.", "Козлова А. И.", "NAME"),
        ("My name is gareth hughes", "gareth hughes", "NAME"),
        ("Regards,\nEmma Johnson", "Emma Johnson", "NAME"),
        ("родился 12.05.1985", "12.05.1985", "DOB"),
        ("date of birth: 7 June 1988", "7 June 1988", "DOB"),
        ("код из смс 4821", "4821", "CODE"),
        ("cvv 123", "123", "CVV"),
        ("мой пин 4471", "4471", "PIN"),
        ("пароль: qwerty", "qwerty", "PASSWORD"),
        ("my password is hunter2", "hunter2", "PASSWORD"),
    ],
)  # fmt: skip
def test_this_is_masked(text: str, secret: str, kind: str) -> None:
    masked = mask(text)

    assert secret not in masked.text
    assert kind in {span.kind for span in masked.spans}
    assert f"[{kind}_1]" in masked.text


@pytest.mark.parametrize(
    "text",
    [
        "Заказ 784-1120, трек RA123456789RU, артикул 12345678",
        "Трек 80085512345671 не обновляется",
        "Сумма 1 200 ₽ от 03.05.2026, скидка 10 %",
        "Роза завяла, а лилии целы. Вера в доставку пропала.",
        "Москва, доставка завтра до 18:00?",
        "Промокод 4821 не сработал, код ошибки 5001",
        "Пароль не подходит, что делать?",
        "Звоните на горячую линию 8 800 555-35-35",
        "Order #A-10293, tracking 1Z999AA10123456784, $59.99 on May 3",
        "Will it arrive by May? Mark my words.",
        "I'm Fine with Friday, thank you",
        "Version 2.10.3 crashes on Windows 11",
        "Майка 48 размера, заказывал 12.04.2026",
    ],
)
def test_this_stays(text: str) -> None:
    assert mask(text).text == text


def test_spans_point_into_the_original() -> None:
    text = "Ёлка! Иван Петров, +7 916 123-45-67"
    masked = mask(text)

    assert [text[s.start : s.end] for s in masked.spans] == ["Иван Петров", "+7 916 123-45-67"]
    assert [s.placeholder for s in masked.spans] == ["[NAME_1]", "[PHONE_1]"]


def test_one_value_has_one_placeholder() -> None:
    masked = mask("a@b.ru или c@d.ru, лучше a@b.ru")

    assert masked.text == "[EMAIL_1] или [EMAIL_2], лучше [EMAIL_1]"


def test_restoring_gives_the_text_back_to_the_letter() -> None:
    text = "Иван Петров, +7 916 123-45-67, a@b.ru, ул. Лесная, д. 3, кв. 40, карта 4276380011111113"
    masked = mask(text)

    assert masked.restore(masked.text) == text


def test_codes_and_passwords_are_never_given_back() -> None:
    masked = mask("код из смс 4821, пароль: qwerty, cvv 123, мой пин 4471")

    assert masked.restore(masked.text) == masked.text


def test_a_placeholder_that_was_not_sent_does_not_come_back() -> None:
    masked = mask("Пишите на a@b.ru")

    assert masked.restore("[EMAIL_1] [EMAIL_2] [PHONE_1]") == "a@b.ru [EMAIL_2] [PHONE_1]"


def test_names_of_the_card_are_masked_in_every_case() -> None:
    masked = mask("передайте Злате и Бубликову", known_names=["Злата Бубликова"])

    assert "Злат" not in masked.text
    assert "Бублик" not in masked.text


def test_what_is_printed_of_a_masked_text_holds_no_secret() -> None:
    masked = mask("Пишите на a@b.ru")

    assert "a@b.ru" not in repr(masked)
    assert "a@b.ru" not in masked.model_dump_json()
