"""Turn how-to pages of the LibreOffice help into a CSV table of questions and answers.

    python bench/faq_from_help.py FOLDER OUT.csv

FOLDER is `…/libreoffice/help/ru/text` or `…/en-US/text` of the packages `libreoffice-help-ru` and
`libreoffice-help-en-us`, unpacked with `dpkg -x`. The pages are another structure than a FAQ has: a
title that is no question, several headings, numbered steps, notes. Half-translated pages are left out.
"""

import csv
import re
import sys
from html.parser import HTMLParser
from itertools import takewhile
from pathlib import Path

_BLOCKS = ("p", "h1", "h2", "h3", "h4", "tr", "br")
_PARTS = ("scalc", "sdraw", "simpress", "swriter", "shared")
_MAX_LATIN = 0.45  # of the letters of a Russian page: names of commands are English anyway
_END = "Help content debug info"
_STRIPPED = re.compile(r"\s+")


class Page(HTMLParser):
    """Collects the title and the lines of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.lines: list[str] = [""]
        self._inside = False
        self._title = False
        self._silent = 0
        self._counts: list[int] = []
        self._mark = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id") == "DisplayArea":
            self._inside = True
        if not self._inside:
            return
        if tag == "span" and (self._silent or given.get("class") == "MAC"):
            self._silent += 1
        elif tag == "div" and given.get("class") in {"relatedtopics", "howtoget", "noteicon"}:
            self._inside = given.get("class") == "noteicon"
        elif tag in {"ol", "ul"}:
            self._counts.append(0 if tag == "ol" else -1)
        elif tag == "li" and self._counts:
            self._mark = self._next_mark()
        elif tag in _BLOCKS:
            self.lines.append(self._mark)
            self._mark = ""
        self._title = tag == "h1" or (self._title and tag == "a")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._silent:
            self._silent -= 1
        elif tag in {"ol", "ul"} and self._counts:
            self._counts.pop()
            self.lines.append("")
        elif tag == "h1":
            self._title = False

    def handle_data(self, data: str) -> None:
        if not self._inside or self._silent:
            return
        if self._title:
            self.title += data
        else:
            self.lines[-1] += data.replace("\n", " ")

    def _next_mark(self) -> str:
        if self._counts[-1] < 0:
            return "- "
        self._counts[-1] += 1
        return f"{self._counts[-1]}. "


def rows(folder: Path) -> list[tuple[str, str, str]]:
    """Return (part, title, text) of every how-to page in the language of its folder."""
    russian = folder.parent.name == "ru"
    table: dict[str, tuple[str, str, str]] = {}
    for part in _PARTS:
        for path in sorted((folder / part / "guide").glob("*.html")):
            page = Page()
            page.feed(path.read_text("utf-8"))
            lines = (_STRIPPED.sub(" ", line).strip() for line in page.lines)
            kept = takewhile(lambda line: not line.startswith(_END), lines)
            text = "\n".join(line for line in kept if len(line) > 3)
            title = _STRIPPED.sub(" ", page.title).strip()
            if title and len(text) > 120 and not (russian and _is_foreign(title + text)):
                table.setdefault(title, (part, title, text))
    return list(table.values())


def _is_foreign(text: str) -> bool:
    latin = len(re.findall(r"[A-Za-z]", text))
    return latin > _MAX_LATIN * max(1, latin + len(re.findall(r"[\u0400-\u04ff]", text)))


def main() -> None:
    """Write the table."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("section", "title", "text"))
        table = rows(folder)
        writer.writerows(table)
    print(f"{len(table)} rows in {out}")


if __name__ == "__main__":
    main()
