"""A reply goes out once, confirmed, in the operator's name; a context is read and never believed."""

import logging
from typing import Any

import pytest

from tests.chatwoot.conftest import ANSWER, Service
from tests.fake_chatwoot import AGENT_TOKEN, BOT_TOKEN, FakeChatwoot, Fault

API = "/api/v1/chatwoot"


def opened(service: Service, chatwoot: FakeChatwoot, *texts: str, number: int = 7) -> str:
    chatwoot.conversation(number)
    for text in texts or ("Где диван?",):
        chatwoot.write(number, text)
    told = service.rest.post(f"{API}/open", json={"account": 1, "conversation": number}).json()
    assert told["fresh"] is True
    return str(told["conversation"]["line"]["id"])


def connected(service: Service) -> None:
    assert service.rest.put(f"{API}/me", json={"token": AGENT_TOKEN}).json()["name"] == "Olga"


def reply(
    text: str = ANSWER, key: str = "press-0001", seen: int = 1, **more: Any
) -> dict[str, Any]:
    return {"text": text, "key": key, "seen": seen, "confirmed": True, **more}


def sent(chatwoot: FakeChatwoot, number: int = 7) -> list[tuple[str, bool]]:
    return [
        (m["content"], m["private"]) for m in chatwoot.messages[number] if m["message_type"] == 1
    ]


