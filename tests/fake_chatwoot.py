"""A Chatwoot on loopback: its REST, its signed webhook with retries, and a dashboard that frames apps.

It does what the real one does where we rely on it: numbers for message types in REST and words in
calls, seconds there and ISO times here, pages of twenty, one delivery id for all tries of a call, a
frame that is destroyed at every switch, and a context posted as a JSON string.
"""

import hashlib
import hmac
import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

AGENT_TOKEN, BOT_TOKEN = "agent-token-canary-51", "bot-token-canary-52"
SECRET = "webhook-secret-canary-53"
T0 = 1_700_000_000  # 2023-11-14: long before any clock that runs the tests
_WORDS = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
PAGE = """<!doctype html><title>Chatwoot</title><body>
<button id=tab onclick="openTab()">App</button><button id=next onclick="go(NEXT)">Next</button>
<div id=messages>messages</div><div id=app></div>
<script>
const CONTEXTS = %s, APP = %s; let here = %d; const NEXT = %d;
function post(frame) { frame.contentWindow.postMessage(JSON.stringify(
  {event: 'appContext', data: CONTEXTS[here]}), '*'); }
function openTab() {
  document.getElementById('messages').hidden = true;
  const frame = document.createElement('iframe');
  frame.src = APP; frame.id = 'frame'; frame.onload = () => post(frame);
  document.getElementById('app').replaceChildren(frame);
}
function go(number) { here = number; document.getElementById('app').replaceChildren();
  document.getElementById('messages').hidden = false; }
addEventListener('message', e => { const frame = document.getElementById('frame');
  if (frame && e.data === 'chatwoot-dashboard-app:fetch-info') post(frame); });
</script>"""


@dataclass
class Fault:
    """What the server does instead of answering: a status, a body, headers, or nothing at all."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    drip: threading.Event | None = None
    after: bool = False  # do what was asked first, and lose only the answer


class FakeChatwoot:
    """Account 1 with conversations by number; `asked` are the requests, `faults` come first."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.conversations: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, list[dict[str, Any]]] = {}
        self.canned: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, str]] = []
        self.faults: list[Fault] = []
        self.hook = ""
        self.app = ""
        self.deliveries: list[tuple[str, int]] = []
        self._ids = 1000
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True, args=(0.02,)).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def conversation(self, number: int = 7, **about: Any) -> int:
        """Open a conversation of a customer."""
        email = about.pop("assignee", "olga@shop.example")
        self.messages.setdefault(number, [])
        self.conversations[number] = {
            "id": number, "account_id": 1, "inbox_id": 3, "status": "open", "labels": ["delivery"],
            "can_reply": True, "custom_attributes": {"vip": "<b>yes</b>"},
            "meta": {
                "sender": {"id": 55, "name": "Anna", "email": "anna@example.org",
                           "phone_number": "+79210000000", "identifier": None},
                "channel": "Channel::WebWidget", "hmac_verified": False,
                "assignee": {"id": 2, "name": "Olga", "email": email} if email else None,
            },
            **about,
        }  # fmt: skip
        return number

    def write(  # a message as somebody in Chatwoot writes it
        self, number: int, text: str | None, kind: int = 0, *, private: bool = False, **more: Any
    ) -> dict[str, Any]:
        with self.lock:
            self._ids += 1
            sender = {0: {"id": 55, "name": "Anna"}, 1: {"id": 2, "name": "Olga", "type": "user"}}
            message = {
                "id": self._ids, "content": text, "inbox_id": 3, "conversation_id": number,
                "message_type": kind, "content_type": "text", "content_attributes": {},
                "created_at": T0 + self._ids, "private": private, "source_id": None,
                "sender": sender.get(kind), **more,
            }  # fmt: skip
            self.messages[number].append(message)
            return message

    def call(self, message: dict[str, Any], event: str = "message_created") -> dict[str, Any]:
        """Return the body of the call that a message causes."""
        at = datetime.fromtimestamp(message["created_at"], UTC)
        told = {
            **message, "event": event, "message_type": _WORDS[message["message_type"]],
            "created_at": at.isoformat(), "account": {"id": 1, "name": "Shop"},
            "conversation": {**self.conversations[message["conversation_id"]], "messages": [message]},
        }  # fmt: skip
        told.pop("conversation_id")
        return told

    def say(self, number: int, text: str, kind: int = 0, **more: Any) -> int:
        """Write a message and call the webhook; return the status of its last answer."""
        return self.deliver(self.call(self.write(number, text, kind, **more)))

    def deliver(self, body: Any, *, tries: int = 2, raw: bytes | None = None, **wrong: Any) -> int:
        """Call the webhook as Chatwoot does: again under the same delivery id when it failed."""
        sent = json.dumps(body, ensure_ascii=False).encode() if raw is None else raw
        headers = self.headers(sent, **wrong)
        status = 0
        for _ in range(tries):
            status = self._post(sent, headers)
            self.deliveries.append((headers.get("X-Chatwoot-Delivery", ""), status))
            if status < 500:
                break
        return status

    @staticmethod
    def headers(
        raw: bytes, *, secret: str = SECRET, age_s: int = 0, delivery: str = "", signed: bool = True
    ) -> dict[str, str]:
        headers = {"content-type": "application/json"}
        if not signed:
            return headers
        stamp = str(int(datetime.now(UTC).timestamp()) - age_s)
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        return {
            **headers,
            "X-Chatwoot-Signature": f"sha256={digest}",
            "X-Chatwoot-Timestamp": stamp,
            "X-Chatwoot-Delivery": delivery or str(uuid.uuid4()),
        }

    def context(self, number: int) -> dict[str, Any]:
        """Return what the dashboard posts to a framed app."""
        with self.lock:
            held = deepcopy(self.conversations[number])
            held["messages"] = deepcopy(self.messages[number][-1:])
        contact = held["meta"]["sender"]
        agent = {"id": 2, "name": "Olga", "email": "olga@shop.example"}
        return {"conversation": held, "contact": contact, "currentAgent": agent}

    def _post(self, raw: bytes, headers: dict[str, str]) -> int:
        where = urlsplit(self.hook)
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=5)
        try:
            line.request("POST", where.path, raw, headers)
            return line.getresponse().status
        except OSError:
            return 599
        finally:
            line.close()


