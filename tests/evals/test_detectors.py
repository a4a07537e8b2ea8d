"""Detectors are held against labelled lines, with intervals, and the quotes of what differs."""

import json
from pathlib import Path

import pytest

from evals.detectors import measure
from evals.labelled import lines
from evals.tally import Outcome, disagreements, scores

LABELS = Path(__file__).parents[2] / "evals" / "labels" / "rules"


def outcome(label: str, cluster: str, right: int = 0, false: int = 0, missed: int = 0) -> Outcome:
    return Outcome(label, cluster, right, false, missed, f"{cluster}-1", "words")


def test_a_label_gets_precision_recall_and_f1_with_intervals() -> None:
    found = [outcome("empathy", f"s{n}", right=1) for n in range(8)]
    found += [outcome("empathy", "s8", false=1), outcome("empathy", "s9", missed=1)]

    (score,) = scores("acts", found)
    assert (score.marked, score.found) == (9, 9)
    for value in (score.precision, score.recall, score.f1):
        assert value is not None
        assert value.value == pytest.approx(8 / 9, abs=1e-3)
        assert value.low < value.value < value.high


def test_what_was_never_found_has_no_precision_and_what_was_never_marked_no_recall() -> None:
    (missed,) = scores("acts", [outcome("argue", "s1", missed=1)])
    (false,) = scores("acts", [outcome("argue", "s1", false=1)])

    assert missed.precision is None
    assert false.recall is None
    assert false.f1 is None


def test_disagreements_quote_the_line() -> None:
    differ = disagreements("acts", [outcome("ack", "a", right=1), outcome("ack", "b", missed=1)])

    assert [(one.kind, one.id, one.text) for one in differ] == [("missed", "b-1", "words")]


@pytest.mark.parametrize("path", sorted(LABELS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_labelled_lines_are_whole(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        text = row.get("text") or row["draft"]
        assert row["language"] in ("ru", "en")
        for span in (*row.get("spans", ()), *row.get("promises", ())):
            assert 0 <= span["start"] < span["end"] <= len(text)


def test_scenarios_of_acts_are_in_one_part_only() -> None:
    dev, test = (
        {(row["language"], row["scenario"]) for row in lines("rules", f"acts.{part}")}
        for part in ("dev", "test")
    )

    assert not dev & test


@pytest.mark.slow
def test_the_detectors_agree_with_people() -> None:
    report = measure("test")
    by_label = {(s.detector, s.label): s for s in report.scores}

    for act in ("empathy", "apologise", "blame_customer"):
        recall = by_label["acts", act].recall
        assert recall is not None
        assert recall.value >= 0.9
    unsupported = by_label["promises", "unsupported"]
    assert unsupported.recall is not None
    assert unsupported.recall.value >= 0.9
    assert report.seconds < 60