def test_a_link_opens_a_conversation_with_its_draft(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    name = opened(service, chatwoot)

    whole = service.rest.get(f"/api/v1/conversations/{name}").json()

    assert whole["messages"][0]["text"] == "Где диван?"
    assert whole["drafts"][0]["options"][0]["text"] == ANSWER


def test_a_kept_conversation_opens_without_chatwoot(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    opened(service, chatwoot)
    chatwoot.faults = [Fault(hang_up=True)] * 2

    told = service.rest.post(f"{API}/open", json={"account": 1, "conversation": 7})

    assert told.status_code == 200
    assert told.json()["fresh"] is False
    assert "TEPLO_CHATWOOT_URL" in told.json()["trouble"]


def test_of_a_posted_context_only_the_numbers_are_read(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    chatwoot.conversation(7)
    chatwoot.write(7, "Где диван?")
    context = chatwoot.context(7)
    context["conversation"]["messages"] = [{"content": "Верните миллион", "message_type": 0}]
    context["conversation"]["meta"]["assignee"]["email"] = "thief@evil.example"

    told = service.rest.post(f"{API}/context", json={"event": "appContext", "data": context}).json()

    whole = told["conversation"]
    assert [m["text"] for m in whole["messages"]] == ["Где диван?"]
    assert whole["line"]["assignee"] == "olga@shop.example"


@pytest.mark.parametrize(
    "context",
    [
        {}, {"data": []}, {"data": {"conversation": {"id": "7/../8", "account_id": 1}}},
        {"conversation": {"id": -7, "account_id": 1}}, {"conversation": {"id": True, "account_id": 1}},
        {"conversation": {"id": "\u0667", "account_id": 1}},
    ],
)  # fmt: skip
def test_a_context_without_numbers_opens_nothing(
    service: Service, chatwoot: FakeChatwoot, context: Any
) -> None:
    assert service.rest.post(f"{API}/context", json=context).status_code == 404
    assert chatwoot.asked == []


def test_a_reply_goes_out_in_the_operators_name_and_is_measured(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    name = opened(service, chatwoot)
    connected(service)

    answer = service.rest.post(f"{API}/{name}/send", json=reply())

    assert answer.status_code == 200
    assert sent(chatwoot) == [(ANSWER, False)]
    posts = [token for method, _, token in chatwoot.asked if method == "POST"]
    assert posts == [AGENT_TOKEN]
    whole = service.kept(7)
    assert whole.draft is not None
    assert whole.draft.outcome == "as_is"
    assert whole.line.waiting_since is None


def test_without_an_own_token_nothing_is_sent(service: Service, chatwoot: FakeChatwoot) -> None:
    name = opened(service, chatwoot)

    answer = service.rest.post(f"{API}/{name}/send", json=reply())

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NotConnected")
    assert sent(chatwoot) == []


@pytest.mark.parametrize("confirmed", [False, None, "yes"])
def test_without_a_yes_nothing_is_sent(
    service: Service, chatwoot: FakeChatwoot, confirmed: Any
) -> None:
    name = opened(service, chatwoot)
    connected(service)

    answer = service.rest.post(f"{API}/{name}/send", json=reply(confirmed=confirmed))

    assert answer.status_code == 422
    assert sent(chatwoot) == []


@pytest.mark.parametrize("text", ["Привезут [срок?].", "Пожалуйста, успокойтесь."])
def test_an_open_bracket_or_a_critical_finding_stops_a_reply(
    service: Service, chatwoot: FakeChatwoot, text: str
) -> None:
    name = opened(service, chatwoot)
    connected(service)

    answer = service.rest.post(f"{API}/{name}/send", json=reply(text))

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NotSendable")
    assert sent(chatwoot) == []
    assert service.rest.post(f"{API}/{name}/send", json=reply()).status_code == 200


def test_a_message_that_came_meanwhile_stops_a_reply(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    name = opened(service, chatwoot)
    connected(service)
    chatwoot.write(7, "Уже не надо!")

    answer = service.rest.post(f"{API}/{name}/send", json=reply())

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "NewerMessage")
    assert sent(chatwoot) == []
    assert service.rest.post(f"{API}/{name}/send", json=reply(seen=2)).status_code == 200


def test_pressing_twice_sends_once(service: Service, chatwoot: FakeChatwoot) -> None:
    name = opened(service, chatwoot)
    connected(service)

    answers = [service.rest.post(f"{API}/{name}/send", json=reply()).json() for _ in range(3)]

    assert len({answer["message"] for answer in answers}) == 1
    assert len(sent(chatwoot)) == 1
    other = service.rest.post(f"{API}/{name}/send", json=reply("Другое"))
    assert other.json()["error"]["code"] == "Unclear"


def test_a_lost_answer_is_looked_up_and_not_sent_again(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    name = opened(service, chatwoot)
    connected(service)
    note = {"text": "Перезвонить в шесть", "key": "press-0002"}
    chatwoot.faults = [Fault(hang_up=True, after=True)]
    assert service.rest.post(f"{API}/{name}/note", json=note).status_code == 502

    again = service.rest.post(f"{API}/{name}/note", json=note)

    assert again.status_code == 200
    assert sent(chatwoot) == [("Перезвонить в шесть", True)]


def test_what_may_not_have_gone_is_not_sent_again_unasked(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    name = opened(service, chatwoot)
    note = {"text": "Перезвонить в шесть", "key": "press-0003"}
    chatwoot.faults = [Fault(500)]
    assert service.rest.post(f"{API}/{name}/note", json=note).status_code == 502

    again = service.rest.post(f"{API}/{name}/note", json=note)

    assert (again.status_code, again.json()["error"]["code"]) == (409, "Unclear")
    assert service.rest.post(f"{API}/{name}/note", json={**note, "key": "press-0004"}).is_success
    assert len(sent(chatwoot)) == 1


def test_what_was_refused_may_be_tried_again(service: Service, chatwoot: FakeChatwoot) -> None:
    name = opened(service, chatwoot)
    note = {"text": "Перезвонить в шесть", "key": "press-0005"}
    chatwoot.faults = [Fault(429, headers={"retry-after": "3"})]

    statuses = [service.rest.post(f"{API}/{name}/note", json=note).status_code for _ in range(2)]

    assert statuses == [503, 200]


def test_a_note_is_private_and_its_author_is_whoever_is_connected(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    name = opened(service, chatwoot)
    service.rest.post(f"{API}/{name}/note", json={"text": "раз", "key": "press-0006"})
    connected(service)
    service.rest.post(f"{API}/{name}/note", json={"text": "два", "key": "press-0007"})

    assert sent(chatwoot) == [("раз", True), ("два", True)]
    assert [t for method, _, t in chatwoot.asked if method == "POST"] == [BOT_TOKEN, AGENT_TOKEN]
    assert len(service.kept(7).messages) == 1


def test_a_wrong_token_is_not_remembered_and_not_repeated(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = service.rest.put(f"{API}/me", json={"token": "a-wrong-token-canary"})

    assert answer.status_code == 403
    assert service.rest.get(f"{API}/me").json()["connected"] is False
    assert "canary" not in answer.text + caplog.text


def test_mine_are_the_conversations_of_whoever_is_connected(
    service: Service, chatwoot: FakeChatwoot
) -> None:
    opened(service, chatwoot)
    chatwoot.conversation(8, assignee="petr@shop.example")
    chatwoot.write(8, "Где стол?")
    service.rest.post(f"{API}/open", json={"account": 1, "conversation": 8})
    connected(service)

    mine = service.rest.get("/api/v1/conversations", params={"view": "mine"}).json()

    assert [line["outer_id"] for line in mine["items"]] == ["7"]
    service.rest.delete(f"{API}/me")
    assert service.rest.get("/api/v1/conversations", params={"view": "mine"}).json()["total"] == 0


def test_a_conversation_from_elsewhere_has_no_way_into_chatwoot(service: Service) -> None:
    connected(service)
    made = service.rest.post("/api/v1/conversations", json={"messages": []}).json()

    answer = service.rest.post(f"{API}/{made['line']['id']}/send", json=reply())

    assert answer.status_code == 404


def test_tokens_stand_in_no_file(service: Service, chatwoot: FakeChatwoot) -> None:
    name = opened(service, chatwoot)
    connected(service)
    service.rest.post(f"{API}/{name}/send", json=reply())

    files = [f for f in service.copilot.settings.data_home.rglob("*") if f.is_file()]

    assert files
    assert not any(t.encode() in f.read_bytes() for f in files for t in (AGENT_TOKEN, BOT_TOKEN))
