"""What Chatwoot tells is taken once, signed, quickly; a draft lies ready; nothing is ever lost."""

import json
import logging
import threading
import time
from typing import Any

import pytest

from tests.chatwoot.conftest import ANSWER, Service
from tests.fake_chatwoot import AGENT_TOKEN, BOT_TOKEN, SECRET, FakeChatwoot, Fault


def test_a_message_is_read_again_and_a_draft_lies_ready(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    chatwoot.conversation(7)

    assert chatwoot.say(7, "Где мой диван?") == 200
    service.settle()

    whole = service.kept(7)
    assert [m.text for m in whole.messages] == ["Где мой диван?"]
    assert whole.draft is not None
    assert whole.draft.options[0]["text"] == ANSWER
    assert whole.line.assignee == "olga@shop.example"
    assert whole.line.topic == "delivery"
    waiting = service.rest.get("/api/v1/conversations", params={"view": "waiting"}).json()
    assert [(line["outer_id"], line["draft"]) for line in waiting["items"]] == [("7", "ready")]


def test_a_burst_is_answered_once_and_whole(service: Service, chatwoot: FakeChatwoot) -> None:
    chatwoot.conversation(7)

    for text in ("Здравствуйте", "Где диван", "Жду с утра"):
        chatwoot.say(7, text)
    service.settle()

    asked = service.copilot.asked[-1]
    assert [m.text for m in asked.last_turn] == ["Здравствуйте", "Где диван", "Жду с утра"]
    whole = service.kept(7)
    assert whole.draft is not None
    assert not whole.draft.stale


def test_what_was_sent_in_chatwoot_is_measured(service: Service, chatwoot: FakeChatwoot) -> None:
    chatwoot.conversation(7)
    chatwoot.say(7, "Где диван?")
    service.settle()

    chatwoot.say(7, ANSWER.replace("18:00", "20:00"), 1)
    service.settle()

    whole = service.kept(7)
    assert whole.draft is not None
    assert (whole.draft.outcome, whole.draft.measured) == ("edited", True)
    assert whole.line.waiting_since is None


def test_private_notes_and_activities_are_not_part_of_the_talk(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    chatwoot.conversation(7)
    chatwoot.write(7, "Анна: тайная заметка", 1, private=True)
    chatwoot.write(7, "Conversation was assigned", 2)
    chatwoot.write(7, "Мы скоро ответим", 3)
    chatwoot.write(7, "Ответ автомата", 1, sender={"id": 9, "type": "agent_bot"})
    chatwoot.write(7, None, 0, attachments=[{"file_type": "image"}])

    chatwoot.say(7, "Где диван?")
    service.settle()

    said = [(m.role, m.text) for m in service.kept(7).messages]
    assert said == [
        ("bot", "Мы скоро ответим"),
        ("bot", "Ответ автомата"),
        ("customer", "\N{PAPERCLIP} image"),
        ("customer", "Где диван?"),
    ]


def test_a_long_history_is_read_to_its_beginning_once(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    chatwoot.conversation(7)
    for n in range(55):
        chatwoot.write(7, f"сообщение {n}")
    chatwoot.say(7, "и ещё")
    service.settle()
    assert len(service.kept(7).messages) == 56
    before = len(chatwoot.asked)

    chatwoot.say(7, "последнее")
    service.settle()

    assert len(service.kept(7).messages) == 57
    assert len(chatwoot.asked) - before == 2


def test_resolved_conversations_leave_the_lists(service: Service, chatwoot: FakeChatwoot) -> None:
    chatwoot.conversation(7)
    chatwoot.say(7, "Где диван?")
    service.settle()
    chatwoot.conversations[7]["status"] = "resolved"

    chatwoot.deliver({**chatwoot.conversations[7], "event": "conversation_status_changed"})
    service.settle()

    assert service.kept(7).line.open is False


def test_a_replayed_call_is_taken_once(service: Service, chatwoot: FakeChatwoot) -> None:
    chatwoot.conversation(7)
    body = chatwoot.call(chatwoot.write(7, "Где диван?"))

    told = [chatwoot.deliver(body, delivery="d-1") for _ in range(3)]
    service.settle()

    assert told == [200, 200, 200]
    assert service.copilot.records.deliveries.counts() == {"done": 1}
    assert len(service.copilot.asked) == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"secret": "guess"}, "signature is wrong"),
        ({"age_s": 301}, "away from our clock"),
        ({"age_s": -301}, "away from our clock"),
        ({"signed": False}, "not signed"),
    ],
)
def test_a_call_that_is_not_genuine_changes_nothing(
    service: Service, chatwoot: FakeChatwoot, caplog: pytest.LogCaptureFixture, wrong: Any, why: str
) -> None:
    chatwoot.conversation(7)
    body = chatwoot.call(chatwoot.write(7, "Где диван?"))

    with caplog.at_level(logging.WARNING, "teplo.chatwoot"):
        assert chatwoot.deliver(body, **wrong) == 401

    assert why in caplog.text
    assert SECRET not in caplog.text
    assert service.copilot.records.deliveries.counts() == {}


