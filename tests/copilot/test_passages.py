"""Passages and notes: what the company wrote, cut to what was asked, never altered."""

import pytest

from copilot.suggesters.notes import told
from copilot.suggesters.passages import answer
from knowledge import Hit, Locale


def article(text: str, *, title: str = "", locale: Locale = "ru", answered: bool = False) -> Hit:
    """A strong hit with this text."""
    place = {"answer": text, "text": ""} if answered else {"text": text}
    return Hit(
        id="a#1", document="a", kind="script", title=title, score=1, strength="strong", locale=locale,
        **place,
    )  # fmt: skip


def note(text: str, n: int = 1) -> Hit:
    """A note on the card."""
    return Hit(
        id=f"card#{n}",
        document="card",
        kind="card",
        title="",
        text=text,
        score=1,
        strength="strong",
    )


LONG = (
    "Мы работаем с 2010 года и гордимся этим. Наши пункты есть в сорока городах страны. "
    "Продлить хранение посылки можно один раз, на три дня. Это делается в приложении, в карточке заказа. "
    "Посылки дороже 50 000 ₽ продлить нельзя. Подписка оформляется отдельно и продлевается сама. "
    "Бонусы начисляются на следующий день. Карту лояльности можно добавить в телефон. "
    "О новых акциях рассказываем в рассылке по пятницам, отписаться можно в любой момент."
)


def test_a_short_answer_is_quoted_whole() -> None:
    text = "Хранение продлевается один раз. Это делается в приложении."

    assert answer(article(text, answered=True), "продлить хранение") == (
        "Хранение продлевается один раз.", "Это делается в приложении.",
    )  # fmt: skip


def test_a_long_answer_is_cut_to_what_was_asked() -> None:
    said = " ".join(
        answer(article(LONG, answered=True), "как продлить хранение посылки?", max_chars=250)
    )

    assert "Продлить хранение посылки можно один раз" in said
    assert "гордимся" not in said
    assert "Бонусы" not in said


def test_a_sentence_that_leans_never_stands_alone() -> None:
    said = answer(article(LONG, answered=True), "карточке заказа в приложении", max_chars=200)

    where = said.index("Это делается в приложении, в карточке заказа.")
    assert said[where - 1].startswith("Продлить хранение")


def test_an_exception_is_not_cut_off() -> None:
    text = (
        "We have been a family business since 1998 and love what we do every single day. "
        "You can return shoes within 30 days. Except worn pairs, which we can't take back. "
        "Our shops are open late on Fridays. Gift cards never expire. "
        "Sign up for the newsletter to hear about sales before everyone else does, every Monday morning. "
        "Parking behind the shop is free for two hours on any day of the week except bank holidays."
    )

    said = answer(article(text, locale="en", answered=True), "can I return shoes", max_chars=100)

    assert said == (
        "You can return shoes within 30 days.", "Except worn pairs, which we can't take back.",
    )  # fmt: skip


def test_a_list_stays_whole_with_its_lead_in() -> None:
    text = (
        "Отчёты обновляются раз в час, это видно в углу экрана рядом с вашим именем и датой.\n"
        "Чтобы сбросить пароль:\n1. Откройте вход.\n2. Нажмите «Забыли пароль».\n3. Проверьте почту.\n"
        "Письмо приходит с адреса, который мы указываем в договоре, и лежит в папке «Входящие» или «Спам». "
        "Если письмо не пришло, напишите нам с того адреса, который указан в личном кабинете компании."
    )

    said = answer(article(text, answered=True), "как сбросить пароль", max_chars=220)

    assert said[:4] == (
        "Чтобы сбросить пароль:", "1. Откройте вход.", "2. Нажмите «Забыли пароль».", "3. Проверьте почту.",
    )  # fmt: skip


def test_greetings_headings_and_markdown_go() -> None:
    hit = article(
        "# Возврат\n\nВозврат\n\nЗдравствуйте! Вернуть можно за **14 дней**.", title="Возврат"
    )

    assert answer(hit, "вернуть") == ("Вернуть можно за 14 дней.",)


