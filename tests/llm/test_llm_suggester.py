"""A model that answers well: what comes of its answer, and what it was given."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from copilot.brief import Fact
from copilot.conversation import Message
from copilot.errors import LlmUnavailable, Withheld
from copilot.suggesters import FallbackSuggester
from copilot.suggestion import Draft, Finding
from tests.llm.conftest import (
    GOOD_RU,
    FakeLlm,
    Handler,
    MakeBrief,
    MakeSuggester,
    Standing,
    reply_of,
    saying,
)

pytestmark = pytest.mark.slow


def test_a_good_answer_becomes_the_first_draft(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU, sources=["S03#1"]))
    both = FallbackSuggester(first=suggester(), then=Standing())

    first, second = both.draft(brief())

    assert first.origin == "llm"
    assert [s.step for s in first.sentences] == ["L", "E", "A", "D"]
    assert first.slots == ("когда",)
    assert second.text == "Смотрю заказ 784-1120."
    assert both.notices() == ()


def test_a_source_that_nobody_sent_is_dropped(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU, sources=["S99#4", "S03#1"]))

    (draft,) = suggester().draft(brief())

    assert {source for s in draft.sentences for source in s.sources} == {"S03#1"}


def test_a_fact_without_a_source_gets_the_one_that_holds_it(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))

    (draft,) = suggester().draft(brief())

    assert [s.sources for s in draft.sentences] == [(), (), (), ("S03#1",)]


def test_thoughts_and_fences_around_the_answer_do_no_harm(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    thinking = '<think>{"sentences": maybe {so}</think>\n```json\n' + reply_of(*GOOD_RU) + "\n```"
    server.personality = saying(thinking)

    (draft,) = suggester().draft(brief())

    assert draft.text.startswith("Заказ 784-1120 ждёте с пятницы")


def test_markup_is_taken_off(server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester) -> None:
    marked = (("L", "**Заказ 784-1120** ждёте с <b>пятницы</b>, и его `всё` нет."), *GOOD_RU[1:])
    server.personality = saying(reply_of(*marked))

    (draft,) = suggester().draft(brief())

    assert draft.sentences[0].text == "Заказ 784-1120 ждёте с пятницы, и его всё нет."


@pytest.mark.parametrize("refused", ["json_schema", "response_format"])
def test_a_server_without_structured_output_is_asked_in_words(
    refused: str, server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def personality(handler: Handler, request: dict[str, Any]) -> None:
        if refused in json.dumps(request):
            handler.reply(b'{"error": {"message": "unknown field"}}', 400)
        else:
            handler.complete(reply_of(*GOOD_RU))

    server.personality = personality
    one = suggester()

    one.draft(brief())
    before = len(server.bodies)
    one.draft(brief())

    assert len(server.bodies) == before + 1, "what the server can do is remembered"


def test_a_fault_is_named_and_repaired_once(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def personality(handler: Handler, request: dict[str, Any]) -> None:
        first = len(request["messages"]) == 2
        end = "Верну 5000 рублей завтра." if first else GOOD_RU[3][1]
        handler.complete(reply_of(*GOOD_RU[:3], ("D", end)))

    server.personality = personality

    (draft,) = suggester().draft(brief())

    assert "5000" not in draft.text
    assert "5000" in json.loads(server.bodies[1])["messages"][-1]["content"]
    assert len(server.bodies) == 2


def test_a_critical_finding_of_the_rules_is_repaired_too(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    def review(draft: Draft, _: object) -> list[Finding]:
        if "Успокойтесь" not in draft.text:
            return []
        why = "это приказ чувствовать иначе"
        return [
            Finding(rule="RU-A1", type="calm_down", severity="critical", span="Успокойтесь",
                    start=0, end=11, why=why)
        ]  # fmt: skip

    def personality(handler: Handler, request: dict[str, Any]) -> None:
        first = len(request["messages"]) == 2
        start = ("L", "Успокойтесь, заказ 784-1120 найдётся.") if first else GOOD_RU[0]
        handler.complete(reply_of(start, *GOOD_RU[1:]))

    server.personality = personality

    (draft,) = suggester(review=review).draft(brief())

    assert "Успокойтесь" not in draft.text
    assert "приказ чувствовать" in server.bodies[1]


def test_private_details_go_out_masked_and_come_back_whole(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    end = ("D", "Позвоню на [PHONE_1], когда курьер выедет. Удобно?")
    server.personality = saying(reply_of(*GOOD_RU[:3], end))
    talk = brief(
        "Где заказ 784-1120, ждём с пятницы? Мой номер +79161234567, код 482913",
        perception={"facts": (Fact(kind="contact", value="+79161234567", message=0),)},
        notes=("Почта клиента anna@example.org",),
        earlier=(Message(role="operator", text="Ваш телефон +79161234567?"),),
    )

    (draft,) = suggester().draft(talk)

    sent = server.bodies[0]
    assert "+79161234567" in draft.text
    assert not [secret for secret in ("9161234567", "anna@", "482913") if secret in sent]
    assert "784-1120" in sent


def test_the_customer_never_speaks_in_the_system_role(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    suggester().draft(brief())

    system, user = json.loads(server.bodies[0])["messages"]

    assert (system["role"], user["role"]) == ("system", "user")
    assert "подарок нужен" not in system["content"]
    assert "подарок нужен" in user["content"]


def test_the_same_brief_is_sent_as_the_same_bytes(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    one = suggester()

    one.draft(brief())
    one.draft(brief())

    assert server.bodies[0] == server.bodies[1]


def test_what_was_sent_is_kept_word_for_word_and_for_this_user_only(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    server.personality = saying(reply_of(*GOOD_RU))
    suggester().draft(brief())

    kept = tmp_path / "home" / "outbox" / "sent.jsonl"
    entry = json.loads(kept.read_text("utf-8"))

    assert entry["body"] == json.loads(server.bodies[0])
    assert entry["host"] == "127.0.0.1"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_what_cannot_be_written_down_is_not_sent(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "outbox").write_text("a file where the folder should be")
    one = suggester()

    with pytest.raises(LlmUnavailable) as caught:
        one.draft(brief())

    assert caught.value.kind == "unsent"
    assert server.bodies == []


def test_neither_the_key_nor_the_conversation_is_logged(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester, caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    server.personality = lambda handler, _: handler.reply(b'{"error": "sk-canary-key"}', 401)
    one = suggester()

    with pytest.raises(LlmUnavailable) as caught:
        one.draft(brief())

    everything = caplog.text + str(caught.value)
    everything += "".join(f.read_text("utf-8") for f in tmp_path.rglob("*.jsonl"))
    assert server.keys == ["Bearer sk-canary-key"]
    assert "sk-canary-key" not in everything
    assert "подарок" not in caplog.text


@pytest.mark.parametrize("protocol", ["self_harm", "health", "safety", "fraud", "violence", "leak"])
def test_a_model_is_not_asked_where_only_approved_words_may_stand(
    protocol: str, server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    one = suggester()

    with pytest.raises(Withheld):
        one.draft(brief(protocol=protocol))

    assert server.bodies == []


def test_a_message_that_orders_a_machine_about_is_not_sent(
    server: FakeLlm, brief: MakeBrief, suggester: MakeSuggester
) -> None:
    one = suggester()

    with pytest.raises(Withheld):
        one.draft(brief(perception={"risk": "injection"}))

    assert server.bodies == []


def test_a_user_name_in_the_address_is_not_shown(
    suggester: MakeSuggester, brief: MakeBrief
) -> None:
    one = suggester(url="http://admin:secret@127.0.0.1:9/v1")

    with pytest.raises(LlmUnavailable) as caught:
        one.draft(brief())

    assert "secret" not in str(caught.value)
