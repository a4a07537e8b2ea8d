"""A text under revision: edits applied one after another, told in offsets of the original."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple


class Edit(NamedTuple):
    """Put `new` for `text[start:end]`; `why` is a key of the wording.

    `kind` says whether words are changed, only the marks around them, or whether `new` adds a
    sentence with facts of its own, from the thread or the sources.
    """

    start: int
    end: int
    new: str
    why: str
    kind: Literal["words", "marks", "adds"] = "words"


class Piece(NamedTuple):
    """A stretch of the present text and the stretch of the original that it stands for."""

    text: str
    start: int
    end: int
    whys: tuple[str, ...] = ()


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits made; none may overlap another."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        parts += [text[at : edit.start], edit.new]
        at = edit.end
    return "".join([*parts, text[at:]])


class Revision:
    """The original and its present state.

    Args:
        original: The text as it came in.
    """

    def __init__(self, original: str) -> None:
        """Start with the text as it is."""
        self.original = original
        self._pieces = [Piece(original, 0, len(original))]

    @property
    def text(self) -> str:
        """The text as it is now."""
        return "".join(piece.text for piece in self._pieces)

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make edits given in offsets of the present text; none may overlap another."""
        ordered = sorted(edits)
        pieces = self._split([at for edit in ordered for at in (edit.start, edit.end)])
        made: list[Piece] = []
        done = at = 0
        for group in _grouped(ordered, pieces):
            made += pieces[done : group.first]
            at += sum(len(piece.text) for piece in pieces[done : group.first])
            inside = pieces[group.first : group.stop]
            text = "".join(piece.text for piece in inside)
            moved = [e._replace(start=e.start - at, end=e.end - at) for e in group.edits]
            place = made[-1].end if made else 0
            whys = [why for piece in inside for why in piece.whys] + [e.why for e in group.edits]
            made.append(
                Piece(
                    spliced(text, moved),
                    inside[0].start if inside else place,
                    inside[-1].end if inside else place,
                    tuple(dict.fromkeys(whys)),
                )
            )
            done, at = group.stop, at + len(text)
        self._pieces = [*made, *pieces[done:]]

    def changes(self) -> tuple[Piece, ...]:
        """Return the pieces that differ from the original, in order."""
        return tuple(p for p in self._pieces if p.whys and p.text != self.original[p.start : p.end])

    def _split(self, places: Sequence[int]) -> list[Piece]:
        """Return the pieces, untouched ones cut at these offsets; touched ones stay whole."""
        cut: list[Piece] = []
        at = n = 0
        for piece in self._pieces:
            end, left = at + len(piece.text), 0
            while n < len(places) and places[n] < end:
                here = places[n] - at
                if here > left and not piece.whys:
                    cut.append(_part(piece, left, here))
                    left = here
                n += 1
            cut.append(_part(piece, left, len(piece.text)) if left else piece)
            at = end
        return cut


class _Group(NamedTuple):
    """Edits that fall into the same pieces: `pieces[first:stop]`."""

    first: int
    stop: int
    edits: list[Edit]


def _grouped(edits: Iterable[Edit], pieces: Sequence[Piece]) -> list[_Group]:
    ends = list(accumulate(len(piece.text) for piece in pieces))
    groups: list[_Group] = []
    for edit in edits:
        first = bisect_right(ends, edit.start)
        stop = bisect_left(ends, edit.end) + 1 if edit.end > edit.start else first
        inside = first < len(ends) and edit.start > (ends[first - 1] if first else 0)
        stop = max(stop, first + 1) if inside else stop
        if groups and first < groups[-1].stop:
            last = groups.pop()
            groups.append(_Group(last.first, max(last.stop, stop), [*last.edits, edit]))
        else:
            groups.append(_Group(first, stop, [edit]))
    return groups


def _part(piece: Piece, left: int, right: int) -> Piece:
    return Piece(piece.text[left:right], piece.start + left, piece.start + right)