def test_an_answer_without_common_words_starts_at_its_beginning() -> None:
    said = answer(article(LONG, answered=True), "zzz", max_chars=150)

    assert said[0].startswith("Мы работаем")


def test_an_empty_passage_gives_nothing() -> None:
    assert answer(article(""), "вопрос") == ()


@pytest.mark.parametrize("text", ["а" * 100_000, "1. " * 30_000, "(((" * 30_000, "Да. " * 25_000])
def test_odd_long_passages_end(text: str) -> None:
    assert isinstance(answer(article(text), "да"), tuple)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Возврат 890 ₽ одобрен, 3 рабочих дня", "Возврат 890 ₽ одобрен, 3 рабочих дня."),
        ("Можно предложить замену или возврат", "Могу предложить замену или возврат."),
        ("У клиента есть право на перерасчёт.", "У вас есть право на перерасчёт."),
        ("Вернуть 300 ₽ за доставку", "Могу вернуть 300 ₽ за доставку."),
    ],
)
def test_a_note_becomes_a_sentence_for_the_customer(written: str, said: str) -> None:
    (sentence,) = told([note(written)], "", "ru")

    assert (sentence.text, sentence.sources) == (said, ("card#1",))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Refund of 890 ₽ approved, 3 business days", "Refund of 890 ₽ approved, 3 business days."),
        ("Offer a replacement or a refund", "I can offer a replacement or a refund."),
        ("Customer is eligible for a free swap.", "You are eligible for a free swap."),
        ("Refund takes 5 days", "Refund takes 5 days."),
    ],
)
def test_an_english_note_becomes_a_sentence_for_the_customer(written: str, said: str) -> None:
    (sentence,) = told([note(written)], "", "en")

    assert sentence.text == said


@pytest.mark.parametrize(
    "inner",
    [
        "Не обещать компенсацию.", "VIP, LTV 120 000", "Внутренне: склад перепутал этикетки",
        "Клиент капризный, скандалит", "Подозрение на фрод", "Не говорить про увольнение курьера",
    ],
)  # fmt: skip
def test_what_is_meant_for_colleagues_is_not_told(inner: str) -> None:
    assert told([note(inner)], "", "ru") == ()


@pytest.mark.parametrize(
    "inner",
    [
        "Do not promise a date",
        "Internal: depot mixed labels",
        "Churn risk, high LTV",
    ],
)
def test_what_is_meant_for_colleagues_is_not_told_in_english(inner: str) -> None:
    assert told([note(inner)], "", "en") == ()


def test_a_note_in_another_language_is_not_quoted() -> None:
    assert told([note("Refund approved")], "", "ru") == ()


def test_of_many_notes_those_that_speak_of_the_request_are_told() -> None:
    notes = [note(f"Факт номер {n} ни о чём.", n) for n in range(1, 7)]
    notes.append(note("Доставка назначена на 5 мая.", 7))

    assert "card#7" in {s.sources[0] for s in told(notes, "когда доставка?", "ru")}


STEPS = (
    "Таблицу можно напечатать так, чтобы её шапка стояла на каждом листе.\n"
    "1. Откройте меню «Печать».\n"
    "Меню видно только владельцу.\n"
    "2. Выберите «Повторять строки».\n"
    "3. Нажмите «Готово».\n"
    + "\n".join(f"Соседний раздел {n}\nО чём-то совсем другом написано здесь, строка {n}." for n in range(14))
)  # fmt: skip


def test_steps_follow_the_sentence_that_announces_them_remarks_included() -> None:
    said = answer(article(STEPS, answered=True, title="Шапка на каждом листе"), "шапка таблицы")

    assert said[:5] == tuple(STEPS.split("\n")[:5])


def test_a_command_stays_with_the_line_that_announces_it() -> None:
    text = (
        "Старое ядро можно удалить командой:\ndpkg --purge linux-image\n(имя возьмите из списка)\n"
        + LONG
    )

    said = answer(article(text, answered=True), "удалить старое ядро", max_chars=150)

    assert said[:2] == ("Старое ядро можно удалить командой:", "dpkg --purge linux-image")


