"""Calls outlive a restart, pauses grow, and a broken stage loses no message. The clock is ours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from copilot.conversation import Conversation
from copilot.errors import BadConversation
from copilot.records import open_records
from copilot.suggestion import Result
from tests.chatwoot.conftest import FakeCopilot
from tests.fake_chatwoot import BOT_TOKEN, FakeChatwoot, Fault
from ui.chatwoot import Chatwoot, ChatwootTrouble, Follower, Pace
from ui.chatwoot.reading import Called, called, moment, written


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[FakeCopilot]:
    made = FakeCopilot(tmp_path)
    yield made
    made.records.close()


@pytest.fixture
def client(chatwoot: FakeChatwoot) -> Iterator[Chatwoot]:
    made = Chatwoot(chatwoot.url, BOT_TOKEN, total_s=2)
    yield made
    made.close()


CALL = Called(event="message_created", account=1, number=7, says="customer")


def test_a_burst_is_read_when_it_is_over(
    copilot: FakeCopilot, client: Chatwoot, chatwoot: FakeChatwoot, clock: Clock
) -> None:
    chatwoot.conversation(7)
    chatwoot.write(7, "Где диван?")
    follower = Follower(copilot, client, clock=clock)

    assert follower.take("d1", CALL)
    assert not follower.take("d1", CALL)
    clock.go(1.4)
    assert follower.step() == 0
    follower.take("d2", CALL)
    clock.go(1.4)
    assert follower.step() == 0
    clock.go(0.2)
    assert follower.step() == 1
    assert copilot.records.deliveries.counts() == {"done": 2}


def test_what_was_taken_before_a_crash_is_read_after_it(
    copilot: FakeCopilot, client: Chatwoot, chatwoot: FakeChatwoot, clock: Clock, tmp_path: Path
) -> None:
    chatwoot.conversation(7)
    chatwoot.write(7, "Где диван?")
    Follower(copilot, client, clock=clock).take("d1", CALL)

    again = Follower(copilot, client, clock=clock)
    again.start(threads=1)

    assert again.settled(20)
    again.stop()
    assert copilot.records.conversations.page("waiting").total == 1
    records = open_records(tmp_path)
    assert records.deliveries.waiting() == ()
    records.close()


def test_pauses_grow_and_a_named_one_is_kept(
    copilot: FakeCopilot, client: Chatwoot, chatwoot: FakeChatwoot, clock: Clock
) -> None:
    chatwoot.conversation(7)
    chatwoot.write(7, "Где диван?")
    chatwoot.faults = [Fault(500), Fault(500), Fault(429, headers={"retry-after": "40"})]
    follower = Follower(copilot, client, clock=clock)
    follower.take("d1", CALL)
    steps: list[int] = []

    for pause in (2, 1.1, 2.1, 39, 2):
        clock.go(pause)
        steps.append(follower.step())

    assert steps == [1, 1, 1, 0, 1]
    assert copilot.records.deliveries.counts() == {"done": 1}
    assert Pace().pause_s(500) == 300


def test_a_broken_composer_loses_no_message(
    copilot: FakeCopilot, client: Chatwoot, chatwoot: FakeChatwoot, clock: Clock
) -> None:
    class Broken(FakeCopilot):
        error: Exception

        def suggest(self, _: Conversation, **__: Any) -> Result:
            raise self.error

    broken = Broken(copilot.settings.home)
    for number, error in ((7, BadConversation("no")), (8, ZeroDivisionError("bug"))):
        chatwoot.conversation(number)
        chatwoot.write(number, "Где диван?")
        broken.error = error
        follower = Follower(broken, client, clock=clock)
        follower.take(f"d{number}", CALL.model_copy(update={"number": number}))
        clock.go(2)
        assert follower.step() == 1

    kept = broken.records.conversations.page("waiting")
    assert [line.outer_id for line in kept.items] == ["7", "8"]
    assert broken.records.deliveries.counts() == {"done": 1, "failed": 1}
    broken.records.close()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(hang_up=True), "away"), (Fault(401, b"{}"), "refused"), (Fault(404), "missing"),
        (Fault(429), "busy"), (Fault(503), "broken"), (Fault(418), "odd"), (Fault(200, b"<p>"), "odd"),
        (Fault(200, b"[1]"), "odd"), (Fault(200, b" " * 5_000_000), "large"),
        (Fault(301, headers={"location": "https://evil.example/?a=1"}), "redirected"),
    ],
)  # fmt: skip
def test_every_trouble_has_its_kind_and_no_token(
    client: Chatwoot, chatwoot: FakeChatwoot, fault: Fault, kind: str
) -> None:
    chatwoot.faults = [fault]

    with pytest.raises(ChatwootTrouble) as caught:
        client.conversation(1, 7)

    assert caught.value.kind == kind
    assert BOT_TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_bytes_that_drip_end_in_time(chatwoot: FakeChatwoot) -> None:
    from threading import Event

    go_on = Event()
    chatwoot.faults = [Fault(drip=go_on)]
    client = Chatwoot(chatwoot.url, BOT_TOKEN, total_s=0.3)

    with pytest.raises(ChatwootTrouble, match="too long"):
        client.conversation(1, 7)

    go_on.set()
    client.close()


def test_nobody_listening_is_told_as_such() -> None:
    client = Chatwoot("http://127.0.0.1:9", BOT_TOKEN)

    with pytest.raises(ChatwootTrouble, match="TEPLO_CHATWOOT_URL"):
        client.profile()

    client.close()


def test_calls_are_read_whatever_shape_they_have() -> None:
    told = {"event": "message_created", "account": {"id": 1}, "conversation": {"id": 7}}

    incoming = called({**told, "message_type": "incoming"})
    private = called({**told, "message_type": "outgoing", "private": True})
    status = called(
        {"event": "conversation_status_changed", "id": 7, "messages": [{"account_id": 1}]}
    )

    assert incoming is not None
    assert (incoming.account, incoming.number, incoming.says) == (1, 7, "customer")
    assert private is not None
    assert private.says == "other"
    assert status is not None
    assert status.account == 1
    assert called({"event": "message_created", "conversation": {"id": 7}}) is None
    assert called("x") is None


def test_times_are_seconds_or_iso_and_odd_ones_are_none() -> None:
    assert moment(1_795_000_000) == moment("2026-11-18T11:06:40Z")
    assert moment("2026-11-18T11:06:40") is not None
    assert [moment(odd) for odd in (None, True, "soon", 1e30, float("nan"))] == [None] * 5


def test_a_message_that_does_not_say_whether_it_is_private_is_left_out() -> None:
    said = {"id": 1, "content": "тайна", "message_type": 1, "sender": {"type": "user"}}

    assert written([said]) == ()
    assert len(written([{**said, "private": False}])) == 1
