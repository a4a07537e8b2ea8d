"""Promises are heard, and held against what the company says."""

from datetime import datetime
from typing import Any

import pytest

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Card, Conversation, Message
from copilot.rules import Ruleset, commitments, review
from copilot.suggestion import CommitmentCheck, Draft
from knowledge import Commitment, Hit, Limits, Script

NOW = datetime.fromisoformat("2026-05-12T10:05:00+03:00")  # a Tuesday


def brief(*notes: str, script: Script | None = None, ours: str = "", **facts: str) -> Brief:
    said = (Message(role="operator", text=ours),) if ours else ()
    messages = (Message(role="customer", text="?"), *said)
    conversation = Conversation(now=NOW, messages=messages, card=Card(facts=facts, notes=notes))
    hits: tuple[Hit, ...] = ()
    if script is not None:
        hits = (
            Hit(id="S1#0", document="S1", kind="script", title=script.title, text=script.title,
                score=1, strength="strong", record=script),
        )  # fmt: skip
    return Brief(conversation=conversation, perception=Perception(language="ru"),
                 frame=Frame(framework="NONE"), hits=hits)  # fmt: skip


def script(**fields: Any) -> Script:
    given = {"id": "S1", "locale": "ru", "title": "Возврат денег", "intent": "refund", **fields}
    return Script.model_validate(given)


def checks(text: str, given: Brief) -> tuple[CommitmentCheck, ...]:
    return commitments(Draft.from_text(text), given)


def verdict(text: str, given: Brief) -> str:
    (check,) = checks(text, given)
    return check.verdict


@pytest.mark.parametrize(
    "text",
    [
        "Вернули вам 890 ₽ третьего мая.",
        "Вам удобно завтра в 10:00?",
        "Если пришлёте фото, это поможет.",
        "Не могу обещать, что успеем к пятнице.",
        "Коллега написал: «привезём завтра».",
        "Вам обещали, что привезут завтра.",
        "Возврат обычно занимает до пяти дней.",
        "Могу вернуть деньги или заменить товар.",
        "Буду рад помочь.",
        "We refunded you on 3 May.",
        "I can't promise a date yet.",
        "Would you like us to cancel it?",
        "Refunds usually take 3 days.",
        "You were told it would come on Friday.",
        "If you send a photo, it will help us.",
    ],
)
def test_this_binds_nobody(text: str) -> None:
    assert checks(text, brief()) == ()


@pytest.mark.parametrize(
    ("text", "kind", "scope"),
    [
        ("Верну 890 ₽ на карту.", "money", "company"),
        ("Курьер приедет завтра с 10 до 12.", "time", "company"),
        ("Напишу вам до 17:00.", "action", "own_followup"),
        ("Банк одобрит заявку.", "outcome", "third_party"),
        ("Заменим чайник на новый.", "outcome", "company"),
        ("Вам перезвонит старший смены.", "action", "company"),
        ("Пени не будет.", "outcome", "company"),
        ("I'll refund $40.", "money", "company"),
        ("I'll write by 5 pm.", "action", "own_followup"),
        ("Your parcel will arrive tomorrow.", "time", "company"),
        ("Your bank will reverse the charge.", "outcome", "third_party"),
        ("You won't be charged again.", "outcome", "company"),
    ],
)
def test_this_binds_somebody(text: str, kind: str, scope: str) -> None:
    (check,) = checks(text, brief())

    assert (check.type, check.scope) == (kind, scope)


def test_an_own_next_step_needs_no_source() -> None:
    assert verdict("Напишу вам до 17:00.", brief()) == "derived"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Деньги придут на карту за 3–5 рабочих дней.", "exact"),
        ("Деньги придут на карту в течение пяти рабочих дней.", "exact"),
        ("Деньги придут на карту за 10 рабочих дней.", "weaker"),
        ("Деньги придут на карту завтра.", "better_than_policy"),
        ("Деньги придут на карту за 3 рабочих дня.", "better_than_policy"),
        ("Деньги придут на карту за 5 дней.", "unit_calendar_vs_business"),
        ("Деньги придут на карту до 20 мая.", "derived"),
        ("Деньги придут на карту до 15 мая.", "better_than_policy"),
    ],
)
def test_a_term_is_held_against_the_card(text: str, expected: str) -> None:
    note = "Возврат на карту занимает 3–5 рабочих дней."

    assert verdict(text, brief(note)) in {expected, "weaker" if expected == "derived" else expected}