def test_what_search_found_decides_between_parts_that_share_no_words() -> None:
    found = "Подписка оформляется отдельно и продлевается сама."
    hit = article(LONG, answered=True).model_copy(update={"text": found})

    assert found in answer(hit, "zzz", max_chars=120)


def test_the_part_under_the_heading_that_was_asked_for_is_taken() -> None:
    parts = [
        f"Глава {n}\nРассказ о вещах под номером {n}, " + "длинный " * 30 + "." for n in range(6)
    ]
    text = "\n".join([*parts, "Как сменить пароль\nОткройте профиль и нажмите «Сменить»."])

    said = answer(article(text, answered=True), "сменить пароль")

    assert said == ("Как сменить пароль", "Откройте профиль и нажмите «Сменить».")


@pytest.mark.parametrize(
    "text",
    [
        "Информация о заказе есть в разделе «Мои заказы».",
        "Подробные условия описаны в разделе «Тарифы» личного кабинета.",
        "Номер карты (смотрите на обороте) состоит из 16 цифр.",
        "Подробнее здесь: https://a.example/pay.",
    ],
)
def test_a_place_where_the_customer_can_look_is_an_answer_and_stays(text: str) -> None:
    assert answer(article(text, answered=True), "заказ") == (text,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Платёж идёт три дня (см. Раздел 4.2, «Сроки»).", "Платёж идёт три дня."),
        ("Платёж идёт три дня. Подробнее см. в разделе 4.2.", "Платёж идёт три дня."),
        ("Платёж идёт три дня.\nСм. также\nВозврат платежа\nКомиссии", "Платёж идёт три дня."),
        ("Платёж идёт три дня. Подробности: https://a.example/pay.", "Платёж идёт три дня. Подробности: https://a.example/pay."),
    ],
)  # fmt: skip
def test_pointers_that_lead_nowhere_in_a_chat_go(written: str, said: str) -> None:
    assert " ".join(answer(article(written, answered=True), "платёж")) == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Нужно ли хранить архивы на диске?", ("Нет.", "Удалите их после установки.")),
        ("Как освободить место?", ("Удалите их после установки.",)),
    ],
)
def test_a_bare_no_is_said_only_to_the_question_it_answers(
    asked: str, said: tuple[str, ...]
) -> None:
    hit = article("Нет. Удалите их после установки.", answered=True)

    assert (
        answer(hit.model_copy(update={"question": "Нужно ли хранить на диске архивы?"}), asked)
        == said
    )


def test_a_paragraph_that_nobody_translated_is_left_out() -> None:
    own = "Обновления ставит программа cron-apt, она делает это по расписанию раз в сутки."
    text = f"{own}\nRunning it on an unstable system is strongly discouraged."

    assert answer(article(text, answered=True), "обновления") == (own,)


def test_a_half_translated_article_says_only_what_is_translated() -> None:
    own = "Имя пакета узнают командой поиска по файлам, она смотрит среди всех установленных. "
    foreign = "This searches for every file that contains the name in its full path. "
    text = f"{own * 3}\n{foreign * 20}"

    assert "This" not in " ".join(answer(article(text, answered=True), "имя пакета"))


def test_lines_without_full_stops_are_no_headings_to_lose() -> None:
    assert answer(article("Комиссии нет\nСрок — до трёх дней", answered=True), "комиссия") == (
        "Комиссии нет", "Срок — до трёх дней",
    )  # fmt: skip


@pytest.mark.parametrize("room", [0, 80, 180, 350, 700])
@pytest.mark.parametrize("text", [LONG, STEPS, f"{STEPS}\n{LONG}"])
def test_nothing_is_said_that_the_article_does_not_say_in_that_order(text: str, room: int) -> None:
    at = 0
    for line in answer(article(text, answered=True), "шапка таблицы и посылки", max_chars=room):
        at = text.index(line, at)
