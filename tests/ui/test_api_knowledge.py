"""The knowledge page's interface: documents, versions, uploads, lint, gaps, export, by REST."""

import hashlib
import io
import time
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from numpy.typing import NDArray

from copilot import Copilot
from copilot.settings import Settings
from knowledge import open_library
from ui.api import api_router
from ui.api_knowledge import PREFIX, knowledge_router
from ui.gapnotes import note_gap
from ui.gate import UPLOAD_BODY_BYTES, Gate
from ui.sessions import Sessions

TOKEN = "bearer-for-machines"
NOW = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
SCRIPT = """---
id: S1
kind: script
locale: ru
title: Возврат чайника
intent: return_kettle
failure: "no"
trigger_examples: [хочу вернуть чайник, чайник не нужен, заберите чайник]
framework: [NONE]
owner: служба заботы
steps: [Принять чайник.]
valid_to: 2030-12-01
reply:
  answer: [Чайник можно вернуть в любой пункт 14 дней.]
---
# Возврат чайника
Чайник берём обратно 14 дней.
"""


class Words:
    """Texts that share words have near vectors."""

    name = "words"
    dimension = 256

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.strip("?.,!").encode()).digest()[0]] += 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@pytest.fixture
def copilot(tmp_path: Path) -> Iterator[Copilot]:
    (tmp_path / "s1.md").write_text(SCRIPT, "utf-8")
    (tmp_path / "faq.csv").write_text(
        "id,Вопрос,Ответ\n1,Сколько стоит доставка?,Бесплатно от 3000 рублей\n", "utf-8"
    )
    settings = Settings(home=tmp_path / "home", embedding_base_url="http://127.0.0.1:9/v1")
    copilot = Copilot(settings)
    library = open_library(settings.data_home, embedder=Words())
    copilot.__dict__["library"] = library
    library.ingest([tmp_path / "s1.md", tmp_path / "faq.csv"])
    yield copilot
    copilot.close()


