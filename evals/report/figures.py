"""Figures as plain numbers: where each mark of a chart stands, in pixels; a template draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_LABELS = 210  # px kept for names on the left
_PLOT = 640  # px of the drawn part
_ROW = 26
_TOP = 22
_CELL, _CELL_ROW = 46, 24
_HIGH = 150  # px of the drawn part of a curve

Mood = Literal["good", "bad", "even", ""]


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its interval on one line of a forest plot."""

    label: str
    y: float
    x: float
    left: float
    right: float
    hint: str
    mood: Mood


@dataclass(frozen=True, slots=True)
class Forest:
    """Values with intervals, one a line; `band` is the range that does not matter."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    zero: float
    band: tuple[float, float] | None
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a heat map; `shade` 0-1, the worse the darker."""

    x: float
    y: float
    text: str
    shade: float
    hint: str


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of means, shaded."""

    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    cells: tuple[Cell, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A named polyline; `points` as SVG wants them."""

    name: str
    points: str
    end: tuple[float, float]
    style: int


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines over a common axis."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: float
    height: float
    left: float
    bottom: float


Span = tuple[str, float, float, float, str, Mood]  # label, value, low, high, hint, mood


def forest(spans: Sequence[Span], bounds: tuple[float, float], band: float | None = None) -> Forest:
    """Lay out values with intervals between `bounds`; `band` is drawn as ± around zero."""
    low, high = bounds

    def x(value: float) -> float:
        return round(_LABELS + (min(high, max(low, value)) - low) / (high - low) * _PLOT, 1)

    marks = tuple(
        Mark(label, _TOP + (n + 0.5) * _ROW, x(value), x(left), x(right), hint, mood)
        for n, (label, value, left, right, hint, mood) in enumerate(spans)
    )
    steps = [low + (high - low) * n / 4 for n in range(5)]
    return Forest(
        marks=marks,
        ticks=tuple(Tick(x(step), f"{step:+.2f}" if low < 0 else f"{step:.2f}") for step in steps),
        zero=x(0.0),
        band=(x(-band), x(band)) if band else None,
        width=_LABELS + _PLOT + 20,
        height=_TOP + len(spans) * _ROW + 24,
    )


def heat(
    rows: Sequence[str], columns: Sequence[str], means: Mapping[tuple[int, int], tuple[float, int]]
) -> Heat:
    """Lay out means by row and column; each is (mean of 0-1, number of cases)."""
    top = 96
    cells = tuple(
        Cell(
            _LABELS + column * _CELL, top + row * _CELL_ROW, f"{mean:.2f}", round(1 - mean, 2),
            f"{rows[row]} · {columns[column]}: {mean:.2f} ({n})",
        )
        for (row, column), (mean, n) in sorted(means.items())
    )  # fmt: skip
    return Heat(
        rows=tuple(Tick(top + (n + 0.65) * _CELL_ROW, name) for n, name in enumerate(rows)),
        columns=tuple(Tick(_LABELS + (n + 0.5) * _CELL, name) for n, name in enumerate(columns)),
        cells=cells,
        width=_LABELS + len(columns) * _CELL + 60,
        height=top + len(rows) * _CELL_ROW + 8,
    )


def curves(
    named: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    across: tuple[float, float],
    ticks: Sequence[tuple[float, str]],
    up: tuple[float, float] = (0.0, 1.0),
) -> Curves:
    """Lay out lines of (x, y) between the bounds of both axes."""
    left, top, width = 44.0, 10.0, 560.0

    def place(point: tuple[float, float]) -> tuple[float, float]:
        share = (point[0] - across[0]) / ((across[1] - across[0]) or 1)
        risen = (point[1] - up[0]) / ((up[1] - up[0]) or 1)
        return (
            round(left + min(1, max(0, share)) * width, 1),
            round(top + (1 - min(1, max(0, risen))) * _HIGH, 1),
        )

    lines = []
    for n, (name, points) in enumerate(named):
        placed = [place(point) for point in points]
        text = " ".join(f"{x},{y}" for x, y in placed)
        lines.append(Line(name, text, placed[-1] if placed else (left, top), n % 6))
    return Curves(
        lines=tuple(lines),
        across=tuple(Tick(place((value, 0))[0], text) for value, text in ticks),
        up=tuple(
            Tick(place((0, up[0] + (up[1] - up[0]) * n / 4))[1],
                 f"{up[0] + (up[1] - up[0]) * n / 4:.2f}")
            for n in range(5)
        ),
        width=left + width + 16, height=top + _HIGH + 30, left=left, bottom=top + _HIGH,
    )  # fmt: skip
