"""The model over REST: a stream of events, a deadline for whole answers, and readers that go away."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from copilot.app import Copilot
from copilot.settings import Settings
from knowledge import Hit, Query
from tests.llm.conftest import FakeLlm, Handler, reply_of, saying
from tests.llm.personalities import PERSONALITIES
from ui.api import api_router
from ui.gate import Gate
from ui.sessions import Sessions

pytestmark = pytest.mark.slow

TOKEN = "bearer-for-machines"
ASKED = {
    "id": "c1",
    "now": "2026-11-22T10:00:00+03:00",
    "messages": [{"role": "customer", "text": "Подскажите, вернёте ли стоимость доставки?"}],
}
ANSWER = "Если заказ опоздал, стоимость доставки возвращаем на карту за 3–5 рабочих дней."
WELL = reply_of(("", "Стоимость доставки вернётся на карту за 3–5 рабочих дней."), sources=["F1#1"])


class OneAnswer:
    """A library that knows one thing."""

    def search(self, query: Query) -> tuple[Hit, ...]:
        if query.kind != "script":
            return ()
        hit = Hit(
            id="F1#1", document="F1", kind="script", title="Доставка", text=ANSWER, answer=ANSWER,
            score=3.0, strength="strong", confidence=0.9, locale="ru",
        )  # fmt: skip
        return (hit,)

    def tone_rules(self, _: str) -> tuple[()]:
        return ()

    def embed(self, texts: Any) -> Any:
        import numpy as np

        return np.ones((len(texts), 384), np.float32) / 384**0.5

    def close(self) -> None:
        """Nothing is open."""


class Place:
    """The served interface: where it is, and the copilot behind it."""

    def __init__(self, url: str, copilot: Copilot) -> None:
        self.url = url
        self.copilot = copilot
        self.client = httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=30
        )

    def stream(self, asked: dict[str, Any] | None = None) -> list[tuple[str, Any]]:
        with self.client.stream("POST", "/api/v1/suggest/stream", json=asked or ASKED) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            return events_in("".join(answer.iter_text()))


def events_in(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in filter(None, text.split("\n\n")):
        kind, data = block.split("\n", 1)
        found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


class Telling(uvicorn.Server):
    """A server that tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Serve REST behind the gate, over a copilot that knows one thing."""
    places: list[tuple[uvicorn.Server, threading.Thread, Place]] = []

    def serve(url: str = "", **setting: Any) -> Place:
        values: dict[str, Any] = {"home": tmp_path / "home", **setting}
        if url:
            values |= {"OPENAI_BASE_URL": url, "model": "fake"}
        copilot = Copilot(Settings(**values))
        copilot.__dict__["library"] = OneAnswer()
        app = FastAPI()
        app.include_router(api_router(copilot))
        gate = Gate(
            app, sessions=Sessions(tmp_path), hosts=frozenset({"127.0.0.1"}), api_token=TOKEN
        )
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = Telling(uvicorn.Config(gate, port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert server.up.wait(30), "the service did not start"
        place = Place(f"http://127.0.0.1:{port}", copilot)
        places.append((server, thread, place))
        return place

    yield serve
    for server, thread, place in places:
        place.client.close()
        server.should_exit = True
        thread.join(timeout=10)
        place.copilot.close()


def loaded(place: Place) -> Place:
    """The place after its first answer, as it is when people use it."""
    conversation = place.copilot.read(ASKED, now=datetime.now().astimezone())
    place.copilot._load(conversation)
    return place


def test_embedded_drafts_come_first_then_words_then_the_checked_draft(
    server: FakeLlm, served: Callable[..., Place]
) -> None:
    server.personality = lambda handler, _: handler.stream(WELL + " " * 200, pause_s=0.02)

    events = loaded(served(server.url)).stream()

    kinds = [kind for kind, _ in events]
    assert (kinds[0], kinds[-1]) == ("suggestions", "result")
    assert set(kinds[1:-1]) == {"partial"}
    first, partial, last = events[0][1], events[1][1], events[-1][1]
    assert {s["origin"] for s in first["suggestions"]} == {"embedded"}
    assert partial["text"] == "Стоимость доставки вернётся на карту за 3–5 рабочих дней."
    assert [s["origin"] for s in last["suggestions"]][:2] == ["llm", "embedded"]
    assert set(first) == set(last)
    assert last["usage"]["input_tokens"] == 900


def test_without_a_model_the_result_follows_at_once(served: Callable[..., Place]) -> None:
    events = served().stream()

    assert [kind for kind, _ in events] == ["suggestions", "result"]
    assert events[0][1] == events[1][1]


def test_the_first_event_does_not_wait_for_the_model(
    server: FakeLlm, served: Callable[..., Place]
) -> None:
    server.personality = lambda handler, _: handler.wait(20) or handler.stream(WELL)
    place = loaded(served(server.url, llm_timeout_s=3))
    started = time.monotonic()

    with place.client.stream("POST", "/api/v1/suggest/stream", json=ASKED) as answer:
        lines = answer.iter_lines()
        first = next(lines)
        waited_s = time.monotonic() - started
        rest = [line for line in lines if line.startswith("event")]

    assert first == "event: suggestions"
    assert waited_s < 1.5
    assert rest == ["event: result"]
    assert time.monotonic() - started < 3 + 1.5


def test_a_reader_that_goes_away_ends_the_call(
    server: FakeLlm, served: Callable[..., Place]
) -> None:
    server.personality = lambda handler, _: handler.stream("x" * 100_000, piece=10, pause_s=0.02)
    place = loaded(served(server.url, llm_timeout_s=60))

    with place.client.stream("POST", "/api/v1/suggest/stream", json=ASKED) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: suggestions"
        assert server.asked.wait(10), "the model was not asked"

    assert server.hung_up.wait(5), "the call to the model goes on"


FAULTS = (
    "500", "429 with Retry-After", "half a stream", "a slow first byte", "a slow drip", "5 MB",
    "HTML", "garbage", "only thoughts", "a link", "a number of its own", "the instructions",
)  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_whole_answer_stands_within_two_seconds_whatever_the_model_does(
    name: str, server: FakeLlm, served: Callable[..., Place]
) -> None:
    _, server.personality = PERSONALITIES[name]
    place = loaded(served(server.url))
    ways = {
        "suggest": ASKED,
        "improve": {**ASKED, "draft": "Осуществляем возврат оплаты.", "how": "plainer"},
        "summary": ASKED,
    }
    took_s: dict[str, float] = {}
    told: dict[str, Any] = {}

    for way, asked in ways.items():
        started = time.monotonic()
        answer = place.client.post(f"/api/v1/{way}", json=asked)
        took_s[way] = time.monotonic() - started
        assert answer.status_code == 200
        told[way] = answer.json()

    assert max(took_s.values()) <= 2.0, took_s
    assert {s["origin"] for s in told["suggest"]["suggestions"]} == {"embedded"}
    assert (told["improve"]["origin"], told["summary"]["origin"]) == ("embedded", "embedded")
    assert told["suggest"]["notices"]
    assert told["summary"]["notices"]
    assert told["improve"]["notes"]


@pytest.mark.parametrize("name", FAULTS)
def test_a_stream_ends_with_the_embedded_drafts_whatever_the_model_does(
    name: str, server: FakeLlm, served: Callable[..., Place]
) -> None:
    _, server.personality = PERSONALITIES[name]

    events = loaded(served(server.url, llm_timeout_s=1.0)).stream()

    kind, last = events[-1]
    assert kind == "result"
    assert {s["origin"] for s in last["suggestions"]} == {"embedded"}
    assert len(last["notices"]) == 1
    assert "evil" not in json.dumps(events)


def test_a_request_may_name_its_own_deadline(server: FakeLlm, served: Callable[..., Place]) -> None:
    def personality(handler: Handler, _: Any) -> None:
        handler.wait(2.2)
        handler.complete(WELL)

    server.personality = personality
    place = loaded(served(server.url))

    short = place.client.post("/api/v1/suggest", json={**ASKED, "deadline_s": 1}).json()
    long = place.client.post("/api/v1/suggest", json={**ASKED, "deadline_s": 8}).json()

    assert short["suggestions"][0]["origin"] == "embedded"
    assert long["suggestions"][0]["origin"] == "llm"


def test_the_model_can_be_left_out(server: FakeLlm, served: Callable[..., Place]) -> None:
    server.personality = saying(WELL)
    place = served(server.url)

    place.client.post("/api/v1/suggest", json={**ASKED, "llm": False})
    asked = {**ASKED, "llm": False, "draft": "Осуществляем возврат оплаты.", "how": "plainer"}
    place.client.post("/api/v1/improve", json=asked)
    place.client.post("/api/v1/summary", json={**ASKED, "llm": False})

    assert server.bodies == []


@pytest.mark.parametrize(
    ("path", "more", "said"),
    [
        ("suggest", {"llm": "no"}, "llm"),
        ("suggest", {"deadline_s": 0}, "deadline_s"),
        ("suggest", {"deadline_s": True}, "deadline_s"),
        ("suggest", {"deadline_s": "1"}, "deadline_s"),
        ("suggest/stream", {"messages": 5}, "messages"),
        ("suggest/stream", {"framework": "LOVE"}, "framework"),
        ("suggest/stream", {"deadline_s": 1e9}, "deadline_s"),
        ("improve", {"how": "fix"}, "draft"),
        ("improve", {"draft": "Да.", "how": "louder"}, "how"),
        ("improve", {"draft": " ", "how": "fix"}, "draft"),
        ("summary", {"masked": "yes"}, "masked"),
    ],
)
def test_a_bad_request_is_refused_with_the_reason(
    path: str, more: dict[str, Any], said: str, served: Callable[..., Place]
) -> None:
    answer = served().client.post(f"/api/v1/{path}", json={**ASKED, **more})

    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_sign_ins_have_budgets_of_their_own(
    server: FakeLlm, served: Callable[..., Place], tmp_path: Path
) -> None:
    server.personality = saying(WELL)
    place = served(server.url, llm_user_tokens_per_day=4500)
    sessions = Sessions(tmp_path)

    def ask(cookie: str) -> Any:
        headers = {"cookie": f"teplo_session={cookie}"}
        with httpx.Client(base_url=place.url, headers=headers, timeout=30) as browser:
            return browser.post("/api/v1/suggest", json={**ASKED, "deadline_s": 8}).json()

    anna, boris = sessions.start(), sessions.start()
    loaded(place)
    server.personality = lambda handler, _: handler.reply(
        json.dumps({**completion(WELL), "usage": {"prompt_tokens": 4000, "completion_tokens": 100,
                                                  "total_tokens": 4100}}).encode())  # fmt: skip

    answers = [ask(anna), ask(anna), ask(boris)]

    assert [a["suggestions"][0]["origin"] for a in answers] == ["llm", "embedded", "llm"]
    assert "Запас токенов" in answers[1]["notices"][0]


def completion(content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {
        "id": "c", "object": "chat.completion", "created": 1, "model": "fake",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }  # fmt: skip
