"""A debrief as one file that needs nothing from anywhere."""

from importlib.resources import files

from markupsafe import Markup

from copilot.records.roleplays import Sitting
from copilot.roleplay import Play
from copilot.roleplay.diagnosis import Guess
from knowledge import Locale
from ui.practice.render import render
from ui.view.practice_report import findings


def report_html(
    play: Play,
    language: Locale,
    *,
    sitting: Sitting | None = None,
    guess: Guess | None = None,
    earlier: Play | None = None,
) -> str:
    """Return the report of a session that has ended, with its own styles and without scripts.

    Args:
        play: the session.
        language: of the report's own words; those of the scenario stay as they are.
        sitting: what is kept beside the turns, where the session is kept.
        guess: what the trainee thought of the customer.
        earlier: the course that this session tried again.
    """
    kept = sitting or Sitting(
        id="", owner="", scenario_id=play.scenario.id, title=play.scenario.title,
        language=play.scenario.language, seed=play.seed, started=play.started,
        ending=str(play.ending),
    )  # fmt: skip
    values = findings(play, kept, guess, earlier, language)
    return render("report", language, style=Markup(_style()), own=None, **values)  # noqa: S704  # our own file


def _style() -> str:
    colours = files("ui").joinpath("style.css").read_text("utf-8").partition("/* Gradio's")[0]
    own = files(__name__.rpartition(".")[0]).joinpath("page.css").read_text("utf-8")
    return f"{colours}\n{own}"
