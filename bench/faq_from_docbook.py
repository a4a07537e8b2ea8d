"""Turn the HTML of a DocBook FAQ into a CSV table of questions and answers.

    python bench/faq_from_docbook.py FOLDER OUT.csv

Made for the Debian FAQ (packages `debian-faq` and `debian-faq-ru`, unpacked with `dpkg -x`): a FAQ in
both languages that was written by somebody else, to try ingest, search and replies on.
"""

import csv
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

_NUMBER = re.compile(r"^\s*\d+(?:\.\d+)+\.?\s*")


class Sections(HTMLParser):
    """Collects (heading, text) of every section."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self._heading = False
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        css = dict(attrs).get("class") or ""
        if self._skip or css in {"toc", "navheader", "navfooter"}:
            self._skip += tag == "div"
        elif tag in {"h2", "h3", "h4"}:
            self.found.append(("", []))
            self._heading = True
        elif tag in {"p", "li", "pre", "dt", "dd"} and self.found:
            self.found[-1][1].append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            self._skip -= tag == "div"
        elif tag in {"h2", "h3", "h4"}:
            self._heading = False

    def handle_data(self, data: str) -> None:
        if self._skip or not self.found:
            return
        heading, text = self.found[-1]
        if self._heading:
            self.found[-1] = (heading + data, text)
        else:
            text.append(data.replace("\n", " "))


def rows(folder: Path) -> list[tuple[str, str, str]]:
    """Return (chapter, question, answer) of every section that has text."""
    table: list[tuple[str, str, str]] = []
    for page in sorted({p.resolve() for p in folder.rglob("*.html")}):
        parser = Sections()
        parser.feed(page.read_text("utf-8"))
        for heading, parts in parser.found:
            question = " ".join(_NUMBER.sub("", heading).split())
            lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
            answer = "\n".join(line for line in lines if line)
            if question and answer:
                table.append((page.stem.split(".")[0], question, answer))
    return table


def main() -> None:
    """Write the table."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("chapter", "question", "answer"))
        table = rows(folder)
        writer.writerows(table)
    print(f"{len(table)} rows in {out}")


if __name__ == "__main__":
    main()
