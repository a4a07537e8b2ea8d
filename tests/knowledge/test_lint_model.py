"""With the real model: doubles in other words are found, and the samples are without fault."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge import Library, open_library

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)
PAIRS = Path(__file__).parents[2] / "bench" / "lint" / "pairs.yaml"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library(tmp_path_factory.mktemp("home"))


def test_the_samples_have_neither_doubles_nor_contradictions_and_all_are_found(
    library: Library,
) -> None:
    library.ingest_starter()

    problems = library.overview.lint(TODAY, reach=True)

    assert not problems, [(one.rule, one.document, one.others) for one in problems]


def test_one_answer_in_two_wordings_is_found_and_neighbours_mostly_are_not(
    library: Library, tmp_path: Path
) -> None:
    pairs = yaml.safe_load(PAIRS.read_text("utf-8"))
    lines = ["id,question,answer"]
    for locale, kinds in pairs.items():
        for kind, rows in kinds.items():
            for n, row in enumerate(rows):
                for half in (0, 1):
                    cells = [f'"{cell}"' for cell in row[2 * half : 2 * half + 2]]
                    lines.append(",".join((f"{kind}-{locale}-{n}-{half}", *cells)))
    table = tmp_path / "pairs.csv"
    table.write_text("\n".join(lines), "utf-8")
    library.ingest([table])

    found = {
        frozenset((one.document[:-2], other[:-2]))
        for one in library.overview.lint(TODAY)
        if one.rule == "duplicate_near"
        for other in one.others
    }

    doubles = [pair for pair in found if len(pair) == 1]
    assert sum("-same-" in name for (name,) in doubles) >= 14
    assert sum("-other-" in name for (name,) in doubles) <= 2


def test_a_script_copied_and_reworded_a_little_is_found(library: Library, tmp_path: Path) -> None:
    sheet = library.editor.sheet("ru:S06")
    values = {
        **sheet.values,
        "title": "Недостача в заказе",
        "intent": "shortage",
        "trigger_examples": [f"{one}!" for one in sheet.values["trigger_examples"]],
        "limits": {**sheet.values["limits"], "refund_max": 5000},
    }
    library.editor.create("script", "ru", values, name="OWN")

    problems = library.overview.lint(TODAY)

    about = {
        (one.rule, one.place)
        for one in problems
        if {one.document, *one.others} == {"ru:OWN", "ru:S06"}
    }
    assert ("duplicate_near", "") in about
    assert ("contradiction", "limits.refund_max") in about
    library.forget(["ru:OWN"])
