"""Conversations come in odd shapes; a wrong one is named, a usable one is read."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot import Conversation, Message, read_conversation
from copilot.conversation import MAX_MESSAGE_CHARS, MAX_MESSAGES
from copilot.errors import BadConversation


def said(*pairs: tuple[str, str]) -> dict[str, object]:
    return {"messages": [{"role": role, "text": text} for role, text in pairs]}


def test_the_clock_is_used_only_where_the_input_has_none(now: datetime) -> None:
    silent = read_conversation(said(("customer", "hi")), now=now)
    dated = read_conversation({**said(), "now": "2026-01-02T03:04:05+03:00"}, now=now)

    assert silent.now == now
    assert dated.now is not None
    assert dated.now.isoformat() == "2026-01-02T03:04:05+03:00"


def test_a_moment_without_a_zone_is_read_in_ours(now: datetime) -> None:
    local = read_conversation({**said(), "now": "2026-01-02T03:04:05"}, now=now)

    assert local.now is not None
    assert local.now.utcoffset() == now.utcoffset()


def test_a_burst_of_messages_is_one_turn(now: datetime) -> None:
    chat = read_conversation(
        said(("customer", "1"), ("operator", "2"), ("customer", "3"), ("customer", "4")), now=now
    )

    assert [message.text for message in chat.last_turn] == ["3", "4"]
    assert chat.last_customer_text == "3\n4"
    assert chat.operator_texts == ("2",)


def test_the_last_customer_turn_is_found_behind_an_answer(now: datetime) -> None:
    chat = read_conversation(said(("customer", "a"), ("customer", "b"), ("operator", "c")), now=now)

    assert chat.last_turn == ()
    assert chat.last_customer_text == "a\nb"


def test_keys_of_other_systems_are_passed_over(now: datetime) -> None:
    chat = read_conversation({**said(("customer", "hi")), "draft": "x", "inbox": 7}, now=now)

    assert chat.messages[0].text == "hi"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "not JSON"),
        ("[1]", "a JSON object, not list"),
        (b"\xff\xfe{", "not UTF-8"),
        ("{}", "messages"),
        ('{"messages": [{"role": "boss", "text": "x"}]}', "messages.0.role"),
        ('{"messages": [{"role": "customer", "text": 5}]}', "messages.0.text"),
        ('{"messages": [], "now": "soon"}', "now"),
        ('{"messages": [], "channel": "pigeon"}', "channel"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_conversation_is_named(raw: str | bytes, reason: str, now: datetime) -> None:
    with pytest.raises(BadConversation, match=reason):
        read_conversation(raw, now=now)


def test_a_byte_order_mark_is_no_fault(now: datetime) -> None:
    assert read_conversation(b'\xef\xbb\xbf{"messages": []}', now=now).messages == ()


def test_invisible_characters_do_not_reach_the_rules() -> None:
    message = Message(role="customer", text="во\u200bзв\u202eрат\x00 \U000e0041денег\ud800")

    assert message.text == "возврат денег"


def test_a_long_message_keeps_its_head_and_tail() -> None:
    text = "a" * 60_000 + "end"

    kept = Message(role="customer", text=text).text

    assert len(kept) <= MAX_MESSAGE_CHARS + len("\n...\n")
    assert kept.startswith("aaa")
    assert kept.endswith("end")


def test_a_long_thread_keeps_its_newest_messages() -> None:
    messages = tuple(Message(role="customer", text=str(n)) for n in range(10_000))

    kept = Conversation(messages=messages).messages

    assert len(kept) == MAX_MESSAGES
    assert kept[-1].text == "9999"


@given(st.text(max_size=300))
def test_any_text_is_a_message(text: str) -> None:
    clean = Message(role="customer", text=text).text

    clean.encode("utf-8")
    assert Message(role="customer", text=clean).text == clean
