"""Turn GNOME's user help (Mallard pages) into CSV tables of questions and answers.

    python -m bench.retrieval.mallard FOLDER OUT.csv

FOLDER holds the pages of one language, as in Debian's package `gnome-user-docs` unpacked with
`dpkg -x`: `usr/share/help/ru/gnome-help`, or `C` for English. Some 250 short articles that somebody
else wrote, the same in both languages (CC BY-SA 3.0; not kept in this repository).
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

_MALLARD = "{http://projectmallard.org/1.0/}"
_TEXT = {"p", "title"}
_SKIPPED = {"info", "media", "comment"}


class Page(NamedTuple):
    """A page: its id, what it is about, and its text."""

    id: str
    question: str
    answer: str


def read_page(file: Path) -> Page | None:
    """Return a help page, or None for pages that only lead to others."""
    root = ElementTree.parse(file).getroot()
    if root.get("type") != "topic":
        return None
    about = root.findtext(f"{_MALLARD}info/{_MALLARD}desc") or ""
    lines = [" ".join(about.split()), *_lines(root, top=True)]
    title = _flat(root.find(f"{_MALLARD}title"))
    return Page(root.get("id", file.stem), title, "\n".join(line for line in lines if line))


def _lines(element: ElementTree.Element, *, top: bool = False) -> Iterator[str]:
    for child in element:
        name = str(child.tag).removeprefix(_MALLARD)
        if name in _SKIPPED or (top and name == "title"):
            continue
        if name in _TEXT:
            yield _flat(child)
        else:
            yield from _lines(child)


def _flat(element: ElementTree.Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def main() -> None:
    """Write the table."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    pages = [page for file in sorted(folder.glob("*.page")) if (page := read_page(file))]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Page._fields)
        writer.writerows(pages)
    print(f"{out}: {len(pages)} articles")


if __name__ == "__main__":
    main()
