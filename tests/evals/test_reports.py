"""Reports: whole without a network, escaped, true to the numbers, in both languages."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from defusedxml import ElementTree

from evals.baseline import bless, read_history
from evals.compare import compare, exit_code
from evals.errors import BadRun
from evals.folder import Run, read_run
from evals.report import comparison_page, run_page
from evals.report.contents import marked
from evals.report.plain import comparison_junit, comparison_markdown
from evals.report.words import Words
from evals.scorers import SCORERS
from knowledge import Locale
from tests.evals.runs_made_up import NASTY, made_run


class Tags(HTMLParser):
    """Collects the names of elements and the values of attributes that could load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.risky: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.risky += [n for n, _ in attrs if n.startswith("on") or n in ("src", "href", "action")]


def pages(language: Locale) -> dict[str, str]:
    """Return both kinds of page."""
    good, bad = made_run(), made_run(broken=(4,), tone=0.5)
    return {
        "run": run_page(bad, language),
        "comparison": comparison_page(compare(good, bad), good, bad, language),
    }


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_a_page_loads_and_runs_nothing_and_escapes_what_people_wrote(
    language: Locale, kind: str
) -> None:
    page = pages(language)[kind]
    tags = Tags()
    tags.feed(page)

    assert not tags.names & {"script", "img", "link", "iframe", "object"}
    assert not tags.risky
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"url\(|@import|https?://", page)
    assert f'lang="{language}"' in page


def test_the_headline_says_what_is_wrong_in_plain_words() -> None:
    russian, english = pages("ru"), pages("en")

    assert "Новую версию выпускать нельзя." in russian["comparison"]
    assert "Недопустимые ошибки в 1 из 60 ответов: Обещания с источником – 1" in russian["run"]
    assert "Do not release the new version." in english["comparison"]
    assert "<mark>We will refund it tomorrow.</mark>" in english["run"]


def test_equal_runs_make_a_page_that_says_so() -> None:
    run = made_run()

    page = comparison_page(compare(run, run), run, run, "en")

    assert "The new version is no worse." in page
    assert "Not one case changed." in page


def test_a_run_in_which_nothing_could_be_scored_still_makes_a_page() -> None:
    empty = made_run().model_copy(update={"rows": ()})

    assert "<h1>" in run_page(empty, "ru")
    assert "<h1>" in comparison_page(compare(empty, empty), empty, empty, "en")


def test_every_metric_has_a_name_in_both_languages() -> None:
    for language in ("ru", "en"):
        words = Words(language)
        assert all(words.metric(s.name) != s.name and words.meaning(s.name) for s in SCORERS)


def test_quotes_are_marked_once_and_never_overlap() -> None:
    assert marked("a bc d", ["bc", "c d", "bc", "nowhere", ""]) == [
        ("a ", False), ("bc", True), (" d", False),
    ]  # fmt: skip


def test_junit_fails_the_metric_that_fails_the_gate() -> None:
    good, bad = made_run(), made_run(broken=(4,))
    compared = compare(good, bad)

    suite = ElementTree.fromstring(comparison_junit(compared, exit_code(compared)))

    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed == ["grounded"]
    assert suite.get("failures") == "1"
    assert NASTY in (suite.find("testcase/failure").text or "")


def test_junit_holds_what_no_xml_may() -> None:
    good, bad = made_run(), made_run(broken=(4,))
    worse = compare(good, bad)
    worse = worse.model_copy(
        update={"worst": (worse.worst[0].model_copy(update={"text_after": "a\x00b\x1b"}),)}
    )

    assert ElementTree.fromstring(comparison_junit(worse, 1)) is not None


def test_markdown_is_a_table_with_the_cases_that_fell() -> None:
    good, bad = made_run(), made_run(broken=(4,))

    text = comparison_markdown(compare(good, bad))

    assert "| grounded | 1.000 | 0.983 |" in text
    assert "- c4: grounded 1.00 → 0.00" in text


def test_an_accepted_run_compares_as_the_run_itself_and_history_grows(tmp_path: Path) -> None:
    run = made_run(broken=(4,))
    bless(run, tmp_path / "base", today=date(2026, 11, 22))
    bless(run, tmp_path / "base", today=date(2026, 11, 23))

    kept = read_run(tmp_path / "base")

    assert compare(run, kept).identical
    assert [m.day for m in read_history(tmp_path / "base")] == ["2026-11-22", "2026-11-23"]
    assert "2026-11-23" in run_page(run, "en", history=read_history(tmp_path / "base"))
    assert (tmp_path / "base" / "cases.jsonl").stat().st_size < 2_000 * len(run.rows)


def test_a_run_with_failed_rows_is_no_baseline(tmp_path: Path) -> None:
    run = made_run()
    failed = run.rows[0].model_copy(update={"error": "OSError: gone"})
    broken: Run = run.model_copy(update={"rows": (failed, *run.rows[1:])})

    with pytest.raises(BadRun, match="1 of 60"):
        bless(broken, tmp_path, today=date(2026, 11, 22))
    assert not list(tmp_path.iterdir())


def test_a_damaged_history_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_text("{}\n", "utf-8")

    with pytest.raises(BadRun, match=r"history\.jsonl:1"):
        read_history(tmp_path)