def test_a_holiday_is_no_business_day() -> None:
    note = "Возврат на карту занимает 2 рабочих дня."
    may = brief(note)
    given = may.model_copy(update={
        "conversation": may.conversation.model_copy(
            update={"now": datetime.fromisoformat("2026-05-07T12:00:00+03:00")}
        )
    })  # fmt: skip

    # Saturday 9 May is Victory Day, and Monday 11 May is off for it.
    assert verdict("Деньги придут на карту до 11 мая.", given) == "better_than_policy"
    assert verdict("Деньги придут на карту до 12 мая.", given) == "derived"


def test_structured_limits_come_before_numbers_in_prose() -> None:
    given = brief(script=script(limits=Limits(refund_max=3000, bonus_max=700)))

    assert verdict("Начислим 500 бонусов.", given) == "derived"
    assert verdict("Начислим 900 бонусов.", given) == "over_limit"
    assert verdict("Верну 12 000 ₽.", given) == "over_limit"


def test_a_refund_within_the_limit_must_still_be_the_sum_of_the_case() -> None:
    rules = script(limits=Limits(refund_max=3000))

    assert verdict("Верну 2 490 ₽.", brief(script=rules, sum="2490 руб.")) == "exact"
    assert verdict("Верну 2 900 ₽.", brief(script=rules, sum="2490 руб.")) == "contradicts"


def test_a_commitment_of_a_script_supports_the_same_promise() -> None:
    term = Commitment(id="card", type="time", text="деньги на карту", max_value=5, unit="day",
                      calendar="business")  # fmt: skip
    given = brief(script=script(commitments=(term,)))

    (check,) = checks("Деньги вернутся на карту за 5 рабочих дней.", given)
    assert (check.verdict, check.source) == ("exact", "S1#0:card")


def test_a_condition_that_is_not_named_is_asked_for() -> None:
    term = Commitment(id="card", type="time", text="деньги на карту", max_value=5, unit="day",
                      calendar="business", condition="после приёмки на складе")  # fmt: skip
    given = brief(script=script(commitments=(term,)))

    (bare,) = checks("Деньги вернутся на карту за 5 рабочих дней.", given)
    (full,) = checks("Деньги вернутся на карту за 5 рабочих дней после приёмки на складе.", given)
    assert bare.verdict == "condition_missing"
    assert "приёмки" in bare.rewrite or "приемки" in bare.rewrite
    assert full.verdict == "exact"


def test_a_script_out_of_date_supports_nothing() -> None:
    old = script(valid_to="2026-01-31", reply={"solve": ["Деньги придут за 5 рабочих дней."]})

    assert verdict("Деньги придут за 5 рабочих дней.", brief(script=old)) == "outdated_source"


def test_what_the_source_denies_contradicts() -> None:
    given = brief("Товары для гигиены обмену не подлежат.")

    assert verdict("Обменяем вам щётку, товар для гигиены.", given) == "contradicts"


def test_a_number_about_another_matter_supports_nothing() -> None:
    given = brief("Самовывоз хранится 5 дней.", "Гарантия на чайник 12 месяцев.")

    assert verdict("Мастер починит чайник за 5 дней.", given) == "absent"


def test_an_earlier_promise_of_ours_may_be_repeated() -> None:
    given = brief(ours="Курьер приедет 14 мая с 9 до 13.")

    assert verdict("Да, курьер приедет 14 мая с 9 до 13.", given) == "exact"


def test_a_longer_access_is_more_and_not_safer() -> None:
    given = brief("Доступ к курсу продлеваем на 14 дней.")

    assert verdict("Продлим вам доступ на две недели.", given) == "exact"
    assert verdict("Продлим вам доступ на три месяца.", given) in {"over_limit", "contradicts"}


def test_free_against_a_price_contradicts() -> None:
    given = brief("Выезд мастера платный, 500 ₽.")

    assert verdict("Мастер приедет бесплатно.", given) == "contradicts"


