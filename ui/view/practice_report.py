"""What a debrief is made of for the page, and the same as a report and a table to keep."""

import csv
import io
from typing import Any

from copilot.records.roleplays import Sitting
from copilot.roleplay import Play
from copilot.roleplay.debrief import Debrief, debrief
from copilot.roleplay.diagnosis import Guess, diagnosed
from knowledge import Locale
from ui.locales import words
from ui.view.practice import day, signed
from ui.view.practice_charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, courses, waterfall
from ui.view.practice_debrief import DebriefView, debrief_view, moved

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a table program would run a cell that begins so
_BOM = "\ufeff"  # by which table programs know that letters are UTF-8
_SIZE = {
    "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT,
    "grid": [(value, TOP + (HEIGHT - TOP - BOTTOM) * (1 - value)) for value in (0, 0.5, 1)],
}  # fmt: skip


def findings(
    play: Play, sitting: Sitting, guess: Guess | None, earlier: Play | None, language: Locale
) -> dict[str, Any]:
    """Return the values that the template of a debrief takes."""
    told = debrief(play)
    view: DebriefView = debrief_view(play, told, sitting, language)
    return {
        "id": sitting.id,
        "s": play.scenario,
        "play": play,
        "d": view,
        "who": signed(sitting),
        "date": day(sitting.started, language),
        "shared": sitting.shared,
        "diagnosis": diagnosed(play.scenario, guess) if guess else None,
        "courses": courses(play, told, earlier, language),
        "earlier": earlier is not None,
        "falls": waterfall(play, told, language),
        "size": _SIZE,
    }


def table(play: Play, language: Locale) -> str:
    """Return a session as CSV, one turn a row; no cell can run as a formula."""
    told: Debrief = debrief(play)
    names: dict[str, str] = words(language, "practice")["report"]["columns"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names.values())
    for step in told.turns:
        said = play.exchanges[step.turn].said
        acts = "; ".join(
            f"{m.name} ({m.changes})" for m in (moved(e, language) for e in step.moved)
        )
        texts = (step.operator, step.customer, "".join(step.steps))
        numbers = (step.anger, step.trust, step.heard, step.patience, said.seconds)
        row = (step.turn + 1, *map(_safe, texts), *numbers, int(step.hinted), _safe(acts))
        writer.writerow((*row, _safe(step.better)))
    return _BOM + out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
