"""HTML as Markdown: headings, paragraphs and lists; nothing hidden, nothing that runs."""

import html

import regex

from knowledge.sources.furniture import is_furniture, is_hidden, is_main, opens_answer
from knowledge.sources.grid import table_markdown

_TAG = regex.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})([^<>]*)>")  # linear: stops at any < or >
_HTML = regex.compile(r"<(?:p|br|div|ul|ol|li|a|b|i|strong|em|span|h[1-6]|table)\b[^<>]*>", regex.I)
_RAW = {"script", "style", "template", "noscript", "textarea", "title", "svg", "iframe", "object"}
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "source"}
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "ul", "ol", "blockquote",
    "dd", "dl", "details", "body", "pre", "hr", "figure", "aside", "caption",
}  # fmt: skip
_HEADINGS = {**{f"h{n}": "#" * n for n in range(1, 7)}, "summary": "####", "dt": "####"}
_TITLE = regex.compile(r"<title[^<>]*>([^<>]{1,300})</title", regex.I)
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_MAX_NESTED = 8
_NOTHING, _SHORT, _MUCH = 20, 100, 300  # characters
_MAIN_SHARE = 0.3  # of the page: a main part below that is not the main part
_PAGE_PART = regex.compile(r"^#{1,6} |\n#{1,6} ")
_FIRST_HEADING = regex.compile(r"(?:.{0,2000}?\n)??#\s+(.{2,200}?)\s*(?:\n|$)", regex.S)
_SPACES = regex.compile(r"[ \t\n\f\r]+")
_LINES = regex.compile(r"[ \t]*\n[ \t]*")
_BLANKS = regex.compile(r"\n{3,}")


def looks_like_html(text: str) -> bool:
    """Say whether a text holds HTML tags, as cells of exported tables do."""
    return bool(_HTML.search(text))


def title_of(source: str) -> str:
    """Return what stands in `<title>`, or nothing."""
    found = _TITLE.search(source[:20_000])
    return _SPACES.sub(" ", html.unescape(found[1])).strip() if found else ""


def page_title(title: str, text: str) -> str:
    """Return the title of a page: its first heading, where the title only adds the site's name."""
    found = _FIRST_HEADING.match(text)
    heading = found[1].strip() if found else ""
    return heading if heading and heading.casefold() in title.casefold() else title


def to_markdown(source: str) -> str:
    """Return the visible text of HTML with headings and lists marked as in Markdown.

    Menus and the like are left out, and all but the main part of a page that names one.

    Time grows with the length of the source however broken it is.
    """
    text = _read(source, whole=False)
    if len(text) < _NOTHING:  # perhaps what was left out is all there is
        whole = _read(source, whole=True)
        if len(whole) >= _MUCH:
            return whole
    return text


def _read(source: str, *, whole: bool) -> str:
    writer = _Writer(whole=whole)
    at = 0
    while at < len(source):
        opened = source.find("<", at)
        if opened < 0:
            writer.text(source[at:])
            break
        writer.text(source[at:opened])
        at = _after(source, opened, writer)
    return _BLANKS.sub("\n\n", _LINES.sub("\n", writer.result())).strip()


def _after(source: str, opened: int, writer: "_Writer") -> int:
    """Take in the tag or comment that begins at `opened`; return where to go on."""
    if source.startswith("<!--", opened):
        return _past(source, "-->", opened + 4)
    found = _TAG.match(source, opened)
    if not found:
        if source.startswith(("<!", "<?"), opened):
            return _past(source, ">", opened)
        writer.text("<")
        return opened + 1
    closing, name, attributes = bool(found[1]), found[2].lower(), found[3]
    if not closing and name in _RAW and not attributes.endswith("/"):
        return _past(source, ">", _past(source, f"</{name}", found.end()))
    writer.tag(name, attributes, closing=closing)
    return found.end()


def _past(source: str, mark: str, at: int) -> int:
    found = regex.compile(regex.escape(mark), regex.I).search(source, at)
    return found.end() if found else len(source)