def test_nobody_can_promise_that_it_never_happens_again() -> None:
    given = brief("Такого больше не повторится.")

    assert verdict("Такого больше не повторится.", given) == "absent"


def test_an_unsupported_promise_blocks() -> None:
    (finding,) = review(Draft.from_text("Вернём вам 5 000 ₽ завтра."), brief(), Ruleset(()))

    assert (finding.rule, finding.type, finding.severity) == (
        "RU-E3",
        "unverified_promise",
        "critical",
    )
    assert finding.replacement
    assert finding.blocks


def test_a_word_for_word_line_of_the_script_is_supported() -> None:
    line = "Или верну за него деньги на карту, банк зачислит за 3–5 рабочих дней."
    given = brief(script=script(reply={"options": [line]}))

    assert review(Draft.from_text("Верну за него деньги на карту, банк зачислит за 3–5 рабочих дней."),
                  given, Ruleset(())) == ()  # fmt: skip


def test_composed_drafts_must_find_their_numbers_in_the_sources() -> None:
    draft = Draft.from_text("Гарантия на чайник 24 месяца.").model_copy(update={"origin": "llm"})

    (finding,) = review(draft, brief("Гарантия на чайник 12 месяцев."), Ruleset(()))
    assert (finding.severity, finding.span) == ("critical", "24 месяца")
    assert review(draft, brief("Гарантия на чайник 24 месяца."), Ruleset(())) == ()


def test_a_contact_from_nowhere_is_no_contact() -> None:
    draft = Draft.from_text("Пишите на help@evil.example.").model_copy(update={"origin": "llm"})

    (finding,) = review(draft, brief(), Ruleset(()))
    assert finding.span == "help@evil.example"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Верну 890 ₽.", 890, "RUB"),
        ("Деньги придут за две недели.", 2, "week"),
        ("Курьер приедет в пятницу.", 3, "day"),
        ("Напишу вам в 17:00.", 17, "clock"),
        ("Начислим 1,2 тыс. бонусов.", 1200, "bonus"),
    ],
)
def test_a_promise_is_measured_as_it_was_said(text: str, value: float, unit: str) -> None:
    (check,) = checks(text, brief())

    assert (check.value, check.unit) == (value, unit)


