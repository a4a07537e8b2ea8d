"""Ruled tables on a sheet of paper: which straight lines form one, and which cell a point is in."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_NEAR = 3.0  # points: lines that touch
_MAX_GROUPS = 200
_MAX_SIDES = 100  # rows or columns


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line, level or upright, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: its upright lines from left to right, its level ones from the top down."""

    sides: tuple[float, ...]
    levels: tuple[float, ...]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the (row, column) of a point, None when it is outside."""
        column = bisect_right(self.sides, x) - 1
        row = bisect_right([-level for level in self.levels], -y) - 1
        if 0 <= column < len(self.sides) - 1 and 0 <= row < len(self.levels) - 1:
            return row, column
        return None


def find_grids(segments: Sequence[Segment]) -> tuple[Grid, ...]:
    """Return the tables that lines form: at least two rows and two columns."""
    grids = (_grid(group) for group in _groups(segments))
    return tuple(grid for grid in grids if grid)


def _groups(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Put together the lines that touch each other, directly or over others."""
    groups: list[tuple[Segment, list[Segment]]] = []  # each with the box around it
    for segment in sorted(segments, key=lambda its: (-its.top, its.left)):
        box, members = segment, [segment]
        apart: list[tuple[Segment, list[Segment]]] = []
        for other, its in groups:
            if _touch(box, other):
                box, members = _around(box, other), [*its, *members]
            else:
                apart.append((other, its))
        groups = [*apart, (box, members)]
        if len(groups) > _MAX_GROUPS:
            return []  # a drawing
    return [members for _, members in groups]


def _touch(one: Segment, other: Segment) -> bool:
    return (
        one.left <= other.right + _NEAR
        and other.left <= one.right + _NEAR
        and one.bottom <= other.top + _NEAR
        and other.bottom <= one.top + _NEAR
    )


def _around(one: Segment, other: Segment) -> Segment:
    return Segment(
        min(one.left, other.left),
        min(one.bottom, other.bottom),
        max(one.right, other.right),
        max(one.top, other.top),
    )


def _grid(segments: Sequence[Segment]) -> Grid | None:
    upright = [its for its in segments if its.top - its.bottom > its.right - its.left]
    level = [its for its in segments if its.top - its.bottom <= its.right - its.left]
    sides = _clustered([its.left for its in upright])
    levels = _clustered([its.top for its in level])[::-1]
    if not (3 <= len(sides) <= _MAX_SIDES and 3 <= len(levels) <= _MAX_SIDES):
        return None
    return Grid(tuple(sides), tuple(levels))


def _clustered(values: Sequence[float]) -> list[float]:
    """Return values in order, those that are nearly equal as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found
