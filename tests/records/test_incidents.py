"""Incidents: switched on by a lead, told in the same true words, kept for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from copilot.brief import Frame, Perception, Signal
from copilot.conversation import Conversation, Message
from copilot.errors import NoSuchRecord
from copilot.incidents import Incident, Told, informed
from copilot.records import Opened, Records, Written, open_records
from copilot.suggestion import Result
from knowledge import Locale

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
RU = Told(
    facts=("Оплата картой не проходит с 10:40, деньги не списываются",),
    workaround="оплатить через СБП",
    allowance="до 300 ₽ бонусами",
)
EN = Told(facts=("Card payments have been failing since 10:40",))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path)
    yield opened
    opened.close()


def incident(**changes: object) -> Incident:
    given = {
        "id": "i1",
        "title": "Не проходит оплата картой",
        "about": ("оплата картой", "не проходит оплата", "card payment"),
        "told": {"ru": RU, "en": EN},
        "started": NOW,
        "next_update": NOW + timedelta(hours=3),
    }
    return Incident.model_validate({**given, **changes})


def heard(*signals: str, hostility: int = 0, language: Locale = "ru") -> Perception:
    return Perception(
        language=language,
        hostility=hostility,
        signals=tuple(Signal(name=name, span="x", message=0) for name in signals),
    )


def asked(text: str) -> Conversation:
    return Conversation(messages=(Message(role="customer", text=text),), now=NOW)


@pytest.mark.parametrize(
    ("text", "perception", "concerned"),
    [
        ("Третий раз пытаюсь оплатить картой, ошибка!", heard("complaint"), True),
        ("Карты не принимаете, оплатить не могу", heard(hostility=1), True),
        ("Можно оплатить картой курьеру?", heard("simple_question"), False),
        ("Где мой заказ?", heard("status_request"), False),
        ("Сайт лежит!", heard("outage"), False),
        ("My card payment fails", heard("complaint", language="en"), True),
    ],
)
def test_it_concerns_who_complains_of_it(
    text: str, perception: Perception, concerned: bool
) -> None:
    assert incident().concerns(text, perception) is concerned


def test_without_phrases_it_concerns_every_outage() -> None:
    general = incident(about=())
    assert general.concerns("Сайт лежит!", heard("outage"))
    assert not general.concerns("Сломался чайник", heard("defect", hostility=3))


def test_a_language_that_it_does_not_tell_is_left_alone() -> None:
    russian = incident(told={"ru": RU})
    assert not russian.concerns("My card payment fails", heard("complaint", language="en"))


def test_its_facts_stand_first_on_the_card_and_the_conversation_is_about_an_outage() -> None:
    conversation, perception = informed(
        asked("Оплата картой не проходит"), heard("complaint"), [incident()]
    )

    assert conversation.card.incident == "i1"
    assert conversation.card.notes == (
        "Оплата картой не проходит с 10:40, деньги не списываются",
        "Обходной путь: оплатить через СБП",
        "Лимит оператора: до 300 ₽ бонусами",
        "Следующее обновление в 15:00",
    )
    assert [signal.name for signal in perception.signals] == ["complaint", "outage"]
    assert perception.signals[-1].span == "Оплата картой не проходит"


def test_a_late_update_is_no_longer_promised() -> None:
    late = incident(next_update=NOW - timedelta(minutes=1))
    assert late.overdue(NOW)
    assert not any("обновление" in note for note in late.notes("ru", NOW, UTC))


def test_an_update_on_another_day_names_the_day() -> None:
    tomorrow = incident(next_update=NOW + timedelta(hours=20))
    assert tomorrow.notes("ru", NOW, UTC)[-1] == "Следующее обновление 4 марта в 08:00"
    assert tomorrow.notes("en", NOW, UTC)[-1] == "Next update on 4 March at 08:00"


def test_the_newest_of_two_counts() -> None:
    newer = incident(id="i2", started=NOW + timedelta(minutes=5))
    conversation, _ = informed(
        asked("Оплата картой не проходит"), heard("complaint"), [incident(), newer]
    )
    assert conversation.card.incident == "i2"


def test_a_conversation_without_a_customer_stays_as_it_is() -> None:
    silent = Conversation(messages=(Message(role="operator", text="Алло?"),), now=NOW)
    assert informed(silent, heard("outage"), [incident(about=())]) == (silent, heard("outage"))


def test_it_is_kept_with_everything_it_told(records: Records) -> None:
    begun = records.incidents.start("Оплата", {"ru": RU}, now=NOW, by="lead")
    later = NOW + timedelta(minutes=30)
    changed = records.incidents.update(
        begun.id, now=later, by="other", told={"ru": {**RU.model_dump(), "facts": ["Чиним"]}}
    )

    assert changed.told["ru"].facts == ("Чиним",)
    assert records.incidents.on() == (changed,)
    (before,) = records.incidents.versions(begun.id)
    assert before["told"]["ru"]["facts"] == list(RU.facts)
    assert (before["until"], before["changed_by"]) == (later.isoformat(), "other")

    over = records.incidents.end(begun.id, now=later, ending={"ru": "Всё работает"})
    assert (over.ended, over.ending) == (later, {"ru": "Всё работает"})
    assert records.incidents.on() == ()
    assert records.incidents.of_all_time() == (over,)
    with pytest.raises(NoSuchRecord, match="over"):
        records.incidents.update(begun.id, now=later, title="x")


def test_what_cannot_be_told_is_refused_and_nothing_is_lost(records: Records) -> None:
    begun = records.incidents.start("Оплата", {"ru": RU}, now=NOW)
    with pytest.raises(ValidationError):
        records.incidents.update(begun.id, now=NOW, told={})
    with pytest.raises(ValidationError):
        records.incidents.start("", {"ru": RU}, now=NOW)
    assert records.incidents.on() == (begun,)
    with pytest.raises(NoSuchRecord):
        records.incidents.get("nobody")


def test_who_was_answered_with_it_can_be_told_when_it_is_over(records: Records) -> None:
    begun = records.incidents.start("Оплата", {"ru": RU}, now=NOW)
    names = [
        records.conversations.put(
            Opened(source="api", outer_id=outer),
            [Written(role="customer", text=f"Оплата не проходит, {outer}")],
            now=NOW,
        ).id
        for outer in ("one", "two")
    ]
    assert records.incidents.to_tell(begun.id) == ()

    for name, told in zip(names, (begun.id, ""), strict=True):
        result = Result(
            conversation=name,
            incident=told,
            perception=heard("outage"),
            frame=Frame(framework="LEAD"),
        )
        records.drafts.keep(name, result, through=1, now=NOW)

    assert records.incidents.to_tell(begun.id) == ((names[0], "Оплата не проходит, one"),)


def test_a_surge_is_read_from_the_kept_messages(records: Records) -> None:
    for n in range(6):
        records.conversations.put(
            Opened(source="api", outer_id=str(n)),
            [Written(role="customer", text=f"Не проходит оплата картой, {n}", at=NOW)],
            now=NOW,
        )
    (surge,) = records.incidents.surges(NOW + timedelta(minutes=5))
    assert len(surge.conversations) == 6
    assert records.incidents.surges(NOW + timedelta(hours=2)) == ()
