"""The commands of evals: exit codes a build server can rely on, files where they were asked for."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.folder import Run, write_run
from tests.evals.runs_made_up import made_run
from ui.cli import app

EXAMPLES = Path(__file__).parents[2] / "examples" / "evals"


def kept(run: Run, folder: Path) -> str:
    """Write a run and return its folder."""
    folder.mkdir()
    write_run(run, folder)
    return str(folder)


def failed(run: Run, share: float) -> Run:
    """Return a run in which the machinery failed on this share of rows."""
    n = int(len(run.rows) * share)
    rows = [row.model_copy(update={"error": "OSError: gone", "scores": {}}) for row in run.rows[:n]]
    return run.model_copy(update={"rows": (*rows, *run.rows[n:])})


@pytest.mark.parametrize(
    ("candidate", "strict", "code"),
    [
        (made_run(), False, 0),
        (made_run(broken=(4,)), False, 1),
        (made_run(tone=0.5), False, 1),
        (failed(made_run(), 0.1), False, 3),
        (made_run(), True, 0),
    ],
)
def test_the_gate_ends_with_the_code_that_says_why(
    candidate: Run, strict: bool, code: int, tmp_path: Path
) -> None:
    base, new = kept(made_run(), tmp_path / "a"), kept(candidate, tmp_path / "b")
    words = ["eval", "gate", new, "--base", base, *(["--strict"] if strict else [])]

    assert CliRunner().invoke(app, words).exit_code == code


def test_what_is_no_run_ends_with_two(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "gate", str(tmp_path), "--base", str(tmp_path)])

    assert done.exit_code == 2


def test_a_comparison_goes_into_every_form(tmp_path: Path) -> None:
    base, new = kept(made_run(), tmp_path / "a"), kept(made_run(broken=(4,)), tmp_path / "b")
    files = {"--html": "deep/x.html", "--junit": "x.xml", "--md": "x.md"}
    words = [word for flag, name in files.items() for word in (flag, str(tmp_path / name))]

    done = CliRunner().invoke(app, ["eval", "compare", base, new, *words, "--lang", "en"])

    assert done.exit_code == 0, done.output
    assert re.search(r"grounded .* HARD BREAK: c4", done.stdout)
    assert all((tmp_path / name).stat().st_size for name in files.values())


def test_a_blessed_run_is_held_against(tmp_path: Path) -> None:
    new, base = kept(made_run(), tmp_path / "b"), str(tmp_path / "base")

    assert CliRunner().invoke(app, ["eval", "bless", new, "--base", base]).exit_code == 0
    assert CliRunner().invoke(app, ["eval", "gate", new, "--base", base]).exit_code == 0


def test_power_says_what_a_suite_can_show() -> None:
    done = CliRunner().invoke(app, ["eval", "power", "--suite", str(EXAMPLES)])

    assert "2 cases in 1 families" in done.stdout


def test_an_unknown_language_of_a_page_is_refused(tmp_path: Path) -> None:
    folder = kept(made_run(), tmp_path / "a")
    words = ["eval", "report", folder, "--html", str(tmp_path / "x.html"), "--lang", "xx"]

    assert CliRunner().invoke(app, words).exit_code == 2


def test_the_audit_writes_its_page_and_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEPLO_HOME", str(tmp_path / "home"))
    page, table = tmp_path / "a.html", tmp_path / "a.csv"
    words = ["audit", str(EXAMPLES / "chats.jsonl"), "--html", str(page), "--csv", str(table)]

    done = CliRunner().invoke(app, words)

    assert done.exit_code == 0, done.output
    assert "3 conversations, 4 replies" in done.stdout
    assert len(table.read_text("utf-8-sig").splitlines()) == 4
    assert "Разбор переписки" in page.read_text("utf-8")