def test_a_changed_body_is_not_genuine(service: Service, chatwoot: FakeChatwoot) -> None:
    raw = b'{"event": "message_created"}'
    headers = chatwoot.headers(raw)

    answer = service.rest.post("/hooks/chatwoot", content=raw + b" ", headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"not json", 400), (b"[" * 100_000, 400), (b"[]", 200), (b'{"event": "contact_created"}', 200),
        (b'{"event": "message_created", "conversation": {"id": "x; drop"}, "account": {"id": 1}}', 200),
        (b'{"event": "message_created", "conversation": [], "account": 7}', 200),
        (b" " * 1_100_000, 413),
    ],
)  # fmt: skip
def test_odd_bodies_are_answered_and_not_followed(
    service: Service, chatwoot: FakeChatwoot, raw: bytes, status: int
) -> None:
    assert chatwoot.deliver(None, raw=raw) == status
    assert service.copilot.records.deliveries.counts() == {}


def test_only_the_hook_stands_outside_the_sign_in(service: Service) -> None:
    import httpx2

    with httpx2.Client(base_url=service.url, trust_env=False) as stranger:
        for path in ("/api/v1/conversations", "/hooks/chatwoots", "/hooks/chatwoot/../../api/v1/x"):
            assert stranger.post(path, json={}).status_code in {401, 404}
        assert stranger.get("/hooks/chatwoot").status_code == 401
        assert stranger.post("/hooks/chatwoot/guess", json={}).status_code == 404


class TestUnsigned:
    """A version that signs nothing."""

    @pytest.fixture
    def more_settings(self) -> dict[str, Any]:
        return {"chatwoot_unsigned": True}

    def test_the_secret_in_the_path_lets_it_in(
        self, service: Service, chatwoot: FakeChatwoot
    ) -> None:
        chatwoot.conversation(7)
        body = chatwoot.call(chatwoot.write(7, "Где диван?"))

        assert chatwoot.deliver(body, signed=False) == 401
        chatwoot.hook += f"/{SECRET}"
        assert [chatwoot.deliver(body, signed=False) for _ in range(2)] == [200, 200]
        service.settle()

        assert len(service.kept(7).messages) == 1
        assert service.copilot.records.deliveries.counts() == {"done": 1}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(hang_up=True), Fault(500), Fault(502, b"<html>"), Fault(429, headers={"retry-after": "0"}),
        Fault(200, b"<html>sign in</html>"), Fault(200, b"[]"), Fault(200, b"["), Fault(401, b"{}"),
        Fault(302, headers={"location": "http://127.0.0.1:1/elsewhere"}),
        Fault(200, b" " * 5_000_000), Fault(204),
    ],
)  # fmt: skip
def test_trouble_puts_a_call_off_and_loses_nothing(
    service: Service, chatwoot: FakeChatwoot, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    chatwoot.conversation(7)
    chatwoot.faults = [fault]

    assert chatwoot.say(7, "Где диван?") == 200
    service.settle()

    assert [m.text for m in service.kept(7).messages] == ["Где диван?"]
    assert service.copilot.records.deliveries.counts() == {"done": 1}
    assert not any(canary in caplog.text for canary in (BOT_TOKEN, AGENT_TOKEN, SECRET))


def test_a_token_is_never_sent_to_another_host(service: Service, chatwoot: FakeChatwoot) -> None:
    from tests.fake_chatwoot import fake_chatwoot

    with fake_chatwoot() as foreign:
        chatwoot.conversation(7)
        chatwoot.faults = [Fault(302, headers={"location": f"{foreign.url}/api/v1/profile"})]
        chatwoot.say(7, "Где диван?")
        service.settle()

        assert foreign.asked == []


def test_a_deleted_conversation_is_given_up(service: Service, chatwoot: FakeChatwoot) -> None:
    chatwoot.conversation(7)
    body = chatwoot.call(chatwoot.write(7, "Где диван?"))
    del chatwoot.conversations[7]

    assert chatwoot.deliver(body) == 200
    service.settle()

    assert service.copilot.records.deliveries.counts() == {"failed": 1}


def test_the_answer_does_not_wait_for_a_slow_chatwoot(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    chatwoot.conversation(7)
    go_on = threading.Event()
    chatwoot.faults = [Fault(drip=go_on)]
    spent: list[float] = []

    for text in ("раз", "два", "три"):
        body = json.dumps(chatwoot.call(chatwoot.write(7, text))).encode()
        headers = chatwoot.headers(body)
        began = time.monotonic()
        assert service.rest.post("/hooks/chatwoot", content=body, headers=headers).is_success
        spent.append(time.monotonic() - began)
    go_on.set()
    service.settle()

    assert len(service.kept(7).messages) == 3
    assert min(spent) < 0.3
