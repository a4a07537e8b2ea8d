"""Markdown files with a YAML header become records, or say by file and line why not."""

from pathlib import Path

import pytest

from knowledge.documents import Case, Script, ToneRule
from knowledge.sources import Reading, SourceFile, Wishes, read_file

SCRIPT = """---
id: S06
kind: script
locale: ru
title: В заказе не хватает товара
intent: missing_item
signals: [missing_item]
framework: [HEAR]
failure: yes
trigger_examples:
  - привезли без крышки
commitments:
  - {id: bonus, type: money, text: "бонусы не меньше 10 %", min_value: 10, unit: percent_of_item}
valid_from: 2026-01-01
valid_to: null
reply:
  acknowledge: ["В заказе {order} не оказалось: {item}."]
---
# В заказе не хватает товара
Когда коробка пришла неполной.
"""


def read(
    folder: Path, text: str | bytes, name: str = "page.md", wishes: Wishes | None = None
) -> Reading:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(SourceFile(path, str(path), path.stem), wishes or Wishes())


def reason(reading: Reading) -> str:
    assert not reading.documents
    (refusal,) = reading.refused
    return f"{refusal.place}: {refusal.reason}"


def test_a_script_is_read_with_its_page(tmp_path: Path) -> None:
    (document,) = read(tmp_path, SCRIPT).documents

    assert document.id == "ru:S06"
    assert document.kind == "script"
    assert document.title == "В заказе не хватает товара"
    assert document.body.startswith("# В заказе")
    assert isinstance(document.record, Script)
    assert document.record.commitments[0].unit == "percent_of_item"
    assert str(document.valid_from) == "2026-01-01"
    assert document.path.endswith("page.md")


def test_yes_without_quotes_stays_a_word(tmp_path: Path) -> None:
    (document,) = read(tmp_path, SCRIPT).documents

    assert isinstance(document.record, Script)
    assert document.record.failure == "yes"


def test_a_tone_rule_takes_its_title_from_the_page(tmp_path: Path) -> None:
    rule = "---\nid: RU-A1\nkind: tone\nlocale: ru\ntype: calm_down\nseverity: high\ncheck: C\n---\n# Не велим успокоиться\nПочему."

    (document,) = read(tmp_path, rule).documents

    assert isinstance(document.record, ToneRule)
    assert document.title == "Не велим успокоиться"


def test_a_case_keeps_its_turns(tmp_path: Path) -> None:
    case = "---\nid: K1\nkind: case\nlocale: en\ntitle: A tree\noutcome: worked\nturns:\n  - {role: customer, text: 'late'}\n---\nRetelling."

    (document,) = read(tmp_path, case).documents

    assert isinstance(document.record, Case)
    assert document.record.turns[0].text == "late"


def test_windows_line_ends_and_a_byte_mark_do_no_harm(tmp_path: Path) -> None:
    (document,) = read(tmp_path, SCRIPT.replace("\n", "\r\n").encode("utf-8-sig")).documents

    assert document.id == "ru:S06"
    assert "\r" not in document.body


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title:", "titel:", "line 5: 'title' is missing; unknown key 'titel' (line 5); did you mean 'title'?"),
        ("failure: yes", "failure: maybe", "line 9: 'failure' (line 9): Input should be 'yes', 'unknown' or 'no', not 'maybe'"),
        ("  acknowledge:", "  acknowlege:", "unknown key 'reply.acknowlege' (line 17); did you mean 'acknowledge'?"),
        ("kind: script", "kind: skript", "line 3: kind is 'skript'; it must be script, tone, case or article"),
        ("intent: missing_item", "intent: 5", "'intent' (line 6): Input should be a valid string, not 5"),
        ("id: S06", "id: S06\nid: S07", "line 3: the key 'id' stands here twice"),
        ("intent: missing_item", "intent: a: b", "line 6: broken YAML"),
        ("intent: missing_item", "intent: &a missing_item", "line 6: anchors (&) and aliases (*) are not allowed"),
        ("intent: missing_item", "intent: !!python/name:os.system x", "line 6: the tag"),
        ("valid_from: 2026-01-01", "valid_from: 2026-13-01", "'valid_from' (line 14)"),
        ("---\n# В заказе", "# В заказе", "line 1: the header has no closing ---"),
    ],
)  # fmt: skip
def test_a_faulty_header_is_refused_with_line_and_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert said in reason(read(tmp_path, SCRIPT.replace(old, new, 1)))


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    bomb = "---\na: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )

    assert "anchors" in reason(read(tmp_path, f"{bomb}---\nbody"))


def test_a_header_nested_without_end_is_refused(tmp_path: Path) -> None:
    assert "too deep" in reason(read(tmp_path, f"---\na: {'[' * 50_000}\n---\nbody"))


def test_a_header_without_kind_is_a_record_when_a_kind_is_asked_for(tmp_path: Path) -> None:
    text = SCRIPT.replace("kind: script\n", "")

    (document,) = read(tmp_path, text, wishes=Wishes(kind="script")).documents

    assert document.id == "ru:S06"


def test_the_header_of_another_system_is_no_record(tmp_path: Path) -> None:
    page = "---\ntitle: Plain language\nlayout: post\ntags: [style]\n---\nWrite short sentences."

    (document,) = read(tmp_path, page).documents

    assert document.record is None
    assert (document.title, document.tags) == ("Plain language", ("style",))


def test_records_may_stand_in_json_lines(tmp_path: Path) -> None:
    lines = (
        '{"kind": "case", "id": "K1", "locale": "en", "title": "A tree", "outcome": "worked"}\n'
        '{"kind": "case", "id": "K2", "locale": "en", "outcome": "worked"}\n'
    )

    reading = read(tmp_path, lines, "cases.jsonl")

    assert [document.id for document in reading.documents] == ["en:K1"]
    assert reading.refused[0].place == "line 2"
    assert "'title' is missing" in reading.refused[0].reason


@pytest.mark.parametrize(
    ("line", "place", "named"),
    [
        ('patterns: ["fine", "(open"]', "line 8", "'patterns.1' is not a well-formed pattern"),
        ('innocent: ["[a"]', "line 8", "'innocent.0'"),
        ('applies: {only_if_missing: ["*"]}', "line 8", "'applies.only_if_missing.0'"),
    ],
)
def test_a_rule_with_a_broken_pattern_is_refused_at_its_line(
    tmp_path: Path, line: str, place: str, named: str
) -> None:
    rule = (
        "---\nkind: tone\nid: EN-X1\nlocale: en\ntype: jargon\nseverity: high\ncheck: D\n"
        f"{line}\n---\nNot so.\n"
    )

    reading = read(tmp_path, rule)

    assert reading.documents == ()
    assert reading.refused[0].place == place
    assert named in reading.refused[0].reason
