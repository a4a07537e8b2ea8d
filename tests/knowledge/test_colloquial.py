"""Customers' wording turned into that of help pages."""

import pytest

from knowledge.colloquial import plain


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("вайфай отваливается", "Wi-Fi отваливается"),
        ("где мой кешбек", "где мой кэшбэк"),
        ("Инета нет второй день", "интернет нет второй день"),
        ("Забыла пароль, л.к. закрыт", "Забыла пароль, личный кабинет. закрыт"),
        ("учётка не пашет", "учётная запись не работает"),
    ],
)
def test_slang_is_said_as_help_pages_say_it(said: str, meant: str) -> None:
    assert plain(said) == meant


def test_shouting_is_lowered() -> None:
    assert plain("ГДЕ МОИ ДЕНЬГИ") == "где мои деньги"
    assert plain("WHERE IS MY ORDER") == "where is my order"


@pytest.mark.parametrize("text", ["СМС", "Оплата по QR", "Where is my order?", "", "!!!", "12345"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_russian_in_latin_letters_becomes_cyrillic() -> None:
    assert plain("kogda vernut dengi na kartu") == "когда вернут денги на карту"


@pytest.mark.parametrize(
    "text", ["how do I get my money back", "no, the card is not on me", "na na na hey hey goodbye"]
)
def test_english_is_not_taken_for_russian(text: str) -> None:
    assert plain(text) == text


def test_longer_words_that_only_begin_like_slang_stay() -> None:
    assert plain("инетолог и бэкапирование") == "инетолог и бэкапирование"
