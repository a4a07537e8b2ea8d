"""From pieces of text on sheets to Markdown: lines, paragraphs, headings, lists and tables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from knowledge.sources.articles import Paper
from knowledge.sources.grid import table_markdown
from knowledge.sources.pdftables import Grid, Segment, find_grids
from knowledge.sources.words import words

_LARGER = 1.12  # times the size of the text: a heading
_LEVELS = 5
_MAX_HEADING = 160
_LINE_GAP = 1.75  # times the size: further down begins a paragraph
_FULL = 0.75  # of the longest line: its text goes on in the next
_REPEATED = 0.5  # of the sheets bear a running title
_MIN_SHEETS = 3
_GLYPH = 0.5  # of the size: how wide a letter is on average
_SENTENCE_END = (".", "!", "?", ":", ";", "…")
_ITEM = regex.compile(r"^(?:[-–—•▪●○■◦*·‣]|\d{1,3}[.)](?!\d)|\p{L}[.)])\s")
_BULLET = regex.compile(r"^[•▪●○■◦·‣*–—]\s*")
_DIGITS = regex.compile(r"\d+")
_ONLY_MARKS = regex.compile(r"^[\s\-=_*~—–.|•▪]+$")
_CONTENTS = regex.compile(r"(?:\.\s?){4,}\s{0,3}\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text, its left end at (x, y) points from the lower left corner, `size` in points."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    spaced: bool = False  # a space stood before it


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its text in the order in which it was drawn, and its straight lines."""

    fragments: tuple[Fragment, ...]
    segments: tuple[Segment, ...] = ()

    @property
    def chars(self) -> int:
        """How many characters stand on it."""
        return sum(len(fragment.text) for fragment in self.fragments)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text, or a whole table as Markdown; `number` is its sheet's."""

    text: str
    x: float
    y: float
    size: float
    bold: bool
    number: int
    end: float = 0.0
    table: bool = False


def sheets_paper(sheets: Sequence[Sheet]) -> Paper:
    """Return the text of all sheets as Markdown, each line with the number of its page."""
    lines = [line for number, sheet in enumerate(sheets, start=1) for line in _lines(sheet, number)]
    lines = _without_running_titles(lines, len(sheets))
    level_of = _Levels(lines)
    text: list[str] = []
    places: list[str] = []
    for level, line in _paragraphs(lines, level_of):
        mark = f"{'#' * level} " if level else ""
        block = f"{mark}{_BULLET.sub('- ', line.text)}".split("\n")
        item = bool(text) and not line.table and block[0].startswith("- ")
        if text and not (item and text[-1].startswith("- ")):
            block.insert(0, "")
        text.extend(block)
        places.extend([f"page {line.number}"] * len(block))
    return Paper("\n".join(text), tuple(places))


def _lines(sheet: Sheet, number: int) -> list[_Line]:
    grids = find_grids(sheet.segments)
    cells: dict[Grid, dict[tuple[int, int], list[Fragment]]] = {}
    items: list[Fragment | Grid] = []
    for fragment in sheet.fragments:
        found = _place(fragment, grids)
        if found is None:
            items.append(fragment)
            continue
        grid, cell = found
        if grid not in cells:
            cells[grid] = {}
            items.append(grid)
        cells[grid].setdefault(cell, []).append(fragment)
    return list(_joined(items, cells, number))


def _place(fragment: Fragment, grids: Sequence[Grid]) -> tuple[Grid, tuple[int, int]] | None:
    for grid in grids:
        cell = grid.cell(fragment.x + 1, fragment.y + fragment.size / 3)
        if cell:
            return grid, cell
    return None


def _joined(
    items: Sequence[Fragment | Grid],
    cells: dict[Grid, dict[tuple[int, int], list[Fragment]]],
    number: int,
) -> Iterator[_Line]:
    """Yield lines in the order in which they were drawn."""
    run: list[Fragment] = []
    for item in items:
        if isinstance(item, Fragment) and run and _same_line(run[-1], item):
            run.append(item)
            continue
        if run:
            yield _line(run, number)
            run = []
        if isinstance(item, Grid):
            rows = _rows(item, cells[item])
            top = item.levels[0]
            yield _Line(rows, item.sides[0], top, 0, bold=False, number=number, table=True)
        else:
            run = [item]
    if run:
        yield _line(run, number)


def _same_line(one: Fragment, other: Fragment) -> bool:
    return abs(one.y - other.y) < 0.4 * max(one.size, other.size, 1) and other.x >= one.x - 1


def _line(run: Sequence[Fragment], number: int) -> _Line:
    first, last = run[0], run[-1]
    size = max(run, key=lambda fragment: len(fragment.text)).size
    end = last.x + _GLYPH * last.size * len(last.text)
    bold = all(fragment.bold for fragment in run)
    return _Line(_text(run), first.x, first.y, size, bold, number, end)


