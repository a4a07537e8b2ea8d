"""A service with kept conversations and without a panel, beside a made-up Chatwoot; on loopback."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from copilot.app import Review
from copilot.brief import Frame, Perception
from copilot.conversation import Conversation
from copilot.records import Whole, open_records
from copilot.settings import Settings
from copilot.suggestion import Draft, Finding, Result, Suggestion
from tests.fake_chatwoot import BOT_TOKEN, SECRET, FakeChatwoot, fake_chatwoot
from ui.accounts import account_of
from ui.api_conversations import conversation_router
from ui.chatwoot import HOOK, Desk, Pace, chatwoot_desk
from ui.gate import Gate
from ui.sessions import Sessions

ANSWER = "Диван привезут в четверг до 18:00."
TOKEN = "service-token-for-tests"


class FakeCopilot:
    """Answers everything with one sentence, and blocks what says so."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.settings = Settings(home=home, **settings)
        self.records = open_records(home)
        self.asked: list[Conversation] = []

    def suggest(self, conversation: Conversation, **_: Any) -> Result:
        self.asked.append(conversation)
        return Result(
            conversation=conversation.id,
            perception=Perception(language="ru"),
            frame=Frame(framework="NONE", steps=(), why=""),
            suggestions=(Suggestion(draft=Draft.from_text(ANSWER)),),
        )

    def check(self, conversation: Conversation, text: str) -> Review:
        draft = Draft.from_text(text)
        at = text.find("успокойтесь")
        found = Finding(
            rule="R", type="order", severity="critical", span="успокойтесь", start=max(at, 0),
            end=at + 11,
        )  # fmt: skip
        return Review(
            conversation=conversation.id,
            text=text,
            findings=(found,) if at >= 0 else (),
            slots=draft.slots,
            blocked=bool(draft.slots) or at >= 0,
        )


class Service:
    """The service as a client sees it."""

    def __init__(self, url: str, copilot: FakeCopilot, desk: Desk) -> None:
        self.url, self.copilot, self.desk = url, copilot, desk
        self.rest = httpx2.Client(
            base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, trust_env=False, timeout=20
        )

    def settle(self) -> None:
        assert self.desk.followers[0].settled(20)

    def kept(self, number: int) -> Whole:
        name = self.copilot.records.conversations.named("chatwoot", "1", str(number))
        assert name is not None
        return self.copilot.records.conversations.whole(name)


@pytest.fixture
def chatwoot() -> Iterator[FakeChatwoot]:
    with fake_chatwoot() as fake:
        yield fake


@pytest.fixture
def more_settings() -> dict[str, Any]:
    return {}


@pytest.fixture
def service(
    chatwoot: FakeChatwoot, tmp_path: Path, more_settings: dict[str, Any]
) -> Iterator[Service]:
    given = {
        "chatwoot_url": chatwoot.url, "chatwoot_token": BOT_TOKEN,
        "chatwoot_webhook_secret": SECRET, **more_settings,
    }  # fmt: skip
    copilot = FakeCopilot(tmp_path, **given)
    desk = chatwoot_desk(copilot, pace=Pace(quiet_s=0.05, first_pause_s=0.05))
    app = FastAPI()
    app.include_router(desk.router)
    me = lambda http: desk.people.email(account_of(http))  # noqa: E731  # one line, used once
    app.include_router(conversation_router(copilot, me=me))
    sessions = Sessions(tmp_path, fixed=TOKEN)
    gate = Gate(app, sessions, frozenset({"127.0.0.1"}), api_token=TOKEN, hooks=(HOOK,))
    with serving(gate) as url:
        chatwoot.hook = url + HOOK
        served = Service(url, copilot, desk)
        yield served
        served.rest.close()
    copilot.records.close()


class serving:  # noqa: N801  # used as a function
    """Serve an application in a thread until the end of the block."""

    def __init__(self, app: Any) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.up = threading.Event()
        up = self.up

        class Telling(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                up.set()

        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
        self.server = Telling(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True
        )

    def __enter__(self) -> str:
        self.thread.start()
        assert self.up.wait(20)
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=20)
        self.socket.close()