@contextmanager
def fake_chatwoot() -> Iterator[FakeChatwoot]:
    """Serve a Chatwoot until the end of the block."""
    fake = FakeChatwoot()
    try:
        yield fake
    finally:
        fake.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: callers that go away are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeChatwoot

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        token = self.headers.get("api_access_token", "")
        with self.fake.lock:
            self.fake.asked.append((method, self.path, token))
            fault = self.fake.faults.pop(0) if self.fake.faults else None
        if fault is not None and not fault.after:
            self._fail(fault)
            return
        where = urlsplit(self.path)
        if where.path.startswith("/dashboard"):
            self._send(200, _dashboard(self.fake).encode(), {"content-type": "text/html"})
            return
        status, told = _rest(self.fake, method, where, token, body)
        if fault is not None:
            self._fail(fault)
            return
        self._send(status, json.dumps(told).encode(), {"content-type": "application/json"})

    def _fail(self, fault: Fault) -> None:
        if fault.hang_up:
            self.close_connection = True
        elif fault.drip is not None:
            self._drip(fault.drip)
        else:
            self._send(fault.status, fault.body, fault.headers)

    def _drip(self, until: threading.Event) -> None:
        self.send_response(200)
        self.send_header("content-length", "1000000")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):  # the caller had enough
            while not until.wait(0.02):
                self.wfile.write(b" ")
                self.wfile.flush()

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        with suppress(OSError):  # as above
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


def _dashboard(fake: FakeChatwoot) -> str:
    numbers = sorted(fake.conversations)
    contexts = json.dumps({n: fake.context(n) for n in numbers}).replace("<", "\\u003c")
    return PAGE % (contexts, json.dumps(fake.app), numbers[0], numbers[-1])


def _rest(fake: FakeChatwoot, method: str, where: Any, token: str, body: bytes) -> tuple[int, Any]:
    if token not in {AGENT_TOKEN, BOT_TOKEN}:
        return 401, {"errors": ["You need to sign in or sign up before continuing."]}
    if where.path == "/api/v1/profile":
        name = "Olga" if token == AGENT_TOKEN else "Teplo"
        accounts = [{"id": 1, "role": "agent"}]
        return 200, {"name": name, "email": f"{name.lower()}@shop.example", "accounts": accounts}
    within = where.path.removeprefix("/api/v1/accounts/1/").split("/")
    if within == ["canned_responses"]:
        return 200, fake.canned
    number = int(within[1]) if len(within) > 1 and within[1].isdecimal() else 0
    if within[0] != "conversations" or number not in fake.conversations:
        return 404, {"error": "Resource could not be found"}
    return _conversation(fake, method, number, within[2:], where.query, body)


def _conversation(  # one conversation, or its messages
    fake: FakeChatwoot, method: str, number: int, rest: list[str], query: str, body: bytes
) -> tuple[int, Any]:
    if rest != ["messages"]:
        return 200, {**fake.conversations[number], "messages": fake.messages[number][-1:]}
    if method == "GET":
        said = _page(fake, number, parse_qs(query))
        return 200, {"meta": {"labels": []}, "payload": said}
    told = json.loads(body)
    message = fake.write(number, told["content"], 1, private=told["private"])
    message["created_at"] = int(datetime.now(UTC).timestamp())
    return 200, {**message, "echo_id": told.get("echo_id")}


def _page(fake: FakeChatwoot, number: int, query: dict[str, list[str]]) -> list[dict[str, Any]]:
    with fake.lock:
        said = list(fake.messages[number])
    if "before" in query:
        said = [one for one in said if one["id"] < int(query["before"][0])]
    return said[-20:]
