"""The machine interface: one conversation or many, in order, and honest about bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

TEPLO = str(Path(sys.executable).with_name("teplo"))
FAQ = (
    "вопрос;ответ\n"
    "Как перенести визит мастера?;Визит можно перенести в приложении за 2 часа до начала.\n"
    "Сколько стоит переезд услуги на новый адрес?;Переезд услуги на новый адрес стоит 500 рублей.\n"
    "How do I pause my plan?;You can pause the plan for up to 90 days in Settings.\n"
    "How long are invoices kept?;Invoices are kept for five years.\n"
)
NOW = "2026-11-22T10:00:00+03:00"


class Desk:
    """A data folder and the command line over it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *args: str, given: str | bytes = "") -> subprocess.CompletedProcess[bytes]:
        environ = {**os.environ, "TEPLO_HOME": str(self.home)}
        raw = given.encode() if isinstance(given, str) else given
        return subprocess.run(
            [TEPLO, *args], env=environ, input=raw, capture_output=True, timeout=240, check=False
        )

    def json(self, *args: str, given: str | bytes = "") -> Any:
        done = self.run(*args, given=given)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    room = tmp_path_factory.mktemp("cli")
    table = room / "faq.csv"
    table.write_text(FAQ, "utf-8")
    desk = Desk(room / "home")
    report = desk.json("index", "--json", str(table))
    assert report["added"] == 4
    return desk


def talk(text: str, **more: Any) -> str:
    said = [{"role": "customer", "text": text}]
    return json.dumps({"id": "t", "now": NOW, "messages": said, **more}, ensure_ascii=False)


def test_the_same_table_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text(FAQ, "utf-8")
    first = Desk(tmp_path / "home").json("index", "--json", str(table))

    again = Desk(tmp_path / "home").json("index", "--json", str(table))

    assert first["added"] == 4
    assert (again["added"], again["unchanged"]) == (0, 4)


def test_refused_rows_are_named_and_the_rest_is_taken(tmp_path: Path) -> None:
    table = tmp_path / "holes.csv"
    table.write_text("вопрос;ответ\nКак платить?;Картой.\nА без ответа?;\n", "utf-8")

    report = Desk(tmp_path / "home").json("index", "--json", str(table))

    assert report["added"] == 1
    (refused,) = report["refused"]
    assert "3" in refused["place"]
    assert refused["reason"]


def test_a_file_that_nothing_is_taken_from_is_a_failure(tmp_path: Path) -> None:
    picture = tmp_path / "faq.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))

    done = Desk(tmp_path / "home").run("index", str(picture))

    assert done.returncode == 1
    assert "faq.xlsx" in done.stdout.decode()


def test_search_finds_the_row_in_either_language(desk: Desk) -> None:
    ru = desk.json("search", "--json", "хочу перенести мастера на другой день")
    en = desk.json("search", "--json", "can i put my plan on hold")

    assert "за 2 часа" in ru["hits"][0]["text"]
    assert "90 days" in en["hits"][0]["text"]


def test_many_queries_are_answered_in_order(desk: Desk) -> None:
    queries = [{"id": n, "query": q} for n, q in enumerate(("переезд услуги", "invoices", "???"))]
    done = desk.run("search", "--jsonl", given="\n".join(map(json.dumps, queries)))

    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert [a["id"] for a in answers] == [0, 1, 2]
    assert "500" in answers[0]["hits"][0]["text"]


def test_a_calm_question_is_answered_in_the_first_line_with_its_source(desk: Desk) -> None:
    result = desk.json(
        "suggest", "--json", given=talk("Сколько стоит перенести услугу на новый адрес?")
    )

    best = result["suggestions"][0]
    assert result["frame"]["framework"] == "NONE"
    assert "500 рублей" in best["text"].split("\n")[0]
    assert best["sentences"][0]["sources"] == [result["hits"][0]["id"]]
    assert not best["blocked"]


def test_the_same_conversation_gives_the_same_bytes(desk: Desk) -> None:
    given = talk("Третий раз пишу! Мастер опять не приехал, я весь день дома просидел")

    first, second = (desk.run("suggest", "--json", given=given).stdout for _ in range(2))

    assert first
    assert first == second


def test_a_bad_line_gets_an_error_and_the_others_their_answer(desk: Desk) -> None:
    given = "\n".join(
        [talk("Как перенести визит?"), "{not json", "", '{"id": "x"}', talk("Hello?")]
    )

    done = desk.run("suggest", "--jsonl", given=given)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [("error" in a) for a in answers] == [False, True, True, False]
    assert answers[1]["id"] == "line 2"
    assert answers[2] == {
        "id": "x",
        "error": {"code": "BadConversation", "message": answers[2]["error"]["message"]},
    }