@pytest.fixture
def web(copilot: Copilot) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(api_router(copilot))
    app.include_router(knowledge_router(copilot))
    sessions = Sessions(copilot.settings.data_home)
    gate = Gate(app, sessions, hosts=frozenset({"127.0.0.1"}), api_token=TOKEN)
    headers = {"authorization": f"Bearer {TOKEN}"}
    with TestClient(gate, base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def done(web: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    for _ in range(2000):
        asked: dict[str, Any] = web.get(f"{PREFIX}/jobs/{job['id']}").json()["job"]
        if asked["state"] in {"done", "failed"}:
            return asked
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def test_a_stranger_gets_nothing(web: TestClient) -> None:
    answer = web.get(f"{PREFIX}/documents", headers={"authorization": "Bearer guess"})

    assert answer.status_code == 401


def test_documents_are_listed_and_filtered(web: TestClient) -> None:
    page = web.get(f"{PREFIX}/documents").json()
    found = web.get(f"{PREFIX}/documents", params={"q": "доставка", "form": "article"}).json()

    assert [item["id"] for item in page["items"]] == ["ru:S1", "ru:faq-1"]
    assert page["counts"]["form"] == {"article": 1, "script": 1}
    assert [item["id"] for item in found["items"]] == ["ru:faq-1"]
    assert refusal(web.get(f"{PREFIX}/documents", params={"sort": "colour"})) == (422, "Invalid")
    assert refusal(web.get(f"{PREFIX}/documents", params={"colour": "red"})) == (422, "Invalid")


def test_a_form_is_read_saved_and_taken_back(web: TestClient) -> None:
    sheet = web.get(f"{PREFIX}/documents/ru:S1").json()
    wish = {"version": 1, "values": {**sheet["values"], "title": "Возврат самовара"}, "note": "п"}

    saved = web.put(f"{PREFIX}/documents/ru:S1", json=wish)
    stale = web.put(f"{PREFIX}/documents/ru:S1", json=wish)
    history = web.get(f"{PREFIX}/documents/ru:S1/history").json()["items"]
    back = web.post(f"{PREFIX}/documents/ru:S1/revert", json={"version": 2, "to": 1}).json()

    assert (saved.status_code, saved.json()["version"]) == (200, 2)
    assert refusal(stale) == (409, "Stale")
    assert stale.json()["error"]["version"] == 2
    assert [(line["version"], line["action"], line["note"]) for line in history] == [
        (2, "edit", "п"),
        (1, "ingest", ""),
    ]
    assert (back["version"], back["title"]) == (3, "Возврат чайника")
    assert web.get(f"{PREFIX}/documents/ru:S1/history/2").json()["current"] is False


def test_every_fault_of_a_form_is_named(web: TestClient) -> None:
    sheet = web.get(f"{PREFIX}/documents/ru:S1").json()
    values = {**sheet["values"], "failure": "perhaps", "colour": 1}

    answer = web.put(f"{PREFIX}/documents/ru:S1", json={"version": 1, "values": values})

    assert refusal(answer) == (422, "Invalid")
    assert {tuple(one["path"]): one["key"] for one in answer.json()["error"]["fields"]} == {
        ("failure",): "literal_error",
        ("colour",): "extra_forbidden",
    }
    assert refusal(web.put(f"{PREFIX}/documents/ru:S1", json={"version": 1})) == (422, "Invalid")


def test_a_document_is_made_published_dated_deleted_restored_and_erased(web: TestClient) -> None:
    new = {
        "form": "article",
        "locale": "ru",
        "values": {"question": "Есть ли парковка?", "answer": "Да, во дворе.", "status": "draft"},
    }
    made = web.post(f"{PREFIX}/documents", json=new)
    name = made.json()["id"]
    at = f"{PREFIX}/documents/{name}"
    published = web.post(f"{at}/status", json={"version": 1, "status": "active"}).json()
    dated = web.post(f"{at}/validity", json={"version": 2, "valid_to": "2026-12-31"}).json()
    days = web.get(f"{PREFIX}/calendar", params={"from": "2026-12-01", "to": "2027-01-01"}).json()
    gone = web.delete(at, params={"version": 3}).json()
    lying = web.get(f"{PREFIX}/bin").json()["items"]
    restored = web.post(f"{at}/restore").json()
    erased = web.post(f"{at}/erase").json()

    assert made.status_code == 201
    assert (published["status"], dated["values"]["valid_to"]) == ("active", "2026-12-31")
    assert [(event["what"], event["document"]) for event in days["events"]] == [("ends", name)]
    assert gone == {"deleted": name, "version": 4}
    assert [line["document"] for line in lying] == [name]
    assert (restored["version"], erased) == (5, {"erased": 1})
    assert refusal(web.get(at)) == (404, "NotFound")
    assert refusal(web.post(f"{at}/erase")) == (404, "NotFound")


def test_a_preview_shows_chunks_and_a_reply_and_saves_nothing(web: TestClient) -> None:
    sheet = web.get(f"{PREFIX}/documents/ru:S1").json()
    trial = {"form": "script", "locale": "ru", "values": sheet["values"], "message": ""}

    shown = web.post(f"{PREFIX}/documents/preview", json=trial).json()
    faulty = web.post(f"{PREFIX}/documents/preview", json={**trial, "values": {}}).json()

    assert shown["faults"] == []
    assert shown["message"] == "хочу вернуть чайник"
    assert "хочу вернуть чайник" in shown["chunks"][0]["questions"]
    assert any("14 дней" in one["text"] for one in shown["suggestions"])
    assert {tuple(one["path"]) for one in faulty["faults"]} == {("title",), ("intent",)}
    assert web.get(f"{PREFIX}/documents").json()["total"] == 2


def test_a_form_has_a_schema_and_defaults(web: TestClient) -> None:
    told = web.get(f"{PREFIX}/schema/article").json()

    assert told["schema"]["properties"]["status"]["enum"] == ["draft", "active", "retired"]
    assert (told["defaults"]["kind"], told["defaults"]["examples"]) == ("script", [])
    assert "id" not in web.get(f"{PREFIX}/schema/tone").json()["schema"]["properties"]


def test_search_says_why(web: TestClient) -> None:
    hits = web.get(f"{PREFIX}/search", params={"q": "сколько стоит доставка чайника"}).json()[
        "hits"
    ]

    best = hits[0]
    assert best["document"] == "ru:faq-1"
    assert best["why"]["words"] == ["сколько", "стоит", "доставка"]
    assert best["why"]["question"] == "Сколько стоит доставка?"
    assert best["why"]["nearness"] > 0.5


def test_an_upload_is_taken_in_by_a_job_with_a_line_a_file(
    web: TestClient, copilot: Copilot
) -> None:
    page = ("../../Правила.md", "# Правила\nШуметь нельзя.\n".encode(), "text/markdown")
    table = ("faq2.csv", "Вопрос,Ответ\nГде вы?,На Садовой.\nА ещё?,\n".encode(), "text/csv")
    picture = ("x.png", b"\x89PNG\r\n\x1a\n", "image/png")
    sent = web.post(
        f"{PREFIX}/upload",
        files=[("files", page), ("files", table), ("files", picture)],
        data={"locale": "ru"},
    )

    job = done(web, sent.json()["job"])

    assert sent.status_code == 202
    assert (job["state"], job["what"], job["files"]) == ("done", "upload", 3)
    assert [(line["path"], line["added"], line["refused"]) for line in job["result"]["files"]] == [
        ("upload/Правила.md", 1, 0),
        ("upload/faq2.csv", 1, 1),
        ("upload/x.png", 0, 1),
    ]
    assert list((copilot.settings.data_home / "uploads").iterdir()) == []
    assert web.get(f"{PREFIX}/jobs").json()["jobs"][0]["id"] == job["id"]
    listed = web.get(f"{PREFIX}/documents", params={"path": "upload/"}).json()
    assert listed["total"] == 2


def test_the_same_upload_again_replaces_what_it_brought(web: TestClient) -> None:
    def send(text: str) -> dict[str, Any]:
        table = ("faq2.csv", text.encode(), "text/csv")
        return done(web, web.post(f"{PREFIX}/upload", files=[("files", table)]).json()["job"])

    send("Вопрос,Ответ\nГде вы?,На Садовой.\nКогда?,С девяти.\n")
    report = send("Вопрос,Ответ\nГде вы?,На Садовой.\nКуда?,Туда.\n")["result"]

    assert (report["added"], report["unchanged"], report["removed"]) == (1, 1, 1)


def test_a_bad_upload_says_what_is_wrong(web: TestClient) -> None:
    table = ("faq2.csv", b"a,b\n", "text/csv")
    files = [("files", table)]

    assert refusal(web.post(f"{PREFIX}/upload", data={"kind": "script"})) == (422, "BadUpload")
    assert refusal(web.post(f"{PREFIX}/upload", files=files, data={"kind": "x"})) == (
        422, "BadUpload",
    )  # fmt: skip
    assert refusal(web.post(f"{PREFIX}/upload", files=files, data={"map": "[1]"})) == (
        422, "BadUpload",
    )  # fmt: skip
    unknown = done(
        web, web.post(f"{PREFIX}/upload", files=files, data={"map": '{"x": "a"}'}).json()["job"]
    )
    assert (unknown["state"], unknown["error"]["code"]) == ("failed", "KnowledgeError")
    assert refusal(web.get(f"{PREFIX}/jobs/99")) == (404, "NotFound")


def test_an_upload_over_the_limit_is_refused_however_it_comes(web: TestClient) -> None:
    big = b"x" * (UPLOAD_BODY_BYTES + 1)

    assert web.post(f"{PREFIX}/upload", files=[("files", ("a.txt", big))]).status_code == 413
    assert web.post(f"{PREFIX}/upload", content=iter([b"x"])).status_code == 411


@pytest.mark.slow
def test_lint_tells_each_problem_in_the_language_asked_for(web: TestClient) -> None:
    web.post(f"{PREFIX}/documents/ru:S1/validity", json={"version": 1, "valid_to": "2020-01-01"})

    quick = web.get(f"{PREFIX}/lint", params={"language": "en"}).json()
    whole = done(web, web.post(f"{PREFIX}/lint", params={"language": "ru"}).json()["job"])["result"]

    (problem,) = [one for one in quick["problems"] if one["document"] == "ru:S1"]
    assert (problem["rule"], problem["severity"]) == ("expired", "error")
    assert problem["message"] == "Ended on 2020-01-01."
    assert (quick["documents"], quick["reach"], whole["reach"]) == (2, False, True)
    assert any("Срок кончился" in one["message"] for one in whole["problems"])


def test_what_is_exported_is_taken_back_by_an_upload(web: TestClient) -> None:
    before = web.get(f"{PREFIX}/documents/ru:S1").json()["values"]
    answer = web.get(f"{PREFIX}/export")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    web.post(f"{PREFIX}/documents/ru:S1/erase")

    sent = web.post(f"{PREFIX}/upload", files=[("files", ("base.zip", answer.content))])

    assert done(web, sent.json()["job"])["result"]["added"] == 1
    assert web.get(f"{PREFIX}/documents/ru:S1").json()["values"] == before
    assert answer.headers["content-type"] == "application/zip"


def ask(web: TestClient, copilot: Copilot, text: str, **more: Any) -> None:
    """Ask for a reply, and wait until the note of it is written."""
    body = {"messages": [{"role": "customer", "text": text}], **more}
    assert web.post("/api/v1/suggest", json=body).status_code == 200
    conversation = copilot.read(body, now=NOW)
    noted = note_gap(copilot, conversation, copilot.suggest(conversation))
    if noted is not None:
        noted.result(timeout=20)


def test_what_has_no_answer_comes_into_the_queue_masked(web: TestClient, copilot: Copilot) -> None:
    ask(web, copilot, "Делаете ли вы гравировку на часах? Звоните +7 916 123-45-67")
    ask(web, copilot, "Хочу вернуть чайник")

    gaps = web.get(f"{PREFIX}/gaps").json()

    assert [gap["count"] for gap in gaps["items"] if "гравировку" in gap["request"]] == [1]
    assert "916" not in str(gaps)


def test_gaps_are_dealt_with_and_taken_back(web: TestClient, copilot: Copilot) -> None:
    ask(web, copilot, "Делаете ли вы гравировку на часах?")
    (gap,) = web.get(f"{PREFIX}/gaps").json()["items"]
    at = f"{PREFIX}/gaps/{gap['id']}"

    assert "near" in web.get(at).json()
    drafted = web.post(f"{at}/draft", json={"answer": "Да, за 300 ₽."}).json()
    assert (drafted["gap"]["state"], drafted["document"]["status"]) == ("drafted", "draft")
    assert web.post(f"{at}/undo").json()["state"] == "open"
    attached = web.post(f"{at}/attach", json={"document": "ru:faq-1"}).json()
    assert attached["document"]["values"]["examples"] == [gap["request"]]
    assert refusal(web.post(f"{at}/ignore")) == (422, "KnowledgeError")
    assert web.post(f"{at}/undo").json()["state"] == "open"
    assert web.post(f"{at}/ignore").json()["state"] == "ignored"
    assert web.get(f"{PREFIX}/gaps", params={"state": "all"}).json()["counts"] == {"ignored": 1}
    assert web.delete(at).json() == {"erased": 1}
    assert refusal(web.get(at)) == (404, "NotFound")
