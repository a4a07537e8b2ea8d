"""What happens at the operator's desk when something is pressed."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from copilot.errors import LlmUnavailable
from ui.demo import demo_conversation
from ui.panel.operator import Desk
from ui.panel.thread import MAX_THREAD_CHARS


def held(conversation: Any = None, **more: Any) -> str:
    plain = conversation.model_dump(mode="json") if conversation is not None else None
    return json.dumps({"serial": 7, "language": "ru", "conversation": plain, **more})


def asked(do: str, conversation: Any = None, **more: Any) -> str:
    return held(conversation, do=do, **more)


@pytest.fixture
def demo() -> Any:
    return demo_conversation("ru")


def texts(telling: Any) -> list[str]:
    return [m["text"] for m in telling.thread.conversation["messages"]]


def test_a_new_page_gets_words_and_a_demo_with_drafts(desk: Any) -> None:
    telling = desk.listen(asked("start"), "chat", "")
    assert telling.words["conversation"]["answer"] == "Ответить"
    assert telling.thread.demo
    assert len(telling.answer.drafts) == 3


def test_the_demo_speaks_the_language_of_the_page(desk: Any, demo: Any) -> None:
    telling = desk.listen(asked("start", demo, language="en"), "chat", "")
    assert telling.language == "en"
    assert texts(telling)[0].startswith("Hello. Table")


def test_a_page_without_a_language_gets_the_one_that_is_set(desk: Any) -> None:
    assert desk.listen("{}", "chat", "").language == "ru"


def test_pasting_a_chat_takes_the_place_of_the_demo(desk: Any, demo: Any) -> None:
    telling = desk.answer(
        "Клиент: где?\nОператор: тут\nКлиент: ау", "email", "заказ: 784-1120", held(demo)
    )
    assert texts(telling) == ["где?", "тут", "ау"]
    assert telling.thread.conversation["channel"] == "email"
    assert not telling.thread.demo


def test_the_card_of_a_demo_does_not_stick_to_a_real_conversation(desk: Any, demo: Any) -> None:
    telling = desk.answer("где мой заказ", "chat", "заказ: 784-1120", held(demo))
    assert telling.thread.conversation["card"]["facts"] == {}


def test_a_plain_message_goes_on_in_a_real_conversation(desk: Any, demo: Any) -> None:
    own = demo.model_copy(update={"id": "own-1"})
    telling = desk.answer("ну что там", "chat", "", held(own))
    assert texts(telling) == [*(m.text for m in own.messages), "ну что там"]


def test_the_operators_framework_is_used_until_the_conversation_changes(
    desk: Any, fake: Any, demo: Any
) -> None:
    desk.listen(asked("again", demo, framework="CARE"), "chat", "")
    desk.answer("Клиент: привет", "chat", "", held(demo, framework="CARE"))
    assert [framework for _, framework, _ in fake.asked] == ["CARE", None]


def test_notes_are_read_as_the_customer_card(desk: Any, fake: Any, demo: Any) -> None:
    desk.listen(asked("again", demo), "chat", "заказ: 5-5\nзвонить после 18")
    card = fake.asked[0][0].card
    assert (card.facts, card.notes) == ({"order": "5-5"}, ("звонить после 18",))


def test_what_was_typed_into_brackets_may_be_relied_on_in_a_check(
    desk: Any, fake: Any, demo: Any
) -> None:
    desk.listen(
        asked("check", demo, text="Привезём в 9", fills={"окно": "в 9", "срок": " "}), "chat", ""
    )
    assert fake.asked[0][0].card.notes == ("окно: в 9",)


def test_a_check_tells_what_stops_the_text(desk: Any, demo: Any) -> None:
    telling = desk.listen(asked("check", demo, text="ну успокойтесь"), "chat", "")
    assert telling.kind == "check"
    assert telling.check.stops == ("Это звучит как приказ.",)


def test_an_empty_conversation_is_a_question_back_and_no_crash(desk: Any) -> None:
    telling = desk.answer("  ", "chat", "", held())
    assert (telling.kind, telling.problem) == ("problem", "Сначала вставьте сообщение клиента.")


def test_a_conversation_without_the_customer_says_what_to_do(desk: Any) -> None:
    telling = desk.answer("Оператор: добрый день\nОператор: на связи", "chat", "", held())
    assert "смените роль" in telling.problem


def test_clearing_leaves_an_empty_thread_and_no_answer(desk: Any, demo: Any) -> None:
    telling = desk.clear(held(demo))
    assert texts(telling) == []
    assert telling.answer is None


def test_a_demo_is_opened_by_its_number(desk: Any) -> None:
    telling = desk.open_demo(2, held())
    assert telling.thread.conversation["id"] == "demo-question"


def test_the_embedded_answer_comes_first_and_the_models_after(
    tmp_path: Path, fake_class: Any, demo: Any, now: datetime
) -> None:
    fake = fake_class(tmp_path, model="m", openai_base_url="http://localhost:1/v1")
    desk = Desk(fake, clock=lambda: now)
    first = desk.listen(asked("again", demo), "chat", "")
    *partials, last = desk.write(asked("model", demo), "chat", "")
    assert first.awaits
    assert [told.partial.text for told in partials] == [
        "Вижу по заказу.",
        "Вижу по заказу. Вечер под угрозой.",
    ]
    assert last.model.draft.origin == "слова модели"
    assert last.model.cost == "m: 1012 токенов, 0,0031 USD, 1,8 с"
    assert [llm for *_, llm in fake.asked] == [False, True]


def test_a_newer_request_of_a_page_ends_the_one_before(desk: Any, fake: Any, demo: Any) -> None:
    fake.model_may_answer.clear()
    first = desk.write(asked("model", demo, page="p"), "chat", "")
    other = desk.write(asked("model", demo, page="q"), "chat", "")
    assert (next(first).kind, next(other).kind) == ("partial", "partial")
    second = desk.write(asked("model", demo, page="p"), "chat", "")
    assert next(second).kind == "partial"
    assert [terms.cancelled.is_set() for terms in fake.terms] == [True, False, False]
    assert list(first) == []


def test_why_a_model_wrote_nothing_is_said(desk: Any, fake: Any, demo: Any) -> None:
    fake.model_refuses = "Дневной бюджет исчерпан."
    *_, last = desk.write(asked("model", demo), "chat", "")
    assert last.model.draft is None
    assert last.model.notices == ("Дневной бюджет исчерпан.",)


def test_a_model_that_breaks_off_leaves_the_rest_alone(
    desk: Any, fake: Any, demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("secret of a customer")

    monkeypatch.setattr(fake, "suggest_stream", broken)
    (told,) = desk.write(asked("model", demo), "chat", "")
    assert (told.kind, told.of) == ("problem", "model")
    assert "secret" not in told.problem


def test_an_own_text_is_improved_with_its_changes(desk: Any, demo: Any) -> None:
    (told,) = desk.write(asked("improve", demo, text="Напишу скоро.", how="fix"), "chat", "")
    assert [(p.kind, p.text) for p in told.improved.pieces] == [
        ("same", "Напишу "),
        ("cut", "скоро"),
        ("added", "до 18:00"),
        ("same", "."),
    ]
    assert told.improved.text == "Напишу до 18:00."


def test_what_was_filled_in_is_known_to_who_improves(desk: Any, fake: Any, demo: Any) -> None:
    fills = {"новое окно": "в субботу"}
    list(desk.write(asked("improve", demo, text="Да.", how="warmer", fills=fills), "chat", ""))
    assert "новое окно: в субботу" in fake.asked[-1][0].card.notes


def test_nothing_to_improve_is_said_with_the_reason(desk: Any, demo: Any) -> None:
    (told,) = desk.write(asked("improve", demo, text="Да.", how="to_en"), "chat", "")
    assert not told.improved.changed
    assert told.improved.notes == ("Перевести может только модель.",)
    (empty,) = desk.write(asked("improve", demo, text="  "), "chat", "")
    assert (empty.problem, empty.of) == ("Сначала напишите текст.", "improve")


def test_a_private_note_says_that_it_is_one(desk: Any, demo: Any) -> None:
    (told,) = desk.write(asked("note", demo), "chat", "")
    assert told.note.copied.startswith("[Внутренняя заметка, не для клиента]\nЧто случилось")
    (masked,) = desk.write(asked("note", demo, masked=True), "chat", "")
    assert "784-1120" not in masked.note.copied
    (none,) = desk.write(asked("note"), "chat", "")
    assert none.of == "note"
    assert none.problem


@pytest.mark.parametrize("raw", ["", "{", '{"do": "improve", "how": "louder"}', '{"do": "steal"}'])
def test_a_broken_writing_request_is_answered_all_the_same(desk: Any, raw: str) -> None:
    assert [told.kind for told in desk.write(raw, "chat", "")] == ["problem"]


def test_without_a_model_nothing_is_awaited_and_nothing_leaves(desk: Any, demo: Any) -> None:
    telling = desk.listen(asked("again", demo), "chat", "")
    assert not telling.awaits
    assert telling.privacy.local


def test_our_own_errors_are_shown_with_their_words(
    desk: Any, fake: Any, demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise LlmUnavailable("http://localhost:1/v1", "refused")

    monkeypatch.setattr(fake, "suggest", away)
    telling = desk.listen(asked("again", demo), "chat", "")
    assert "No usable answer from the language model" in telling.problem


def test_a_bug_shows_no_detail_and_goes_to_the_log(
    desk: Any,
    fake: Any,
    demo: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("secret of a customer")

    monkeypatch.setattr(fake, "suggest", broken)
    telling = desk.listen(asked("again", demo), "chat", "")
    assert telling.problem.startswith("Внутренняя ошибка")
    assert "secret" not in telling.problem
    assert "A request of the panel failed." in caplog.text


@pytest.mark.parametrize("raw", ["", "{", "[1]", '"x"', "null", '{"serial": "a"}', "[" * 5000])
def test_a_broken_request_is_answered_all_the_same(desk: Any, raw: str) -> None:
    assert desk.listen(raw, "chat", "").kind in {"screen", "problem"}
    assert desk.language(raw) == "ru"


def test_an_endless_conversation_keeps_its_newest_messages(desk: Any) -> None:
    log = "\n".join(f"Клиент: {n} {'слово ' * 2000}" for n in range(30))
    telling = desk.answer(log, "chat", "", held())
    sizes = [len(text) for text in texts(telling)]
    assert len(sizes) > 1
    assert sum(sizes) <= MAX_THREAD_CHARS


def test_the_same_request_is_answered_with_the_same_bytes(desk: Any, demo: Any) -> None:
    one, two = (desk.listen(asked("again", demo), "chat", "").model_dump_json() for _ in range(2))
    assert one == two
