"""The desk keeps what is pasted once, offers drafts once, and gives back what an operator knew."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.records import Opened, Written, open_records
from tests.ui.conftest import FakeCopilot
from ui.kept import draft_ahead
from ui.panel.operator import Desk
from ui.view.screen import Telling


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Any]:
    made: Any = FakeCopilot(tmp_path)
    made.records = open_records(tmp_path)
    yield made
    made.records.close()


@pytest.fixture
def desk(copilot: Any) -> Desk:
    return Desk(copilot, keeper=copilot)


def held(said: Telling | None = None, **more: Any) -> str:
    conversation = said.thread.conversation if said and said.thread else None
    return json.dumps({"serial": 1, "language": "ru", "conversation": conversation, **more})


def count(copilot: Any) -> int:
    return int(copilot.records.conversations.page("all").total)


def test_a_message_pasted_after_another_goes_on(desk: Desk, copilot: Any) -> None:
    first = desk.answer("Где диван?", "chat", "", held())
    second = desk.answer("И когда?", "chat", "", held(first))

    assert first.kept is not None
    assert second.kept is not None
    assert first.kept.id == second.kept.id
    whole = copilot.records.conversations.whole(first.kept.id)
    assert [m.text for m in whole.messages] == ["Где диван?", "И когда?"]
    assert [draft.through for draft in whole.drafts] == [2, 1]
    assert all(draft.shown for draft in whole.drafts)


def test_a_chat_pasted_again_with_more_in_it_is_the_same(desk: Desk, copilot: Any) -> None:
    log = "Клиент: Где диван?\nОператор: Смотрю."
    first = desk.answer(log, "chat", "", held())
    again = desk.answer(f"{log}\nКлиент: Ну что?", "chat", "", held(first))
    other = desk.answer("Клиент: Где стол?\nОператор: Смотрю.", "chat", "", held(again))

    assert first.kept is not None
    assert again.kept is not None
    assert other.kept is not None
    assert first.kept.id == again.kept.id != other.kept.id
    assert len(copilot.records.conversations.whole(first.kept.id).messages) == 3
    assert count(copilot) == 2


def test_demos_and_second_answers_are_not_kept(desk: Desk, copilot: Any) -> None:
    demo = desk.open_demo(0, held())
    desk.answer("", "chat", "", held(demo))
    pasted = desk.answer("Где диван?", "chat", "", held(demo))
    again = desk.answer("", "chat", "", held(pasted))

    assert again.kept is None
    assert count(copilot) == 1


def test_a_draft_made_ahead_is_offered_and_not_made_twice(desk: Desk, copilot: Any) -> None:
    opened, said = Opened(source="api"), [Written(role="customer", text="Где диван?")]
    name = copilot.records.conversations.put(opened, said, now=desk.clock()).id
    ahead = draft_ahead(copilot, name, now=desk.clock())
    assert ahead is not None
    assert draft_ahead(copilot, name, now=desk.clock()) is None

    shown = desk.listen(held(do="open", kept=name), "chat", "")

    assert shown.kept is not None
    assert shown.kept.draft == ahead.id
    (draft,) = copilot.records.conversations.whole(name).drafts
    assert draft.shown is not None


def test_what_an_operator_knew_waits_with_the_conversation(desk: Desk, copilot: Any) -> None:
    first = desk.answer("Где диван?", "chat", "", held())
    second = desk.answer("Клиент: Где стол?\nОператор: Смотрю.", "chat", "", held(first))
    assert first.kept is not None

    desk.listen(held(second, do="open", kept=first.kept.id), "chat", "")
    back = desk.listen(
        held(first, do="open", kept=first.kept.id, framework="CARE"), "chat", "заказ: 784-1120"
    )

    assert back.thread is not None
    assert back.thread.conversation["card"]["facts"] == {"order": "784-1120"}
    assert copilot.asked[-1][1] == "CARE"


def test_an_unknown_conversation_is_a_problem_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    said = desk.listen(held(do="open", kept="none"), "chat", "")
    without: Any = FakeCopilot(tmp_path)

    assert (said.kind, said.thread) == ("problem", None)
    assert Desk(without).listen(held(do="open", kept="x"), "chat", "").kind == "problem"