class _Writer:
    """Collects text; counts how deep it is inside something that is not shown."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._out: list[str] = []
        self._tables: list[_Table] = []
        self._hidden_by = ""
        self._depth = 0
        self._in_heading = False
        self._buttons: list[bool] = []  # of each open one, whether it is a heading
        self._main = [-1, -1]  # where in `out` the main part begins and ends

    def result(self) -> str:
        """Return all that was written; what a broken page left open is closed."""
        while self._tables:
            self._close_table()
        start, end = self._main
        main = "".join(self._out[start : end if end >= 0 else None]) if start >= 0 else ""
        whole = "".join(self._out)
        is_most = len(main) >= _SHORT and len(main) >= _MAIN_SHARE * len(whole)
        return main if is_most and not self._whole else whole

    def text(self, raw: str) -> None:
        if raw and not self._depth:
            self._write(html.unescape(_SPACES.sub(" ", raw)))

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if self._depth:
            if name == self._hidden_by:
                self._depth += -1 if closing else 1
            return
        solid = name not in _VOID and not attributes.endswith("/")
        if solid and not closing and self._leaves_out(name, attributes[:2000]):
            self._hidden_by, self._depth = name, 1
            return
        if is_main(name, attributes[:2000]) or (closing and name == "main"):
            self._note_main(closing=closing)
        if name in _TABLE:
            self._table_tag(name, closing=closing)
        elif name == "button":
            self._button(closing=closing)
        else:
            if name in _HEADINGS:
                self._in_heading = not closing
            self._write(self._mark(name, closing=closing))

    def _leaves_out(self, name: str, attributes: str) -> bool:
        if name == "button":
            return not (self._in_heading or opens_answer(attributes))
        if not self._whole and is_furniture(name, attributes):
            return True
        return is_hidden(attributes, after_question=self._asked())

    def _asked(self) -> bool:
        """Say whether the last words were a question."""
        parts = (part.strip(" *_\n") for part in reversed(self._out[-8:]))
        return next((part.endswith("?") for part in parts if part), False)

    def _button(self, *, closing: bool) -> None:
        """Write a button that folds out an answer: what it says is a heading."""
        if not closing:
            self._buttons.append(not self._in_heading)
        elif not self._buttons:
            return
        if self._buttons[-1]:
            self._write("\n\n" if closing else "\n\n#### ")
        if closing:
            self._buttons.pop()

    def _note_main(self, *, closing: bool) -> None:
        if self._tables:
            return
        if not closing and self._main[0] < 0:
            self._main[0] = len(self._out)
        elif closing and self._main[1] < 0:
            self._main[1] = len(self._out)

    def _write(self, text: str) -> None:
        if self._tables:
            self._tables[-1].write(text)
        else:
            self._out.append(text)

    def _table_tag(self, name: str, *, closing: bool) -> None:
        if name == "table" and not closing and len(self._tables) < _MAX_NESTED:
            self._tables.append(_Table())
        elif not self._tables:
            self._write("\n\n" if name in {"table", "tr"} else " ")
        elif name == "table" and closing:
            self._close_table()
        elif name == "tr":
            self._tables[-1].end_row()
        elif name in {"td", "th"}:
            self._tables[-1].end_cell()
            if not closing:
                self._tables[-1].begin_cell()

    def _close_table(self) -> None:
        table = self._tables.pop()
        if self._tables:
            self._tables[-1].nested = True
        self._write(f"\n\n{table.markdown()}\n\n")

    @staticmethod
    def _mark(name: str, *, closing: bool) -> str:
        if name in _HEADINGS:
            return "\n\n" if closing else f"\n\n{_HEADINGS[name]} "
        if name == "li":
            return "" if closing else "\n- "
        if name == "br":
            return "\n"
        return "\n\n" if name in _BLOCKS else ""


class _Table:
    """A table being read; one that holds headings or tables only arranges the page."""

    def __init__(self) -> None:
        self.nested = False
        self._rows: list[list[str]] = [[]]
        self._cell: list[str] | None = None
        self._outside: list[str] = []  # what stands in the table but in none of its cells

    def write(self, text: str) -> None:
        (self._outside if self._cell is None else self._cell).append(text)

    def begin_cell(self) -> None:
        self._cell = []

    def end_cell(self) -> None:
        if self._cell is not None:
            self._rows[-1].append("".join(self._cell).strip())
            self._cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self._rows[-1]:
            self._rows.append([])

    def markdown(self) -> str:
        self.end_row()
        outside = "".join(self._outside).strip()
        cells = [cell for row in self._rows for cell in row if cell]
        if self.nested or any(_PAGE_PART.search(cell) for cell in cells):
            return "\n\n".join([outside, *cells])
        return f"{outside}\n\n{table_markdown(self._rows)}".strip()
