"""The customer's own words, said back in the second person, or nothing where that is not sure."""

import pytest

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Conversation, Message
from copilot.suggesters.mirror import mirrored
from copilot.suggesters.scene import Scene
from knowledge import Locale


def said_back(
    text: str, language: Locale, *, settled: bool = True, row: int = 10, address: str = "vy"
) -> str:
    perception = Perception.model_validate({"language": language, "address": address})
    brief = Brief(
        conversation=Conversation(messages=(Message(role="customer", text=text),)),
        perception=perception,
        frame=Frame(framework="LEAD", row=row),
    )
    return mirrored(Scene(brief), settled=settled)


RUSSIAN = [
    ("Вчера отпросилась с работы, никто не пришёл", "Вы вчера отпросились с работы, никто не пришёл."),
    ("купила мужу кофемашину а у нее трещина на баке", "Вы купили мужу кофемашину, а у нее трещина на баке."),
    ("Карту заблокировали, а я в аэропорту!", "Карту заблокировали, а вы в аэропорту."),
    ("Третий час жду холодильник", "Вы третий час ждёте холодильник."),
    ("С меня два раза сняли 1 490 ₽", "С вас два раза сняли 1 490 ₽."),
    ("Сдала анализ в среду, обещали за два дня", "Вы сдали анализ в среду, вам обещали за два дня."),
    ("Мой заказ привезли без крышки", "Ваш заказ привезли без крышки."),
    ("Я ВСЁ отправила ещё ТРИ дня назад через СБП", "Вы всё отправили ещё три дня назад через СБП."),
    ("Мы платили за трансфер, нас никто не встретил", "Вы платили за трансфер, вас никто не встретил."),
    ("Свет отключили без предупреждения, кто заплатит?", "Свет отключили без предупреждения."),
    ("Вы мне прислали коричневую помаду", "Мы вам прислали коричневую помаду."),
]  # fmt: skip
ENGLISH = [
    ("I was charged $40 but I cancelled the evening before", "You were charged $40 but you cancelled the evening before."),
    ("My card got declined with my kids and a full trolley", "Your card got declined with your kids and a full trolley."),
    ("We're standing at the hotel with two toddlers", "You're standing at the hotel with two toddlers."),
    ("You lost our booking!!", "We lost your booking."),
    ("Cancelled on the 3rd, charged on the 15th", "You cancelled on the 3rd, and were charged on the 15th."),
    ("hi my account says payment failed", "Your account says payment failed."),
    ("Your plumber cracked my new tiles", "Our plumber cracked your new tiles."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RUSSIAN)
def test_a_russian_story_is_told_back(text: str, expected: str) -> None:
    assert said_back(text, "ru") == expected


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_an_english_story_is_told_back(text: str, expected: str) -> None:
    assert said_back(text, "en") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Вы воры и обманщики",
        "Вся ваша контора только и умеет брать деньги, ваш сервис просто дно",
        "Your whole business model is people forgetting",
        "С отчётом беда: вчера с 21:30 не сохранялся",
        "Your support team just reads from a card",
        "Верните деньги",
        "Я в шоке от вас",
        "Где мой заказ?",
        "Это просто цирк",
        "Пойду в суд и напишу отзыв",
        "👍",
        "Оператор сказал «сами виноваты»",
        "Он опять не пришёл",
    ],
)
def test_rage_wishes_questions_and_quotes_are_not_said_back_in_russian(text: str) -> None:
    assert said_back(text, "ru") == ""


@pytest.mark.parametrize(
    "text",
    [
        "You are thieves",
        "Give me my money back",
        "I can't believe this",
        "Where is my order?",
        "This is a joke",
        "I'll see you in court",
        "He said 'whatever'",
        "Unbelievable",
    ],
)
def test_rage_wishes_questions_and_quotes_are_not_said_back_in_english(text: str) -> None:
    assert said_back(text, "en") == ""


def test_a_claim_about_us_waits_until_it_is_settled() -> None:
    assert said_back("Вы мне прислали коричневую помаду", "ru", settled=False) == ""
    assert said_back("You lost our booking", "en", settled=False) == ""


def test_a_contested_claim_is_told_as_it_was_understood() -> None:
    said = said_back("Рейс отменили за 4 часа до вылета", "ru", settled=False, row=7)

    assert said == "Как я понимаю, рейс отменили за 4 часа до вылета."


def test_on_first_name_terms_the_past_keeps_the_customers_own_gender() -> None:
    assert said_back("заказал кроссы 43", "ru", address="ty") == "Ты заказал кроссы 43."


def test_a_doubtful_subject_is_not_guessed() -> None:
    """Who paid, when the noun before the verb could have done it too, cannot be told."""
    assert "вы" not in said_back("Заказ оплатил вчера вечером", "ru").lower().split()


def test_another_persons_doing_stays_theirs() -> None:
    said = said_back("Мастер разбил кафель, когда ставил бойлер", "ru")

    assert said == "Мастер разбил кафель, когда ставил бойлер."


def test_a_long_story_is_cut_where_a_clause_ends() -> None:
    told = said_back("Я заказала стол, " + "потом звонила, " * 30 + "и всё", "ru")

    assert len(told) <= 140
    assert told.endswith(".")