def test_check_reports_findings_with_their_place(desk: Desk) -> None:
    given = json.loads(talk("Where is my order 4417?"))
    draft = "Please calm down. What is your order number?"

    review = desk.json("check", "--json", given=json.dumps({**given, "draft": draft}))

    found = {f["type"]: f for f in review["findings"]}
    assert {"calm_down", "reask"} <= found.keys()
    for finding in found.values():
        assert draft[finding["start"] : finding["end"]] == finding["span"]


def test_perceive_tells_mood_facts_and_framework(desk: Desk) -> None:
    seen = desk.json(
        "perceive", "--json", given=talk("You charged me twice for order 4417! Third email!")
    )

    assert seen["perception"]["hostility"] >= 2
    assert {"kind": "order", "value": "4417"}.items() <= seen["perception"]["facts"][0].items()
    assert seen["frame"]["framework"] == "LEAD"


def test_mask_hides_people_and_keeps_orders(desk: Desk) -> None:
    line = json.dumps(
        {"id": 1, "text": "Заказ 784-1120, звоните +7 916 123-45-67, anna@example.com"}
    )

    masked = json.loads(desk.run("mask", "--jsonl", given=line).stdout)

    assert "784-1120" in masked["text"]
    assert "123-45-67" not in masked["text"]
    assert "anna@example.com" not in masked["text"]
    assert len(masked["spans"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😡😡😡",
        "\u0000\u202e\u200b",
        "\ufdfa" * 10,
        "مرحبا أين طلبي",
        "a" * 100_000,
        "<script>alert(1)</script>",
    ],
    ids=["empty", "blank", "emoji", "control", "fdfa", "arabic", "long", "html"],
)
def test_odd_messages_get_a_sensible_answer(desk: Desk, text: str) -> None:
    result = desk.json("suggest", "--json", given=talk(text))

    assert result["suggestions"]
    assert len(result["suggestions"][0]["text"]) < 2_000


def test_a_model_that_is_away_leaves_the_embedded_draft(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    monkeypatch.setenv("TEPLO_MODEL", "away")

    result = desk.json("suggest", "--json", given=talk("Как перенести визит мастера?"))

    assert result["suggestions"][0]["origin"] == "embedded"
    assert result["notices"]


def test_a_wrong_setting_is_said_in_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEPLO_PORT", "door")

    done = desk.run("doctor")

    assert done.returncode == 1
    assert done.stderr.decode().startswith("teplo: TEPLO_PORT='door'")
    assert "Traceback" not in done.stderr.decode()


def test_help_loads_nothing_heavy() -> None:
    seen = "import sys, ui.cli; print([m for m in ('gradio','chromadb','openai','langchain','onnxruntime','pymorphy3','numpy','sqlalchemy') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_lint_finds_a_contradiction_and_ends_with_an_error(tmp_path: Path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text(
        "вопрос;ответ\n"
        "Когда вернутся деньги?;Деньги вернутся на карту за 3 дня.\n"
        "Когда вернутся деньги?;Деньги вернутся на карту за 10 дней.\n",
        "utf-8",
    )
    desk = Desk(tmp_path / "home")
    desk.json("index", "--json", str(table))

    done = desk.run("knowledge", "lint", "--json", "--language", "en")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    ours = [one for one in told["problems"] if one["document"].startswith("ru:")]
    assert {one["rule"] for one in ours} == {"contradiction", "duplicate_question"}
    assert "here 10 дней, there 3 дня" in next(
        one["message"] for one in ours if one["rule"] == "contradiction"
    )
    assert told["documents"] == 2


def test_what_is_exported_is_indexed_again_as_it_was(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "base.zip"
    told = desk.json("export", "--json", str(path))
    again = Desk(tmp_path / "other")

    report = again.json("index", "--json", str(path))

    assert told["documents"] == report["added"] == 4
    again.json("export", "--json", str(tmp_path / "again.zip"))
    names = [path, tmp_path / "again.zip"]
    assert len({hash(name.read_bytes()) for name in names}) == 1


def test_the_gap_queue_is_shown(desk: Desk) -> None:
    assert desk.json("knowledge", "gaps", "--json")["items"] == []
    assert "No gaps" in desk.run("knowledge", "gaps", "--language", "en").stdout.decode()
    assert desk.run("knowledge", "gaps", "--state", "odd").returncode == 2
