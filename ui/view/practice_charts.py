"""Charts of the debrief as geometry: lines over turns, a waterfall, bands. Drawn by the templates."""

from collections.abc import Sequence

from copilot.conversation import Frozen
from copilot.roleplay import Play
from copilot.roleplay.debrief import Debrief, Step
from copilot.roleplay.progress import Estimate, Row
from knowledge import Locale
from ui.locales import name_of, words
from ui.view.practice import decimal, signed_number

WIDTH, HEIGHT = 320, 132  # of one chart of the course, in units of its view box
LEFT, RIGHT, TOP, BOTTOM = 26, 10, 10, 20
MEASURES = ("anger", "trust", "heard")
_SMALL = 0.005  # change of anger that is not worth a bar

Triple = tuple[float, float, float]


class Mark(Frozen):
    """A turn on a line: where, whether it did the customer good, and what was done."""

    x: float
    y: float
    good: bool
    text: str


class Course(Frozen):
    """One measure over the turns; lines are points of an SVG polyline, empty where there is none."""

    key: str
    name: str
    own: str
    reference: str
    earlier: str
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    told: str


class Fall(Frozen):
    """One bar of the waterfall, in percent of the width; `value` is the change with its sign."""

    name: str
    start: float
    width: float
    value: str
    kind: str


class Cell(Frozen):
    """One session in the picture of skills: how sure (0-100 percent) and what it says."""

    percent: int
    sure: int
    shown: str
    told: str


class SkillRow(Frozen):
    """One skill: cells by session, and the estimate of all with its band in percent."""

    name: str
    cells: tuple[Cell | None, ...]
    mean: int
    low: int
    high: int
    told: str


def courses(
    play: Play, debrief: Debrief, earlier: Play | None, language: Locale
) -> tuple[Course, ...]:
    """Return anger, trust and being heard over the turns, beside the reference and an earlier try."""
    own, before = _states(play), _states(earlier) if earlier else []
    longest = max(len(own), len(debrief.ghost), len(before))
    return tuple(
        _course(n, own, list(debrief.ghost), before, longest, debrief.turns, language)
        for n in range(len(MEASURES))
    )


def _course(
    n: int,
    own: list[Triple],
    ghost: list[Triple],
    before: list[Triple],
    longest: int,
    turns: Sequence[Step],
    language: Locale,
) -> Course:
    w = words(language, "practice")["debrief"]
    name = str(w[MEASURES[n]])
    values = ", ".join(f"{state[n]:.2f}" for state in own)
    return Course(
        key=MEASURES[n],
        name=name,
        own=_line(own, n, longest),
        reference=_line(ghost, n, longest),
        earlier=_line(before, n, longest),
        marks=tuple(_mark(step, own[step.turn + 1][n], longest, language) for step in turns),
        ticks=tuple(
            (_x(k, longest), str(k) if k else "0") for k in range(longest) if _ticked(k, longest)
        ),
        told=f"{name}: {values}",
    )


def _states(play: Play) -> list[Triple]:
    states = [play.start, *(exchange.state for exchange in play.exchanges)]
    return [(state.anger, state.trust, state.heard) for state in states]


def _ticked(k: int, longest: int) -> bool:
    return longest <= 11 or k % 2 == 0


def _x(k: int, longest: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * k / max(1, longest - 1), 1)


def _y(value: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value), 1)


def _line(states: list[Triple], n: int, longest: int) -> str:
    return " ".join(f"{_x(k, longest)},{_y(state[n])}" for k, state in enumerate(states))


def _mark(step: Step, value: float, longest: int, language: Locale) -> Mark:
    acts = [e.label or name_of("moves", e.act, language) for e in step.moved]
    w = words(language, "practice")["debrief"]
    done = ", ".join(dict.fromkeys(acts)) or str(w["unmoved"])
    return Mark(
        x=_x(step.turn + 1, longest),
        y=_y(value),
        good=sum(e.anger - e.trust - e.heard for e in step.moved) <= 0,
        text=f"{str(w['turn']).format(n=step.turn + 1)}: {done}",
    )


def waterfall(play: Play, debrief: Debrief, language: Locale) -> tuple[Fall, ...]:
    """Return the way of anger from the first message to the last, act by act."""
    w = words(language, "practice")["debrief"]
    names = {e.act: e.label for step in debrief.turns for e in step.moved if e.label}
    at = play.start.anger
    steps = [(names.get(act) or name_of("moves", act, language), change)
             for act, change in debrief.waterfall.items() if abs(change) >= _SMALL]  # fmt: skip
    rest = play.state.anger - at - sum(change for _, change in steps)
    if abs(rest) >= _SMALL:
        steps.append((str(w["rest"]), rest))
    low, high = _range(at, [change for _, change in steps])
    scale = 100 / (high - low)
    rows = [_level(str(w["begin"]), at, low, scale, language)]
    for name, change in steps:
        left = min(at, at + change)
        rows.append(
            Fall(
                name=name,
                start=round((left - low) * scale, 2),
                width=round(abs(change) * scale, 2),
                value=signed_number(change, language),
                kind="good" if change < 0 else "bad",
            )
        )
        at += change
    return (*rows, _level(str(w["end"]), play.state.anger, low, scale, language))


def _range(start: float, changes: list[float]) -> tuple[float, float]:
    levels = [0.0, 1.0, start]
    for change in changes:
        levels.append(levels[-1] + change)
    return min(levels), max(levels)


def _level(name: str, value: float, low: float, scale: float, language: Locale) -> Fall:
    return Fall(
        name=name,
        start=round((0 - low) * scale, 2),
        width=round(value * scale, 2),
        value=decimal(value, language, 2),
        kind="level",
    )


def skill_rows(rows: Sequence[Row], language: Locale) -> tuple[SkillRow, ...]:
    """Return the picture of skills over sessions."""
    return tuple(_skill_row(row, language) for row in rows)


def _skill_row(row: Row, language: Locale) -> SkillRow:
    name = name_of("criteria", row.skill, language)
    whole = row.whole
    assert whole is not None  # rows without an occasion are left out  # noqa: S101
    mean, low, high = (round(100 * value) for value in (whole.mean, whole.low, whole.high))
    band = str(words(language, "practice")["mine"]["band"])
    return SkillRow(
        name=name,
        cells=tuple(_cell(name, n, cell, language) for n, cell in enumerate(row.cells)),
        mean=mean,
        low=low,
        high=high,
        told=f"{name}: {band.format(mean=mean, low=low, high=high)}",
    )


def _cell(name: str, n: int, cell: Estimate | None, language: Locale) -> Cell | None:
    if cell is None:
        return None
    told = str(words(language, "practice")["mine"]["cell"])
    return Cell(
        percent=round(100 * cell.mean),
        sure=round(100 * (1 - (cell.high - cell.low))),
        shown=f"{cell.shown}/{cell.asked}",
        told=told.format(skill=name, n=n + 1, seen=cell.shown, of=cell.asked),
    )
