"""Suites: every fault at once with its line; the same case hashes the same everywhere."""

from pathlib import Path

import pytest

from evals.errors import BadSuite
from evals.suite import HOME, read_suite

GOOD = """\
defaults: {family: f1, split: dev, lang: en, now: "2026-11-23T11:00:00+00:00"}
cases:
  - id: one
    turns: [{role: customer, text: "Where is it?"}]
"""


def write(folder: Path, text: str, name: str = "s.yaml") -> Path:
    """Write a suite file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_our_suites_have_no_faults() -> None:
    suite = read_suite([HOME])
    assert len({case.id for case in suite.cases}) == len(suite.cases) > 0


def test_defaults_are_taken_over_and_the_case_reads_as_a_conversation(tmp_path: Path) -> None:
    (case,) = read_suite([write(tmp_path, GOOD)]).cases
    assert (case.family, case.lang, case.conversation().messages[0].text) == (
        "f1",
        "en",
        "Where is it?",
    )


def test_every_fault_is_listed_with_file_and_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        GOOD
        + """\
  - id: one
    turns: [{role: customer, text: "Again"}]
  - id: two
    nonsense: 1
    turns: [{role: operator, text: "x"}]
  - just words
  - id: three
    split: test
    turns: [{role: customer, text: "x"}]
""",
    )
    broken = write(tmp_path, "cases: [", "t.yaml")
    with pytest.raises(BadSuite) as caught:
        read_suite([path, broken, tmp_path / "none.yaml"])
    text = str(caught.value)
    for part in (
        "s.yaml:5: id 'one' stands already at s.yaml:3",
        "s.yaml:7: two: nonsense",
        "s.yaml:10: a case is a mapping",
        "s.yaml:11: family 'f1' is in both splits",
        "t.yaml:1: not YAML",
        "none.yaml: there is no such file",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"just a line", "neither a list"),
        (b"[]", "no cases"),
        (b"cases: {}", "neither a list"),
    ],
)
def test_what_is_no_suite_is_said_so(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(raw)
    with pytest.raises(BadSuite, match=said):
        read_suite([path])


def test_a_hash_changes_with_what_decides_and_not_with_the_rest(tmp_path: Path) -> None:
    (one,) = read_suite([write(tmp_path, GOOD)]).cases
    (tagged,) = read_suite([write(tmp_path, GOOD + "    tags: [x]\n")]).cases
    (louder,) = read_suite([write(tmp_path, GOOD.replace("Where", "WHERE"))]).cases
    assert one.hash == tagged.hash != louder.hash


def test_cases_can_be_chosen(tmp_path: Path) -> None:
    suite = read_suite([write(tmp_path, GOOD)])
    assert len(suite.only(split="dev", lang="en", ids=["one"]).cases) == 1
    assert not suite.only(split="test").cases
    assert not suite.only(tags=["x"]).cases
