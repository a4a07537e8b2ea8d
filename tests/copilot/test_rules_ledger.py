"""What was promised is remembered, with the time it falls due, and shown when it was not kept."""

from datetime import datetime

import pytest

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Conversation, Message
from copilot.rules import Ruleset, pledges, reminders, review
from copilot.suggestion import Draft
from knowledge import Locale

MONDAY = datetime.fromisoformat("2026-05-11T12:00:00+03:00")
TUESDAY = datetime.fromisoformat("2026-05-12T10:05:00+03:00")


def talk(*ours: tuple[str, str], now: datetime = TUESDAY) -> Conversation:
    said = [Message(role="operator", text=text, at=datetime.fromisoformat(at)) for text, at in ours]
    asked = Message(role="customer", text="?", at=MONDAY)
    return Conversation(now=now, messages=(asked, *said))


def brief(*ours: tuple[str, str], language: Locale = "ru") -> Brief:
    return Brief(conversation=talk(*ours), perception=Perception(language=language),
                 frame=Frame(framework="NONE"))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Напишу вам сегодня до 18:00.", "2026-05-11T18:00:00+03:00"),
        ("Вернём деньги до 15 мая.", "2026-05-15T23:59:00+03:00"),
        ("Отвечу через два часа.", "2026-05-11T14:30:00+03:00"),
        ("Вернём деньги за 3 рабочих дня.", "2026-05-14T23:59:00+03:00"),
        ("Привезём к пятнице.", "2026-05-15T23:59:00+03:00"),
        ("I'll write to you by 5 pm.", "2026-05-11T17:00:00+03:00"),
    ],
)
def test_a_promise_falls_due_at_a_time_counted_from_when_it_was_made(text: str, due: str) -> None:
    (pledge,) = pledges(talk((text, "2026-05-11T12:30:00+03:00")), TUESDAY)

    assert pledge.due == datetime.fromisoformat(due)
    assert pledge.message == 1


def test_a_promise_past_its_time_is_late() -> None:
    (pledge,) = pledges(
        talk(("Курьер приедет сегодня до 18:00.", "2026-05-11T12:30:00+03:00")), TUESDAY
    )

    assert pledge.status == "late"


def test_a_promise_to_write_is_kept_by_writing_in_time() -> None:
    kept = talk(
        ("Напишу вам сегодня до 18:00.", "2026-05-11T12:30:00+03:00"),
        ("Склад ещё ищет.", "2026-05-11T17:40:00+03:00"),
    )

    assert [pledge.status for pledge in pledges(kept, TUESDAY)] == ["open"]


def test_a_promise_without_a_known_time_is_open() -> None:
    (pledge,) = pledges(talk(("Вернём вам деньги.", "2026-05-11T12:30:00+03:00")), TUESDAY)

    assert (pledge.due, pledge.status) == (None, "open")


def test_silence_on_a_broken_promise_is_found() -> None:
    given = brief(("Курьер приедет сегодня до 18:00.", "2026-05-11T12:30:00+03:00"))

    (finding,) = review(Draft.from_text("Заказ сейчас на складе."), given, Ruleset(()))
    assert "Курьер приедет" in finding.why
    assert finding.severity == "medium"


@pytest.mark.parametrize(
    "text",
    ["Простите, вчера не приехали.", "Курьер вчера так и не приехал, заказ на складе."],
)
def test_owning_up_to_a_broken_promise_is_enough(text: str) -> None:
    given = brief(("Курьер приедет сегодня до 18:00.", "2026-05-11T12:30:00+03:00"))

    assert review(Draft.from_text(text), given, Ruleset(())) == ()


def test_an_own_next_step_with_a_time_becomes_a_reminder() -> None:
    draft = Draft.from_text("Проверю склад. Напишу вам завтра до 12:00. Курьер приедет в 15:00.")

    (reminder,) = reminders(draft, brief())
    assert reminder.due == datetime.fromisoformat("2026-05-13T12:00:00+03:00")
    assert "Напишу" in reminder.text
