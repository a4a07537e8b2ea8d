"""Sentences are labelled with what they do, and formulas are told from words about the case."""

import pytest

from copilot.rules import acts_of
from knowledge import Locale


def names(text: str, language: Locale = "ru") -> set[str]:
    return {act.name for act in acts_of(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("Простите: чек выбили дважды, это наша касса.", "ru", "apologise"),
        ("Мы вас подвели, и это на нашей совести.", "ru", "apologise"),
        ("Sorry, we charged you twice.", "en", "apologise"),
        ("That's on us.", "en", "apologise"),
        ("Три дня без воды с маленьким ребёнком — это тяжело.", "ru", "empathy"),
        ("Понимаю, почему вам важно точное время.", "ru", "empathy"),
        ("На вашем месте я бы тоже злился.", "ru", "empathy"),
        ("No heat with a newborn is frightening.", "en", "empathy"),
        ("I can see why you're upset.", "en", "empathy"),
        ("Заказ 784-1120 обещали привезти в четверг.", "ru", "ack"),
        ("Вы пишете третий раз, и ответа всё нет.", "ru", "ack"),
        ("Вижу два списания подряд.", "ru", "ack"),
        ("You ordered blue and got black.", "en", "ack"),
        ("I can see two charges on the card.", "en", "ack"),
        ("Надо было проверить договор заранее.", "ru", "blame_customer"),
        ("Вы сами указали неверный адрес.", "ru", "blame_customer"),
        ("Это ваша невнимательность.", "ru", "blame_customer"),
        ("You should have read the terms.", "en", "blame_customer"),
        ("You forgot to confirm the order.", "en", "blame_customer"),
        ("Успокойтесь, пожалуйста.", "ru", "calm_down"),
        ("Передам старшему смены.", "ru", "escalate"),
        ("Отправить новый или вернуть деньги?", "ru", "options"),
        ("I'll write to you by 5 pm either way.", "en", "follow_up"),
    ],
)
def test_a_sentence_does_this(text: str, language: Locale, act: str) -> None:
    assert act in names(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Откройте «Настройки» и нажмите «Пригласить».", "ru"),
        ("Да, 42-й размер есть в трёх магазинах.", "ru"),
        ("Open Settings, then press Invite.", "en"),
    ],
)
def test_a_plain_answer_neither_feels_nor_blames(text: str, language: Locale) -> None:
    assert not names(text, language) & {"apologise", "empathy", "blame_customer", "calm_down"}


def test_a_formula_is_not_specific() -> None:
    (formula,) = [a for a in acts_of("Приносим извинения за доставленные неудобства.", "ru")
                  if a.name == "apologise"]  # fmt: skip
    (specific,) = [a for a in acts_of("Простите: перепутали этикетки на сборке.", "ru")
                   if a.name == "apologise"]  # fmt: skip

    assert not formula.specific
    assert specific.specific


def test_acts_come_sentence_by_sentence() -> None:
    text = "Заказ не привезли. Простите за это. Напишу вам в 17:00."
    acts = acts_of(text, "ru")

    assert [act.start for act in acts] == sorted(act.start for act in acts)
    assert all(text[act.start : act.end] == act.text for act in acts)


def test_quoted_words_are_not_ours() -> None:
    assert "calm_down" not in names("Вам сказали «успокойтесь», так нельзя.")


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("Представляю, как неприятно остаться без связи перед поездкой.", "ru", "empathy"),
        ("На вашем месте я бы тоже возмутилась.", "ru", "empathy"),
        ("That must have been stressful.", "en", "empathy"),
        ("To miss your sister's wedding over this is heartbreaking.", "en", "empathy"),
        ("Правильно понимаю, что замок не закрывается с марта?", "ru", "ack"),
        ("То есть заказ обещали во вторник, а его нет.", "ru", "ack"),
        ("So the refund was promised Monday and hasn't arrived – right?", "en", "ack"),
        ("You asked for a window seat and got the aisle.", "en", "ack"),
        ("Нужно было внимательнее читать условия.", "ru", "blame_customer"),
        ("Как я уже говорил, окно записи закрыто.", "ru", "blame_customer"),
        ("Скорее всего, вы не закрыли крышку.", "ru", "blame_customer"),
        ("У всех остальных работает без сбоев.", "ru", "blame_customer"),
        ("Please read the instructions before contacting us.", "en", "blame_customer"),
        ("Most guests let us know in advance.", "en", "blame_customer"),
        ("The damage is consistent with careless handling.", "en", "blame_customer"),
        ("Мы перед вами виноваты.", "ru", "apologise"),
        ("We owe you an apology.", "en", "apologise"),
    ],
)
def test_an_act_is_known_by_its_construction(text: str, language: Locale, act: str) -> None:
    assert act in names(text, language)


@pytest.mark.parametrize(
    ("text", "language", "act"),
    [
        ("Вам не за что извиняться.", "ru", "apologise"),
        ("Подскажите, какой у вас тариф?", "ru", "apologise"),
        ("No need to apologise.", "en", "apologise"),
        ("Вы ничего не нарушили, ошибка на нашей стороне.", "ru", "blame_customer"),
        ("Нам следовало позвонить вам раньше.", "ru", "blame_customer"),
        ("If you lost the card, a passport will do.", "en", "blame_customer"),
        ("We should have told you sooner.", "en", "blame_customer"),
        ("You should receive a text by noon.", "en", "blame_customer"),
        ("Понимаю, вам нужна модель с крышкой: она на второй полке.", "ru", "empathy"),
        ("It's hard to say without a picture.", "en", "empathy"),
        ("Нажмите кнопку дважды.", "ru", "ack"),
        ("Delivery takes three days.", "en", "ack"),
    ],
)
def test_the_same_words_in_another_construction_are_no_act(
    text: str, language: Locale, act: str
) -> None:
    assert act not in names(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Вы пятый день моетесь из чайника.", "ru"),
        ("Услышал так: главное успеть до отпуска.", "ru"),
        ("Три выезда мастера, а холодильник не морозит.", "ru"),
        ("Давайте сверим: счёт двойной, оплата одна.", "ru"),
        ("You're waiting at the depot without a receipt.", "en"),
        ("Five calls, and still nobody has the file.", "en"),
        ("So if I understand, the key never reached the hotel?", "en"),
    ],
)
def test_what_the_customer_goes_through_is_told_back(text: str, language: Locale) -> None:
    assert names(text, language) & {"ack", "confirm_understanding"}


@pytest.mark.parametrize(
    ("text", "language", "fault"),
    [
        ("Для пожилого человека это далеко не мелочь.", "ru", "minimise"),
        ("Не мелочь: без лекарства и дня нельзя.", "ru", "minimise"),
        ("Что помешало получить код?", "ru", "blame_customer"),
        ("А что вам мешает открыть ссылку: ошибка или пустой экран?", "ru", "blame_customer"),
        ("В строке «порог» поставьте 1000.", "ru", "rating_beg"),
        ("Set the rating scale to 10.", "en", "rating_beg"),
    ],
)
def test_an_innocent_sentence_shows_no_fault(text: str, language: Locale, fault: str) -> None:
    assert fault not in names(text, language)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Да это мелочь, забудьте.", "minimise"),
        ("А что вам мешало прочитать правила?", "blame_customer"),
        ("Поставьте мне 5, если всё понравилось!", "rating_beg"),
    ],
)
def test_its_guilty_neighbour_does(text: str, fault: str) -> None:
    assert fault in names(text)
