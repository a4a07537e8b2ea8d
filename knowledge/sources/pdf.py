"""PDF texts: what stands on each page, with headings by size, lists and ruled tables."""

import io
import logging
import math
from typing import Any

from knowledge.errors import Refused
from knowledge.sources.articles import Paper
from knowledge.sources.decode import clean
from knowledge.sources.pdflayout import Fragment, Sheet, sheets_paper
from knowledge.sources.pdftables import Segment

MAX_PAGES = 500
_MAX_CHARS = 2_000_000
_MAX_FRAGMENTS = 20_000  # of one page
_MAX_SEGMENTS = 2_000  # of one page: a drawing has more, a table has not
_THIN = 3.0  # points: a rectangle below that is a line
_ENOUGH_LETTERS = 8  # fewer on all pages together are a stamp on a scan
_STROKED = {b"S", b"s", b"B", b"B*", b"b", b"b*"}
_PAINTED = _STROKED | {b"f", b"F", b"f*"}
_BOLD = ("bold", "black", "heavy", "semibold", "demi")


def pdf_paper(data: bytes) -> Paper:
    """Return the text of a PDF as Markdown.

    Raises:
        Refused: it is broken, encrypted, too long, or has no text.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every small fault
    try:
        sheets = _sheets(_opened(data))
    except (Refused, MemoryError):
        raise
    except Exception as cause:
        reason = f"{type(cause).__name__}: {cause}"[:120]
        raise Refused(f"a broken PDF ({reason}); open and save it again") from cause
    letters = sum(
        char.isalpha() for sheet in sheets for fragment in sheet.fragments for char in fragment.text
    )
    if letters < _ENOUGH_LETTERS:
        raise Refused("scanned: no text layer; recognise the text (OCR) and save it again")
    return sheets_paper(sheets)


def _opened(data: bytes) -> Any:
    from pypdf import PdfReader

    reader: Any = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Refused("encrypted: save it without a password and without restrictions")
    stated = reader.root_object["/Pages"].get("/Count", 0)  # before the tree of pages is walked
    pages = stated if isinstance(stated, int) and stated > MAX_PAGES else len(reader.pages)
    if pages > MAX_PAGES:
        raise Refused(f"{pages} pages; at most {MAX_PAGES}: split it")
    if not pages:
        raise Refused("a PDF without pages")
    return reader


def _sheets(reader: Any) -> list[Sheet]:
    sheets: list[Sheet] = []
    chars = 0
    for page in reader.pages:
        sheets.append(_sheet(page))
        chars += sheets[-1].chars
        if chars > _MAX_CHARS:
            raise Refused(f"more than {_MAX_CHARS} characters: split the text")
    return sheets


def _sheet(page: Any) -> Sheet:
    collected = _Collector()
    page.extract_text(
        visitor_text=collected.text, visitor_operand_before=collected.operand, orientations=(0,)
    )
    return Sheet(tuple(collected.fragments), tuple(collected.segments))


class _Collector:
    """Collects the pieces of text of one page, and the straight lines drawn on it."""

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self.segments: list[Segment] = []
        self._path: list[tuple[float, float, float, float, bool]] = []  # corners, and if a box
        self._at = (0.0, 0.0)
        self._spaced = False  # the last piece of text ended with a space

    def text(self, text: str, cm: Any, tm: Any, font: Any, size: Any) -> None:
        words = " ".join(clean(text.replace("\u00ad", "-\u200b")).split())
        spaced = text[:1].isspace() or self._spaced
        self._spaced = text[-1:].isspace() or (self._spaced and not words)
        if not words or len(self.fragments) >= _MAX_FRAGMENTS:
            return
        x, y = _moved(tm[4], tm[5], cm)
        scale = math.sqrt(abs(_determinant(cm) * _determinant(tm)))
        name = str((font or {}).get("/BaseFont", "")).lower()
        points = round(abs(float(size or 0)) * scale, 1)
        bold = any(word in name for word in _BOLD)
        self.fragments.append(Fragment(words, x, y, points, bold=bold, spaced=spaced))

    def operand(self, operator: bytes, operands: Any, cm: Any, _tm: Any) -> None:
        if operator in _PAINTED:
            self._paint(stroked=operator in _STROKED)
        elif operator == b"n":  # the path only clips
            self._path.clear()
        elif operator in {b"re", b"m", b"l"} and len(self._path) < _MAX_SEGMENTS:
            numbers = [float(number) for number in operands]
            if operator == b"re" and len(numbers) == 4:
                x, y, width, height = numbers
                self._path.append((*_moved(x, y, cm), *_moved(x + width, y + height, cm), True))
            elif len(numbers) == 2:
                at = _moved(numbers[0], numbers[1], cm)
                if operator == b"l":
                    self._path.append((*self._at, *at, False))
                self._at = at

    def _paint(self, *, stroked: bool) -> None:
        """Keep the straight lines of the path; a rectangle that is only filled is no frame."""
        for x0, y0, x1, y1, is_box in self._path:
            left, right, bottom, top = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
            if min(right - left, top - bottom) < _THIN:
                self._segment(left, bottom, right, top)
            elif is_box and stroked:
                self._segment(left, bottom, right, bottom)
                self._segment(left, top, right, top)
                self._segment(left, bottom, left, top)
                self._segment(right, bottom, right, top)
        self._path.clear()

    def _segment(self, left: float, bottom: float, right: float, top: float) -> None:
        if len(self.segments) < _MAX_SEGMENTS and max(right - left, top - bottom) > _THIN:
            self.segments.append(Segment(left, bottom, right, top))


def _moved(x: float, y: float, matrix: Any) -> tuple[float, float]:
    return (
        float(x * matrix[0] + y * matrix[2] + matrix[4]),
        float(x * matrix[1] + y * matrix[3] + matrix[5]),
    )


def _determinant(matrix: Any) -> float:
    return float(matrix[0] * matrix[3] - matrix[1] * matrix[2])
