"""A surge is told when more conversations than usual are about one thing."""

from datetime import UTC, datetime, timedelta

from copilot.surge import FEWEST, Spoken, surges

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
PAYING = (
    "не проходит оплата картой",
    "оплатить картой не могу",
    "карта, оплата — ошибка",
    "почему оплата картой не работает",
    "оплата картой зависла",
    "Оплата по карте падает",
)


def said(texts: tuple[str, ...], *, ago: timedelta, name: str = "c") -> list[Spoken]:
    return [
        Spoken(conversation=f"{name}{n}", at=NOW - ago, text=text) for n, text in enumerate(texts)
    ]


def test_nothing_is_no_surge() -> None:
    assert surges([], NOW) == ()


def test_many_conversations_about_one_thing_are_one_surge() -> None:
    (surge,) = surges(said(PAYING, ago=timedelta(minutes=10)), NOW)

    assert len(surge.conversations) == len(PAYING)
    assert set(surge.words) == {"оплата", "картой"}
    assert surge.usual == 0


def test_one_person_who_writes_often_is_no_surge() -> None:
    often = [
        Spoken(conversation="c1", at=NOW - timedelta(minutes=n), text=PAYING[0]) for n in range(20)
    ]
    assert surges(often, NOW) == ()


def test_a_few_are_a_coincidence() -> None:
    assert surges(said(PAYING[: FEWEST - 1], ago=timedelta(minutes=1)), NOW) == ()


def test_what_always_comes_is_no_surge() -> None:
    usual = [
        one
        for n in range(1, 48)
        for one in said(PAYING, ago=timedelta(minutes=30 * n + 5), name=f"d{n}-")
    ]
    now = said(PAYING, ago=timedelta(minutes=5))
    assert surges([*usual, *now], NOW) == ()
    assert len(surges([*usual[:30], *now], NOW)) == 1


def test_what_is_older_than_a_day_or_to_come_does_not_count() -> None:
    assert surges(said(PAYING, ago=timedelta(hours=30)), NOW) == ()
    assert surges(said(PAYING, ago=timedelta(hours=-1)), NOW) == ()