def _text(run: Sequence[Fragment]) -> str:
    parts: list[str] = []
    for before, fragment in zip([None, *run], run, strict=False):
        gap = before and fragment.x - before.x - _GLYPH * before.size * len(before.text)
        apart = fragment.spaced or bool(gap and before and gap > 0.5 * before.size)
        parts.append(f" {fragment.text}" if before and apart else fragment.text)
    return "".join(parts)


def _rows(grid: Grid, cells: dict[tuple[int, int], list[Fragment]]) -> str:
    rows = [
        [_cell(cells.get((row, column), [])) for column in range(len(grid.sides) - 1)]
        for row in range(len(grid.levels) - 1)
    ]
    kept = [i for i in range(len(grid.sides) - 1) if any(row[i] for row in rows)]
    return table_markdown([[row[i] for i in kept] for row in rows])


def _cell(fragments: Sequence[Fragment]) -> str:
    """Return the words of a cell; its lines are one paragraph but for items of a list."""
    text = ""
    for line in _joined(fragments, {}, 0):
        gap = "\n" if _ITEM.match(line.text) else " "
        text = _glued(text, line.text, gap) if text else line.text
    return text


def _without_running_titles(lines: Sequence[_Line], sheets: int) -> list[_Line]:
    """Leave out page numbers, and what stands on half of the sheets alike but for its numbers."""
    shapes = Counter(shape for _, shape in {(its.number, _shape(its)) for its in lines})
    often = max(_MIN_SHEETS, _REPEATED * sheets)
    pages: list[str] = words()["pages"]
    return [
        its
        for its in lines
        if its.table
        or not (
            shapes[_shape(its)] >= often
            or its.text.isdigit()
            or _ONLY_MARKS.match(its.text)
            or _CONTENTS.search(its.text)
            or _DIGITS.sub("", _shape(its)).strip(" .-–—#/") in pages
        )
    ]


def _shape(line: _Line) -> str:
    return str(_DIGITS.sub("#", line.text.casefold()))


class _Levels:
    """Which lines are headings, and of which level: by size, then by bold type."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        chars: Counter[float] = Counter()
        bold: Counter[bool] = Counter()
        for line in lines:
            if not line.table:
                chars[line.size] += len(line.text)
                bold[line.bold] += len(line.text)
        self._size = min(chars, key=lambda size: (-chars[size], size), default=0.0)
        larger = sorted({its for its in chars if its > _LARGER * self._size}, reverse=True)
        self._levels = {size: min(n, _LEVELS) for n, size in enumerate(larger, start=1)}
        self._by_bold = bold[True] < bold[False]

    def __call__(self, line: _Line) -> int:
        """Return the level of a line, 0 when it is text."""
        if line.table or len(line.text) > _MAX_HEADING or not any(map(str.isalpha, line.text)):
            return 0
        if line.size in self._levels:
            return self._levels[line.size]
        plain = line.text.endswith((".", ",", ";")) or _BULLET.match(line.text)
        if self._by_bold and line.bold and not plain and not line.text.endswith(":"):
            return min(len(set(self._levels.values())) + 1, _LEVELS + 1)
        return 0


def _paragraphs(lines: Sequence[_Line], level_of: _Levels) -> Iterator[tuple[int, _Line]]:
    """Yield (level, paragraph): lines that go on in the next one are joined."""
    ends = Counter[int]()
    for line in lines:
        ends[line.number] = max(ends[line.number], int(line.end))
    whole: _Line | None = None
    last: _Line | None = None
    level = 0
    for line in lines:
        its = level_of(line)
        if whole and last and its == level and _goes_on(last, line, its, ends[last.number]):
            whole = replace(whole, text=_glued(whole.text, line.text, " "))
        else:
            if whole:
                yield level, whole
            whole, level = line, its
        last = line
    if whole:
        yield level, whole


def _goes_on(line: _Line, below: _Line, level: int, longest: int) -> bool:
    """Say whether a paragraph or heading goes on in the line below."""
    if line.table or below.table or _ITEM.match(below.text) or _is_marked(below.text):
        return False
    if line.number == below.number:
        near = 0 <= line.y - below.y <= _LINE_GAP * max(line.size, 1)
        if not near or abs(line.size - below.size) > 0.5:
            return False
        if level:
            return True
    elif level or line.text.endswith(_SENTENCE_END) or not below.text[:1].islower():
        return False
    full = line.end - line.x >= _FULL * (longest - line.x)
    return full or below.text[:1].islower()


def _is_marked(text: str) -> bool:
    """Say whether a line begins a question or an answer, as in `Q: …`."""
    head = text[:12].casefold().partition(":")
    marks = words()["markers"]
    known = {word for role in marks.values() for kind in role.values() for word in kind}
    return bool(head[1]) and head[0].strip() in known


def _glued(text: str, more: str, gap: str) -> str:
    """Join two lines; a word that was parted by a hyphen is whole again."""
    if len(text) > 1 and text.endswith("-") and text[-2].isalpha() and more[:1].islower():
        return f"{text[:-1]}{more}"
    return f"{text}{gap}{more}"
