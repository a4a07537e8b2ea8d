"""A scripted OpenAI-compatible server on loopback, and what a suggester needs around it."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Card, Conversation, Message
from copilot.llm.ground import model_words
from copilot.settings import Settings
from copilot.suggesters import LlmSuggester
from copilot.suggestion import Draft, Sentence
from copilot.tokens import Estimate
from knowledge import Framework, Hit, Locale

Personality = Callable[["Handler", dict[str, Any]], None]
STEPS: dict[str, tuple[str, ...]] = {"LEAD": ("L", "E", "A", "D"), "NONE": ()}


class FakeLlm(ThreadingHTTPServer):
    """The server: `personality` answers, `bodies` keeps what came in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.personality: Personality = lambda handler, _: handler.complete("{}")
        self.bodies: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.asked = threading.Event()
        self.hung_up = threading.Event()
        self.keys: list[str] = []
        self.stop = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: Any) -> None:
        """Note clients that give up: they are what these tests are about."""
        self.hung_up.set()


class Handler(BaseHTTPRequestHandler):
    """One connection; personalities call its methods."""

    protocol_version = "HTTP/1.1"
    server: FakeLlm

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.bodies.append(body)
        self.server.asked.set()
        self.server.keys.append(self.headers["authorization"])
        self.server.headers.append({k.lower(): v for k, v in self.headers.items()})
        self.server.personality(self, json.loads(body))

    do_GET = do_POST  # noqa: N815 – the parent's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 – the parent's name
        """Say nothing."""

    def wait(self, seconds: float) -> bool:
        """Wait, and say whether the test is over."""
        return self.server.stop.wait(seconds)

    def head(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(length))
        self.end_headers()

    def reply(self, body: bytes, status: int = 200, /, **headers: str) -> None:
        self.head(status, len(body), **headers)
        self.wfile.write(body)

    def complete(self, content: Any, finish: str = "stop", **message: Any) -> None:
        said = {"role": "assistant", "content": content, **message}
        choice = {"index": 0, "message": said, "finish_reason": finish}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {
            "id": "c", "object": "chat.completion", "created": 1, "model": "fake",
            "choices": [choice], "usage": usage,
        }  # fmt: skip
        self.reply(json.dumps(answer).encode())

    def stream(
        self, content: str, *, piece: int = 16, pause_s: float = 0.0, usage: bool = True
    ) -> None:
        """Answer as server-sent events, a few characters at a time."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for start in range(0, len(content), piece):
            self.event({"content": content[start : start + piece]})
            if pause_s and self.wait(pause_s):
                return
        self.event({}, finish="stop")
        if usage:
            self.event(None, tokens=(900, 100))
        self.wfile.write(b"data: [DONE]\n\n")

    def event(
        self, delta: dict[str, Any] | None, finish: str | None = None, tokens: Any = None
    ) -> None:
        chunk: dict[str, Any] = {
            "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "fake-1",
            "choices": [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}],
        }  # fmt: skip
        if tokens:
            into, out = tokens
            chunk["usage"] = {
                "prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out
            }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.rfile.close()
        self.connection.close()


def saying(content: str) -> Personality:
    """A model that always writes the same, streamed where it is asked to."""

    def say(handler: Handler, request: dict[str, Any]) -> None:
        if request.get("stream"):
            handler.stream(content)
        else:
            handler.complete(content)

    return say


def reply_of(*sentences: tuple[str, str], sources: Sequence[str] = ()) -> str:
    """The JSON of a reply from pairs of step and text."""
    said = [{"step": s, "text": t, "sources": list(sources)} for s, t in sentences]
    return json.dumps({"sentences": said}, ensure_ascii=False)


GOOD_RU = (
    ("L", "Заказ 784-1120 ждёте с пятницы, и его всё нет."),
    ("E", "Вечер прошёл впустую, а подарок нужен сегодня."),
    ("A", "Простите: склад отдал коробку курьеру позже, чем должен был."),
    ("D", "Верну стоимость доставки за 3–5 рабочих дней или привезу заказ [когда?]. Как удобнее?"),
)


@pytest.fixture
def server() -> Iterator[FakeLlm]:
    fake = FakeLlm()
    thread = threading.Thread(target=fake.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield fake
    fake.stop.set()
    fake.shutdown()
    fake.server_close()
    thread.join(5)


@dataclass(frozen=True)
class Mark:
    placeholder: str
    value: str
    start: int
    end: int


@dataclass
class SimpleMasked:
    """Phones and e-mails masked by two plain patterns; codes never come back."""

    text: str
    spans: list[Mark] = field(default_factory=list)

    def restore(self, text: str) -> str:
        for mark in self.spans:
            if "CODE" not in mark.placeholder:
                text = text.replace(mark.placeholder, mark.value)
        return text


def simple_mask(text: str, *, known_names: tuple[str, ...] = ()) -> SimpleMasked:
    """A stand-in for the rules' masking, so that these tests hold the model's side only."""
    masked = SimpleMasked(text)
    kinds = {
        "PHONE": r"\+7\d{10}",
        "EMAIL": r"\b[\w.]{1,30}@\w{1,30}\.\w{2,9}",
        "CODE": r"(?<=код )\d{4,6}",
    }
    for kind, pattern in kinds.items():
        for value in dict.fromkeys(re.findall(pattern, masked.text)):
            start = text.index(value)
            mark = Mark(f"[{kind}_{len(masked.spans) + 1}]", value, start, start + len(value))
            masked.spans.append(mark)
            masked.text = masked.text.replace(value, mark.placeholder)
    return masked


@dataclass
class Standing:
    """A suggester that is always there."""

    name: str = "standing"

    def draft(self, _: Brief) -> list[Draft]:
        return [Draft(sentences=(Sentence(text="Смотрю заказ 784-1120."),))]

    def notices(self) -> tuple[str, ...]:
        return ()


MakeBrief = Callable[..., Brief]


@pytest.fixture
def brief(now: datetime) -> MakeBrief:
    """Briefs about a late order, in Russian unless said otherwise."""

    def make(
        text: str = "Где заказ 784-1120? Обещали в пятницу, подарок нужен сегодня!",
        *,
        language: Locale = "ru",
        framework: Framework = "LEAD",
        answer: str = "Если заказ опоздал, стоимость доставки возвращаем за 3–5 рабочих дней.",
        perception: dict[str, Any] | None = None,
        protocol: str = "",
        notes: tuple[str, ...] = (),
        earlier: tuple[Message, ...] = (),
    ) -> Brief:
        hits = tuple(
            Hit(id=f"card#{n}", document="card", kind="card", title="", text=note, score=1.0,
                strength="strong")
            for n, note in enumerate(notes, 1)
        )  # fmt: skip
        script = Hit(
            id="S03#1", document="S03", kind="script", title="Late", text=answer, score=2.0,
            strength="strong",
        )  # fmt: skip
        steps = STEPS[framework]
        return Brief(
            conversation=Conversation(
                messages=(*earlier, Message(role="customer", text=text)),
                now=now,
                card=Card(notes=notes),
            ),
            perception=Perception(language=language, hostility=2, **(perception or {})),
            frame=Frame(
                framework=framework, steps=steps, next=steps, apologise=True, protocol=protocol
            ),
            hits=(*hits, script),
        )

    return make


MakeSuggester = Callable[..., LlmSuggester]


@pytest.fixture
def suggester(server: FakeLlm, tmp_path: Path) -> Iterator[MakeSuggester]:
    """Suggesters at the scripted server, their libraries loaded."""
    opened: list[LlmSuggester] = []

    def make(
        *,
        timeout_s: float = 10.0,
        url: str = "",
        setting: dict[str, Any] | None = None,
        **parts: Any,
    ) -> LlmSuggester:
        values: dict[str, Any] = {
            "home": tmp_path / "home",
            "OPENAI_BASE_URL": url or server.url,
            "OPENAI_API_KEY": "sk-canary-key",
            "model": "fake",
            "llm_timeout_s": timeout_s,
            **(setting or {}),
        }
        settings = Settings(**values)
        parts = {"mask": simple_mask, "counter": Estimate, **parts}
        one = LlmSuggester.open(settings, **parts)
        one.warm()
        opened.append(one)
        return one

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def notice() -> Callable[..., str]:
    """What the operator reads when a call to the scripted server fails in some way."""

    def read(kind: str, what: str = "draft") -> str:
        words = model_words("ru")
        text: str = words["notices"][kind]
        return text.replace("{host}", "127.0.0.1").replace("{without}", words["without"][what])

    return read
