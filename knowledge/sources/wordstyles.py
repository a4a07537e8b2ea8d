"""What the styles and lists of a Word file mean: headings, the title, bullets and numbers."""

import zipfile
from dataclasses import dataclass
from typing import Any, Self

import regex

from knowledge.sources.words import words

_MAX_BASE = 10  # styles that build on each other
_LEVELS = 6
_LEVEL = regex.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph is: a heading of a level (from 1, 0 for none), or the title."""

    heading: int = 0
    is_title: bool = False


class Styles:
    """The styles of one file; remembers how far its numbered lists have come."""

    def __init__(self, styles: dict[str, Any], formats: dict[tuple[str, int], str]) -> None:
        """Take the style elements by id, and the number formats by list and level."""
        self._styles = styles
        self._formats = formats
        self._counts: dict[tuple[str, int], int] = {}
        self.headings_used = False

    @classmethod
    def of(cls, archive: zipfile.ZipFile) -> Self:
        """Read the styles and lists of a file; a part that is missing means there are none.

        Raises:
            ValueError, SyntaxError: broken or forbidden XML.
        """
        styles = {
            attribute(element, "styleId"): element
            for element in parsed(archive, "word/styles.xml")
            if local(element.tag) == "style"
        }
        return cls(styles, _formats(parsed(archive, "word/numbering.xml")))

    def of_paragraph(self, paragraph: Any) -> Style:
        """Return what a paragraph is by its own outline level or its style."""
        properties = child(paragraph, "pPr")
        own = value(child(properties, "outlineLvl"))
        if own.isascii() and own.isdigit() and int(own) < _LEVELS:
            return Style(heading=int(own) + 1)
        style_id = value(child(properties, "pStyle"))
        for _ in range(_MAX_BASE):
            element = self._styles.get(style_id)
            if element is None:
                return _named(style_id)
            found = _style(element)
            if found.heading or found.is_title:
                return found
            style_id = value(child(element, "basedOn"))
        return Style()

    def list_mark(self, paragraph: Any) -> str:
        """Return what stands before an item of a list: a bullet or its number, or nothing."""
        properties = child(paragraph, "pPr")
        numbers = child(properties, "numPr")
        style = self._styles.get(value(child(properties, "pStyle")))
        inherited = child(child(style, "pPr"), "numPr")
        list_id = value(child(numbers, "numId")) or value(child(inherited, "numId"))
        if not list_id or list_id == "0":
            return ""
        level = _number(value(child(numbers, "ilvl")))
        indent = "  " * level
        if self._formats.get((list_id, level), "bullet") in {"bullet", "none"}:
            return f"{indent}- "
        for key in [key for key in self._counts if key[0] == list_id and key[1] > level]:
            del self._counts[key]
        self._counts[list_id, level] = self._counts.get((list_id, level), 0) + 1
        return f"{indent}{self._counts[list_id, level]}. "


def parsed(archive: zipfile.ZipFile, part: str) -> Any:
    """Return the root of a part, an empty list when there is none.

    Raises:
        ValueError, SyntaxError: broken or forbidden XML.
    """
    from defusedxml import ElementTree

    if part not in archive.namelist():
        return []
    return ElementTree.fromstring(archive.read(part))


def local(tag: Any) -> str:
    """Return a tag without its namespace: there are two of them for one format."""
    return str(tag).rpartition("}")[2]


def child(element: Any, name: str) -> Any:
    """Return the first child of a name, None when there is none or no element."""
    if element is None:
        return None
    return next((inner for inner in element if local(inner.tag) == name), None)


def attribute(element: Any, name: str) -> str:
    """Return an attribute by its name without namespace, or an empty text."""
    if element is None:
        return ""
    return next((str(its) for key, its in element.items() if local(key) == name), "")


def value(element: Any) -> str:
    """Return the attribute `val`, or an empty text."""
    return attribute(element, "val")


def flag(element: Any) -> bool:
    """Say whether a switch is there and on: `<w:b/>` is, `<w:b w:val="0"/>` is not."""
    return element is not None and value(element) not in {"0", "false", "off", "none"}


def _style(element: Any) -> Style:
    level = value(child(child(element, "pPr"), "outlineLvl"))
    if level.isascii() and level.isdigit() and int(level) < _LEVELS:
        return Style(heading=int(level) + 1)
    return _named(value(child(element, "name")))


def _named(name: str) -> Style:
    """Return what a style is by a name such as `heading 2`, `Heading2` or `Title`."""
    folded = name.casefold().strip()
    kinds: dict[str, list[str]] = words()["styles"]
    digit = _LEVEL.search(folded)
    bare = _LEVEL.sub("", folded).strip()
    if bare in kinds["heading"] and digit:
        return Style(heading=min(max(int(digit[0]), 1), _LEVELS))
    return Style(is_title=bare in kinds["title"])


def _formats(numbering: Any) -> dict[tuple[str, int], str]:
    abstract: dict[str, dict[int, str]] = {}
    formats: dict[tuple[str, int], str] = {}
    for element in numbering:
        if local(element.tag) == "abstractNum":
            abstract[attribute(element, "abstractNumId")] = {
                _number(attribute(level, "ilvl")): value(child(level, "numFmt"))
                for level in element
                if local(level.tag) == "lvl"
            }
        elif local(element.tag) == "num":
            levels = abstract.get(value(child(element, "abstractNumId")), {})
            list_id = attribute(element, "numId")
            formats.update({(list_id, level): its for level, its in levels.items()})
    return formats


def _number(text: str) -> int:
    return int(text) if text in {"1", "2", "3", "4", "5", "6", "7", "8"} else 0