PATTERNS = (  # the thirty patterns of promises; what each is, and who is bound
    ("P1", "Верну вам 2 490 ₽.", "money", "company"),
    ("P1", "I'll refund $40 to your card.", "money", "company"),
    ("P2", "Деньги придут в течение 5 рабочих дней.", "time", "company"),
    ("P2", "The money will reach your card within 5 business days.", "time", "company"),
    ("P3", "Привезём к пятнице.", "time", "company"),
    ("P3", "We'll deliver it by Friday.", "time", "company"),
    ("P4", "Заменим сегодня же.", "time", "company"),
    ("P4", "We will replace it today.", "time", "company"),
    ("P5", "Мастер будет у вас с 10 до 12.", "time", "company"),
    ("P5", "The engineer will be with you between 10 and 12.", "time", "company"),
    ("P6", "Скоро вернём деньги.", "money", "company"),
    ("P6", "We'll refund you shortly.", "money", "company"),
    ("P7", "Вернусь к вам с ответом через час.", "action", "own_followup"),
    ("P7", "I'll call you back by 5 pm.", "action", "own_followup"),
    ("P8", "С вами свяжется менеджер.", "action", "company"),
    ("P8", "Someone will call you tomorrow.", "time", "company"),
    ("P9", "Передам ваш вопрос старшему.", "action", "own_followup"),
    ("P9", "I'll open a ticket for you.", "action", "own_followup"),
    ("P10", "Курьер приедет завтра.", "time", "company"),
    ("P10", "A technician will come on Thursday.", "time", "company"),
    ("P11", "Водитель позвонит за 30 минут до приезда.", "time", "company"),
    ("P11", "The driver will call 30 minutes before arrival.", "time", "company"),
    ("P12", "Обменяем куртку на другой размер.", "outcome", "company"),
    ("P12", "We will exchange the jacket for another size.", "outcome", "company"),
    ("P13", "Починим связь к вечеру.", "time", "company"),
    ("P13", "The service will be restored by 6 pm.", "time", "company"),
    ("P14", "Такого больше не повторится.", "outcome", "company"),
    ("P14", "This will never happen again.", "outcome", "company"),
    ("P15", "Посылка точно придёт.", "outcome", "company"),
    ("P15", "We guarantee you'll get it back.", "outcome", "company"),
    ("P16", "Доставка для вас будет бесплатной.", "money", "company"),
    ("P16", "Delivery will be free of charge.", "money", "company"),
    ("P17", "Дам скидку 15 %.", "money", "company"),
    ("P17", "I'll give you 15% off your next order.", "money", "company"),
    ("P18", "Сделаем перерасчёт за май.", "money", "company"),
    ("P18", "We'll compensate you for the delay.", "money", "company"),
    ("P19", "Оплатим вам такси.", "money", "company"),
    ("P19", "We'll pay for your taxi.", "money", "company"),
    ("P20", "Сотрудник будет наказан.", "outcome", "company"),
    ("P20", "The driver will be fired.", "outcome", "company"),
    ("P21", "Доступ вам восстановят.", "outcome", "company"),
    ("P21", "The bank will approve it.", "outcome", "third_party"),
    ("P22", "Удалим все ваши данные.", "action", "company"),
    ("P22", "We'll delete your data.", "action", "company"),
    ("P23", "Заблокирую карту.", "action", "company"),
    ("P23", "I'll block the card.", "action", "company"),
    ("P24", "Звонки прекратятся.", "outcome", "company"),
    ("P24", "There won't be any late fee.", "outcome", "company"),
    ("P25", "Сделаем всё возможное.", "action", "own_followup"),
    ("P25", "We will try to sort it out.", "action", "own_followup"),
    ("P26", "Вам ничего делать не нужно.", "outcome", "company"),
    ("P26", "You don't need to do anything.", "outcome", "company"),
    ("P27", "Цена для вас не изменится.", "outcome", "company"),
    ("P27", "Your price will stay the same.", "outcome", "company"),
    ("P28", "Место останется за вами.", "outcome", "company"),
    ("P28", "We'll hold the room for you until Friday.", "outcome", "company"),
    ("P29", "Вернём деньги за две недели.", "time", "company"),
    ("P29", "You'll have your money in a fortnight.", "time", "company"),
)


@pytest.mark.parametrize(("pattern", "text", "kind", "scope"), PATTERNS)
def test_every_pattern_of_a_promise_is_heard(
    pattern: str, text: str, kind: str, scope: str
) -> None:
    (check,) = checks(text, brief())

    assert (check.type, check.scope) == (kind, scope)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Верну 1 200 ₽.", "Клиенту одобрен возврат 1,2 тыс. руб."),
        ("Деньги придут за 3 рабочих дня.", "Возврат денег на карту: 3 р. д."),
        ("Курьер приедет сегодня до 18:00.", "Курьер приедет к клиенту сегодня до 18:00."),
        ("Привезём заказ к пятнице.", "Заказ привезут к пятнице, 15 мая."),
        ("We'll deliver the order by Friday.", "Delivery of the order: by Friday, 15 May."),
        ("Вернём деньги за две недели.", "Деньги возвращаем за 14 дней."),
        ("Ответим на претензию в течение суток.", "Ответ на претензию: 24 часа."),
    ],
)
def test_the_same_said_in_other_figures_is_supported(text: str, note: str) -> None:
    assert verdict(text, brief(note)) in {"exact", "derived"}


@pytest.mark.parametrize("text", ["Довожу заявку до закрытия.", "Довожу это дело до конца, Пётр."])
def test_seeing_a_matter_through_is_our_own_step(text: str) -> None:
    assert [check.scope for check in checks(text, brief())] in ([], ["own_followup"])


@pytest.mark.parametrize(
    "text",
    [
        "Вы ожидали, что диван доставят к субботе.",
        "Вы договаривались, что мастер придёт до 14:00.",
        "You counted on it: the dress arrives by Saturday.",
        "Your train leaves tomorrow at 7:15.",
    ],
)
def test_a_time_told_back_to_the_customer_is_no_promise_of_ours(text: str) -> None:
    assert checks(text, brief()) == ()
