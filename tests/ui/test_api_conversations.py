"""Kept conversations by REST: idempotent, listed, drafted for, measured, erased."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from copilot.brief import Frame, Perception
from copilot.conversation import Conversation
from copilot.records import Records, open_records
from copilot.settings import Settings
from copilot.suggestion import Draft, Result, Suggestion
from ui.api_conversations import conversation_router, forget_old

ANSWER = "Диван привезут в четверг до 18:00."
URL = "/api/v1/conversations"


class Copilot:
    """Answers everything with one sentence."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.records: Records = open_records(home)
        self.asked: list[Conversation] = []

    def suggest(self, conversation: Conversation, **_: Any) -> Result:
        self.asked.append(conversation)
        return Result(
            conversation=conversation.id,
            perception=Perception(language="ru"),
            frame=Frame(framework="NONE", steps=(), why=""),
            suggestions=(Suggestion(draft=Draft.from_text(ANSWER)),),
        )


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Copilot]:
    made = Copilot(tmp_path)
    yield made
    made.records.close()


@pytest.fixture
def rest(copilot: Copilot) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(conversation_router(copilot, me=lambda _: "me@shop.example"))
    with TestClient(app) as client:
        yield client


def said(text: str, role: str = "customer", **more: Any) -> dict[str, Any]:
    return {"role": role, "text": text, **more}


def begun(rest: TestClient, **about: Any) -> str:
    body = {"messages": [said("Где диван?")], **about}
    return str(rest.post(URL, json=body).json()["line"]["id"])


def test_a_conversation_is_kept_once_whatever_is_retried(rest: TestClient) -> None:
    body = {"outer_id": "t-7", "messages": [said("Где диван?"), said("Ау")]}

    first = rest.post(URL, json=body)
    again = rest.post(URL, json=body)
    longer = rest.post(URL, json={**body, "messages": [*body["messages"], said("Ну?")]})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["line"]["id"] == again.json()["line"]["id"]
    assert [m["text"] for m in longer.json()["messages"]] == ["Где диван?", "Ау", "Ну?"]


def test_a_key_makes_any_write_repeatable(rest: TestClient) -> None:
    key = {"idempotency-key": "k1"}
    names = {
        rest.post(URL, json={"messages": [said("Раз")]}, headers=key).json()["line"]["id"]
        for _ in range(2)
    }
    (name,) = names
    more = {"messages": [said("Два")]}

    for _ in range(2):
        whole = rest.post(f"{URL}/{name}/messages", json=more, headers={"idempotency-key": "k2"})

    assert [m["text"] for m in whole.json()["messages"]] == ["Раз", "Два"]


def test_the_lists_of_the_panel(rest: TestClient) -> None:
    mine = begun(rest, assignee="me@shop.example")
    nobodys = begun(rest)
    begun(rest, assignee="other@shop.example")

    waiting = rest.get(URL, params={"view": "waiting"}).json()
    own = rest.get(URL, params={"view": "mine"}).json()
    following = rest.get(f"{URL}/next", params={"after": mine}).json()

    assert [line["id"] for line in waiting["items"]] == [mine, nobodys]
    assert [line["id"] for line in own["items"]] == [mine]
    assert following["next"]["id"] == nobodys
    assert rest.get(URL, params={"q": "ДИВАН"}).json()["total"] == 3


def test_a_draft_is_kept_and_measured_on_what_was_sent(rest: TestClient, copilot: Copilot) -> None:
    name = begun(rest, topic="delivery")
    draft = rest.post(f"{URL}/{name}/draft").json()["draft"]
    shown = {"draft": draft["id"], "what": "shown"}
    assert rest.post(f"{URL}/{name}/outcome", json=shown).json()["shown"]

    whole = rest.post(f"{URL}/{name}/messages", json={"messages": [said(ANSWER, "operator")]})

    assert draft["options"][0]["text"] == ANSWER
    assert draft["result"]["suggestions"][0]["text"] == ANSWER
    assert whole.json()["drafts"][0]["outcome"] == "as_is"
    assert whole.json()["line"]["waiting_since"] is None
    value = rest.get(f"{URL}/value").json()
    assert value["topics"]["delivery"]["acceptance"] == 1.0
    assert copilot.asked[0].id == name


def test_a_dismissal_needs_a_reason_that_can_be_counted(rest: TestClient) -> None:
    name = begun(rest)
    draft = rest.post(f"{URL}/{name}/draft").json()["draft"]["id"]
    told = {"draft": draft, "what": "dismissed"}

    assert rest.post(f"{URL}/{name}/outcome", json=told).status_code == 422
    odd = rest.post(f"{URL}/{name}/outcome", json={**told, "reason": "Иванов плохо пишет"})
    assert odd.status_code == 422
    kept = rest.post(f"{URL}/{name}/outcome", json={**told, "reason": "too_long"})
    assert kept.json()["outcome"] == "dismissed"


def test_closed_and_resumed(rest: TestClient) -> None:
    name = begun(rest)

    assert rest.post(f"{URL}/{name}/close").json()["line"]["open"] is False
    assert rest.get(URL, params={"view": "waiting"}).json()["total"] == 0
    assert rest.post(f"{URL}/{name}/resume").json()["line"]["open"] is True


def test_erased_is_gone(rest: TestClient) -> None:
    one, two = begun(rest, customers=["anna@example.org"]), begun(rest)

    erased = rest.post(f"{URL}/erase", json={"customer": "ANNA@example.org"})

    assert erased.json() == {"erased": 1}
    assert rest.get(f"{URL}/{one}").status_code == 404
    assert rest.delete(f"{URL}/{two}").json() == {"erased": 1}
    assert rest.delete(f"{URL}/{two}").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"messages": [said("")]}),
        ("", {"messages": [{"role": "boss", "text": "x"}]}),
        ("", {"source": "chatwoot"}),
        ("", {"surprise": 1}),
        ("/none/messages", {"messages": []}),
    ],
)
def test_a_bad_request_is_told_where_it_is_bad(rest: TestClient, path: str, body: Any) -> None:
    answer = rest.post(URL + path, json=body)

    assert answer.status_code == 422
    assert answer.json()["error"]["fields"]


def test_unknown_conversations_are_not_found(rest: TestClient) -> None:
    for answer in (
        rest.get(f"{URL}/none"),
        rest.post(f"{URL}/none/draft"),
        rest.post(f"{URL}/none/messages", json={"messages": [said("x")]}),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "NoSuchRecord"


def test_what_is_older_than_allowed_is_erased(rest: TestClient, copilot: Copilot) -> None:
    begun(rest)

    assert forget_old(copilot, now=datetime.now(UTC)) == 0
    assert forget_old(copilot, now=datetime.now(UTC) + timedelta(days=366)) == 1


def test_the_description_names_every_route_and_its_answer(rest: TestClient) -> None:
    told = rest.get("/openapi.json").json()

    assert {f"{URL}/next", f"{URL}/value", f"{URL}/{{name}}/outcome"} <= set(told["paths"])
    assert "Whole" in told["components"]["schemas"]
    for path in told["paths"].values():
        for call in path.values():
            assert call["description"]
            assert any("$ref" in str(answer) for answer in call["responses"].values())
