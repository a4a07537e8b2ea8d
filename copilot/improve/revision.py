"""A text under revision: edits applied one after another, told in offsets of the original."""

from collections.abc import Iterable
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
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


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
        for edit in sorted(edits, reverse=True):
            self._apply(edit)

    def changes(self) -> tuple[Piece, ...]:
        """Return the pieces that differ from the original, in order."""
        return tuple(p for p in self._pieces if p.whys and p.text != self.original[p.start : p.end])

    def _apply(self, edit: Edit) -> None:
        self._split(edit.start)
        self._split(edit.end)
        before: list[Piece] = []
        inside: list[Piece] = []
        after: list[Piece] = []
        head = tail = ""
        at = 0
        for piece in self._pieces:
            end = at + len(piece.text)
            if end <= edit.start:
                before.append(piece)
            elif at >= edit.end:
                after.append(piece)
            else:
                inside.append(piece)
                head = head or piece.text[: max(0, edit.start - at)]
                tail = piece.text[len(piece.text) - max(0, end - edit.end) :]
            at = end
        start = inside[0].start if inside else before[-1].end if before else 0
        stop = inside[-1].end if inside else start
        whys = dict.fromkeys([*(why for piece in inside for why in piece.whys), edit.why])
        made = Piece(head + edit.new + tail, start, stop, tuple(whys))
        self._pieces = [*before, made, *after]

    def _split(self, at: int) -> None:
        """Cut the untouched piece that holds the offset; a touched one stays whole."""
        place = 0
        for n, piece in enumerate(self._pieces):
            end = place + len(piece.text)
            if place < at < end and not piece.whys:
                cut, middle = at - place, piece.start + at - place
                self._pieces[n : n + 1] = [
                    Piece(piece.text[:cut], piece.start, middle),
                    Piece(piece.text[cut:], middle, piece.end),
                ]
                return
            place = end
