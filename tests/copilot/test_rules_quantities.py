"""Numbers with their meaning are read alike however they are written."""

from datetime import date

import pytest

from copilot.rules.quantities import Quantity, quantities

TUESDAY = date(2026, 5, 12)


def only(text: str) -> Quantity:
    (found,) = quantities(text, TUESDAY)
    return found


@pytest.mark.parametrize(
    ("text", "sum_", "unit"),
    [
        ("1 200 ₽", 1200, "RUB"),
        ("1\u00a0200 руб.", 1200, "RUB"),
        ("1,2 тыс. руб.", 1200, "RUB"),
        ("15к рублей", 15_000, "RUB"),
        ("две тысячи рублей", 2000, "RUB"),
        ("пятьсот бонусов", 500, "bonus"),
        ("$1,200.50", 1200.5, "USD"),
        ("£1.2k", 1200, "GBP"),
        ("20 euros", 20, "EUR"),
        ("300 bonus points", 300, "bonus"),
    ],
)
def test_a_sum_is_the_same_however_it_is_written(text: str, sum_: float, unit: str) -> None:
    found = only(text)

    assert (found.kind, found.top, found.unit) == ("money", sum_, unit)


@pytest.mark.parametrize(
    ("text", "days", "calendar"),
    [
        ("3 р. д.", 3, "business"),
        ("три рабочих дня", 3, "business"),
        ("за две недели", 14, ""),
        ("в течение суток", 1, ""),
        ("не более 10 календарных дней", 10, "calendar"),
        ("24 часа", 1, ""),
        ("in a fortnight", 14, ""),
        ("within 3 business days", 3, "business"),
    ],
)
def test_a_term_is_counted_in_days(text: str, days: int, calendar: str) -> None:
    found = only(text)

    assert (found.kind, found.top, found.calendar) == ("span", days * 1440, calendar)


def test_a_range_keeps_both_ends() -> None:
    for text in ("3–5 дней", "от 3 до 5 дней", "двух-трёх дней", "3 to 5 days"):
        found = only(text)
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.high


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("к пятнице", date(2026, 5, 15)),
        ("до 15 мая", date(2026, 5, 15)),
        ("до 15", date(2026, 5, 15)),
        ("к 15-му", date(2026, 5, 15)),
        ("15.05.2026", date(2026, 5, 15)),
        ("завтра", date(2026, 5, 13)),
        ("by Friday", date(2026, 5, 15)),
        ("May 15th", date(2026, 5, 15)),
        ("the day after tomorrow", date(2026, 5, 14)),
        ("на следующий день", date(2026, 5, 13)),
    ],
)
def test_a_day_is_found_in_the_calendar(text: str, day: date) -> None:
    found = only(text)

    assert (found.kind, found.top) == ("date", day.toordinal())


def test_an_hour_after_a_day_is_no_date() -> None:
    day, hour = quantities("завтра до 18", TUESDAY)

    assert (day.kind, hour.kind, hour.top) == ("date", "clock", 18 * 60)


def test_a_window_of_hours_is_one_thing() -> None:
    for text in ("с 10 до 12", "between 10 and 12"):
        found = only(text)
        assert (found.kind, found.low, found.high) == ("clock", 600, 720)


def test_contacts_are_no_numbers() -> None:
    text = "8 800 555-35-35, help@shop.ru, https://shop.ru/faq?id=5"

    assert [found.kind for found in quantities(text)] == ["phone", "email", "link"]


def test_a_wish_for_a_nice_day_is_no_term() -> None:
    assert quantities("Have a great day!") == ()


def test_an_article_number_is_not_cut_into_pieces() -> None:
    assert quantities("заказ 784-1120") == ()
