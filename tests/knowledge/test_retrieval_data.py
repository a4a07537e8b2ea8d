"""The labelled queries of the retrieval benchmark."""

from pathlib import Path
from typing import Any

import pytest
import yaml

DATA = Path(__file__).parents[2] / "bench" / "retrieval" / "data"
FAQS = sorted(DATA.glob("*.yaml"))


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.mark.parametrize("path", FAQS, ids=lambda path: path.stem)
def test_every_label_names_an_article(path: Path) -> None:
    data = read(path)
    known = {row[0] for row in data["articles"]}

    assert len(known) == len(data["articles"])
    assert {name for ids, _ in data["queries"] for name in ids.split()} <= known | {"-"}


def test_there_are_enough_queries_with_and_without_an_answer() -> None:
    asked = [
        row for path in [*FAQS, *(DATA / "foreign").glob("*.yaml")] for row in read(path)["queries"]
    ]
    missing = [text for ids, text in asked if ids == "-"]

    assert len(asked) >= 700
    assert len(missing) >= 100
    assert len(read(DATA / "other" / "off_topic.yaml")) >= 60
