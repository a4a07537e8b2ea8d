"""The audit of real chats: what it reads, what it finds, whom it names (nobody), how it is told."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.audit.marks import Marked, audited
from evals.audit.outputs import COLUMNS, audit_page, header_line, row_line
from evals.audit.summary import WEEK_S, Gathering, Summary
from evals.audit.threads import Fault, Thread, threads
from evals.errors import BadExport
from evals.labelled import starter_rules

DAY = 24 * 3600
T0 = 1_763_000_000


def chat(key: int, *said: tuple[str, str], at: float = T0, **more: Any) -> dict[str, Any]:
    """Return an exported conversation; its messages are a minute apart."""
    messages = [
        {"role": who, "text": text, "created_at": at + 60 * n} for n, (who, text) in enumerate(said)
    ]
    return {"id": key, "messages": messages, **more}


RUDE = (
    ("customer", "Third day I wait for order 784-1120, where is it?"),
    ("operator", "Calm down. Please send us your order number."),
    ("customer", "I already wrote it! This is outrageous!"),
    (
        "operator",
        "I'm sorry, you gave it at once. I will call the courier and write to you by 18:00.",
    ),
)


def lines(path: Path, *items: Any) -> Path:
    """Write items as JSON lines."""
    text = "\n".join(i if isinstance(i, str) else json.dumps(i) for i in items)
    path.write_text(text + "\n", "utf-8")
    return path


def read(*paths: Path) -> tuple[list[Thread], list[Fault]]:
    """Return the conversations and the faults of files."""
    found = list(threads(paths))
    return [x for x in found if isinstance(x, Thread)], [x for x in found if isinstance(x, Fault)]


def summed(items: Iterator[Marked] | list[Marked], **more: int) -> Summary:
    """Return the summary of audited conversations."""
    gathering = Gathering(**more)
    for one in items:
        gathering.take(one)
    return gathering.summary()


def made(n: int, **more: Any) -> Marked:
    """Return an audited conversation, made up."""
    base: dict[str, Any] = {
        "id": str(n), "place": f"x.jsonl, line {n}", "topic": "delivery", "language": "en",
        "replies": 1,
    }  # fmt: skip
    return Marked.model_validate(base | more)


def test_conversations_messages_and_tables_read_the_same(tmp_path: Path) -> None:
    whole = lines(tmp_path / "a.jsonl", chat(7, *RUDE, contact_id=3, labels=["delivery"]))
    rows = [
        {"conversation_id": 7, "role": who, "text": text, "created_at": T0 + 60 * n,
         "contact_id": 3, "labels": "delivery"}
        for n, (who, text) in enumerate(RUDE)
    ]  # fmt: skip
    loose = lines(tmp_path / "b.jsonl", *rows)
    sink = io.StringIO()
    table = csv.DictWriter(sink, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    sheet = tmp_path / "c.csv"
    sheet.write_text(sink.getvalue(), "utf-8")
    chatwoot = tmp_path / "d.json"
    chatwoot.write_text(
        json.dumps(
            {"data": {"payload": [{"id": 7, "labels": ["delivery"], "messages": [
                {"message_type": "incoming" if who == "customer" else "outgoing", "content": text,
                 "created_at": T0 + 60 * n} for n, (who, text) in enumerate(RUDE)]}]}}
        ), "utf-8",
    )  # fmt: skip
    found = [read(path)[0][0] for path in (whole, loose, sheet, chatwoot)]

    assert all(one.turns == found[0].turns and one.id == "7" for one in found)
    assert {one.topic for one in found} == {"delivery"}
    assert [one.customer for one in found] == ["3", "3", "3", ""]


def test_what_is_missing_is_told_with_its_place_and_the_rest_is_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        chat(1, *RUDE),
        '{"broken',
        chat(2, ("customer", "Hello?")),
        {"id": 3, "messages": [
            {"role": "customer", "text": "Where is it?", "created_at": T0},
            {"role": "operator", "text": "On its way."},
            {"role": "operator", "text": "It is there.", "created_at": T0 + 9},
            {"role": "wizard", "text": "?", "created_at": T0},
            {"role": "customer", "text": "Thanks", "created_at": T0 + 99},
        ]},
        [1, 2],
        {"something": "else"},
    )  # fmt: skip

    found, faults = read(path)

    assert [one.id for one in found] == ["1", "3"]
    told = {fault.place: fault.what for fault in faults}
    assert told["line 2"] == "not JSON"
    assert "one side" in told["line 3"]
    assert any(f.place == "line 4" and "no time in 1 of 4" in f.what for f in faults)
    assert any(f.place == "line 4" and "who wrote it" in f.what for f in faults)
    assert told["line 5"] == "not an object"
    assert "neither" in told["line 6"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", "{}", "no conversations"),
        ("a.csv", "x;y\n1;2\n", "no header"),
        ("a.docx", "", "an export is"),
    ],
)
def test_what_is_no_export_is_said_so(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadExport, match=said):
        read(path)
    with pytest.raises(BadExport, match=r"none\.json"):
        read(tmp_path / "none.json")


def test_a_reply_is_judged_by_what_was_known_when_it_was_written(tmp_path: Path) -> None:
    (thread,), _ = read(lines(tmp_path / "a.jsonl", chat(1, *RUDE)))

    marked = audited(thread, starter_rules())

    by_turn = {(mark.turn, mark.type) for mark in marked.marks}
    assert (1, "reask") in by_turn
    assert (1, "calm_down") in by_turn
    assert not any(turn == 3 and kind == "reask" for turn, kind in by_turn)
    assert marked.asks_again == 1
    assert (marked.useful_at, marked.useful_s, marked.first_reply_s) == (3, 180, 60)
    assert marked.course[-1] > marked.course[0]
    assert next(m for m in marked.marks if m.type == "calm_down").quote == "Calm down."


def test_a_promise_past_its_time_is_counted(tmp_path: Path) -> None:
    late = (
        ("customer", "When does it come?"),
        ("operator", "I will write to you within 1 hour."),
    )
    item = chat(1, *late)
    item["messages"].append(
        {"role": "customer", "text": "Nobody wrote to me!", "created_at": T0 + DAY}
    )
    (thread,), _ = read(lines(tmp_path / "a.jsonl", item))

    assert audited(thread, starter_rules()).late == 1


def test_quotes_hide_personal_data(tmp_path: Path) -> None:
    said = (
        ("customer", "Where is it?"),
        ("operator", "Calm down, we call +7 916 123-45-67 or write to anna@example.com."),
    )
    (thread,), _ = read(lines(tmp_path / "a.jsonl", chat(1, *said)))
    marked = audited(thread, starter_rules())

    page = audit_page(summed([marked]), (), "en")

    assert "calm" in page.lower()
    assert "123-45-67" not in page
    assert "anna@" not in page


def test_coming_back_within_a_week_on_the_topic_is_not_solved() -> None:
    rows = [
        made(1, customer="a", started=0.0, ended=60.0),
        made(2, customer="a", started=3.0 * DAY, ended=3.0 * DAY),
        made(3, customer="b", started=0.0, ended=60.0),
        made(4, customer="b", started=2.0 * DAY, ended=2.0 * DAY, topic="billing"),
        made(5, customer="c", started=29.0 * DAY, ended=30.0 * DAY),
        made(6),
    ]

    node = next(n for n in summed(rows).tree if n.name == "solved_first")

    assert WEEK_S == 7 * DAY
    assert (node.n, node.value) == (4, 0.75)  # 5 and 6 cannot be told yet


def test_the_sample_takes_every_severity_and_weighs_it() -> None:
    grave = {"rule": "X", "type": "x", "severity": "critical", "turn": 1, "quote": "q"}
    rows = [made(n, marks=[grave] if n < 5 else []) for n in range(205)]

    summary = summed(rows, sample=20)

    by_stratum = {s: [p for p in summary.sample if p.stratum == s] for s in ("critical", "none")}
    assert [len(held) for held in by_stratum.values()] == [5, 15]
    assert sum(p.weight for p in summary.sample) == pytest.approx(205, abs=0.5)
    assert summary.sample == summed(rows[::-1], sample=20).sample
    assert summary.margin == pytest.approx(0.209, abs=0.002)


def test_the_tree_keeps_hygiene_and_motivators_apart_and_nps_last() -> None:
    tree = summed([made(1)]).tree

    assert tree[-1].name == "nps"
    assert [n.branch for n in tree].index("hygiene") < [n.branch for n in tree].index("motivators")
    assert "rank" not in json.dumps(summed([made(1)]).model_dump(mode="json"))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_escapes_and_an_empty_audit_has_one_too(language: Any) -> None:
    nasty = "<script>alert(1)</script>"
    mark = {
        "rule": nasty,
        "type": "x",
        "severity": "high",
        "turn": 1,
        "quote": nasty,
        "better": nasty,
    }
    fault = Fault(file=nasty, place=nasty, what=nasty)

    page = audit_page(summed([made(1, topic=nasty, marks=[mark])]), (fault,), language)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5
    assert "<h1>" in audit_page(summed([]), (), language)


def test_the_table_has_a_row_each_and_starts_no_formula() -> None:
    row = next(csv.reader([row_line(made(1, topic="=cmd|'/c calc'!A1"))]))

    assert next(csv.reader([header_line()])) == list(COLUMNS)
    assert len(row) == len(COLUMNS)
    assert row[2].startswith("'=")


def test_a_hundred_thousand_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w", encoding="utf-8") as sink:
        sink.write("conversation_id,role,text,created_at\n")
        for n in range(50_000):
            sink.write(
                f"{n},customer,Where is it?,{T0 + n}\n{n},operator,On its way.,{T0 + n + 1}\n"
            )

    assert sum(isinstance(one, Thread) for one in threads([path])) == 50_000
