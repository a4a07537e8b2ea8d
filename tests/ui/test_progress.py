"""Long work can be stopped, and says what became of it."""

import pytest
import typer

from knowledge import Refusal, Report
from ui.cli.progress import progress_bar
from ui.view.text import report_text


@pytest.mark.parametrize("quiet", [True, False])
def test_stopping_says_that_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], *, quiet: bool
) -> None:
    with pytest.raises(typer.Exit) as stopped, progress_bar(quiet=quiet):
        raise KeyboardInterrupt

    assert stopped.value.exit_code == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_a_batch_of_which_everything_was_refused_says_so() -> None:
    refused = (Refusal(path="a.md", reason="the file is empty"),)

    assert report_text(Report(refused=refused)).endswith("everything was refused.")
    assert not report_text(Report(refused=refused, added=1)).endswith("everything was refused.")
