"""Markdown as sections under headings, and its text without markup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from knowledge.sources.words import words

BOLD = 7  # the level of a bold line or a lone line that asks, below all real headings

_FENCE = regex.compile(r"^\s{0,3}(?:```|~~~)")
_ATX = regex.compile(r"^\s{0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t#]*$")
_UNDERLINE = regex.compile(r"^\s{0,3}(?:(=+)|-{2,})\s*$")
_BOLD_LINE = regex.compile(r"^\s*(?:[-*+]\s+|\d{1,3}[.)]\s+)?(?:\*\*|__)(.{1,250}?)(?:\*\*|__)\s*$")
_NUMBER = regex.compile(r"^\s*(?:[-*+]\s+|\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s+)")
_MAX_HEADING = 250

_IMAGE = regex.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_LINK = regex.compile(r"\[([^\[\]\n]{1,500})\]\(([^()\s\n]{0,2000})(?:\s[^()\n]{0,500})?\)")
_STRONG = regex.compile(r"\*\*(?=\S)([^*\n]{1,2000})\*\*")
_STRONG_LOW = regex.compile(r"(?<![\p{L}\p{N}_])__(?=\S)([^_\n]{1,2000})__(?![\p{L}\p{N}_])")
_SLANTED = regex.compile(r"(?<![\p{L}\p{N}*_])([*_])(?=\S)([^*_\n]{1,2000})\1(?![\p{L}\p{N}*_])")
_CODE = regex.compile(r"`([^`\n]{1,500})`")
_ATTRIBUTES = regex.compile(r"[ \t]*\{[:#.][^{}\n]{0,200}\}[ \t]*$", regex.M)
_TAG = regex.compile(
    r"</?(?:a|abbr|b|br|center|code|div|em|font|h[1-6]|hr|i|img|kbd|li|ol|p|pre|s|small|span|strong"
    r"|sub|sup|table|tbody|td|th|thead|tr|u|ul)(?:[ \t/][^<>\n]{0,500})?>",
    regex.I,
)
_BLANKS = regex.compile(r"\n{3,}")
_MARKED = regex.compile(r"[*_`\[<{]|\n{3}")


@dataclass(frozen=True, slots=True)
class Section:
    """The text directly under one heading; the first section may have none (level 0)."""

    level: int
    heading: str
    text: str
    line: int

    @property
    def asks(self) -> bool:
        """Whether the heading is a question."""
        return self.heading.endswith("?")


def outline(text: str, first_line: int = 1) -> tuple[Section, ...]:
    """Return the sections of a page in order; `line` counts from `first_line`."""
    lines = text.split("\n")
    heads = _headings(lines)
    if not any(level <= 6 for level, _, _ in heads.values()):
        heads |= _asking_lines(lines)
    sections: list[Section] = []
    level, heading, start, body_start = 0, "", 0, 0
    for at in sorted(heads):
        sections.append(_section(lines[body_start:at], level, heading, first_line + start))
        level, heading, length = heads[at]
        start, body_start = at, at + length
    sections.append(_section(lines[body_start:], level, heading, first_line + start))
    return tuple(section for section in sections if section.heading or section.text)


def paths(sections: tuple[Section, ...]) -> Iterator[tuple[Section, tuple[str, ...]]]:
    """Yield each section with the headings above it, outermost first."""
    above: list[Section] = []
    for section in sections:
        while above and above[-1].level >= section.level:
            above.pop()
        yield section, tuple(outer.heading for outer in above if outer.heading)
        above.append(section)


def plain(text: str) -> str:
    """Return Markdown without marks for bold, code and comments; links keep their address."""
    if not _MARKED.search(text):  # nearly all cells of a table
        return text.strip()
    text = _IMAGE.sub(r"\1", _without_comments(text))
    text = _LINK.sub(_link_text, text)
    text = _TAG.sub("", _ATTRIBUTES.sub("", text))
    for pattern, kept in ((_STRONG, 1), (_STRONG_LOW, 1), (_SLANTED, 2), (_CODE, 1)):
        text = pattern.sub(rf"\{kept}", text)
    return _BLANKS.sub("\n\n", text).strip()


def _without_comments(text: str) -> str:
    """Cut out `<!-- … -->`; one that is never closed stays (a pattern would look for each end)."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _link_text(found: regex.Match[str]) -> str:
    label, address = found[1], found[2]
    if address.startswith(("http://", "https://")) and address not in label:
        return f"{label} ({address})"
    return label


def _section(lines: list[str], level: int, heading: str, line: int) -> Section:
    return Section(level, heading, "\n".join(lines).strip("\n").rstrip(), line)


def _headings(lines: list[str]) -> dict[int, tuple[int, str, int]]:
    """Return (level, text, lines taken) of each heading by the index of its line."""
    found: dict[int, tuple[int, str, int]] = {}
    fenced = False
    for at, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and len(line) <= _MAX_HEADING and (head := _heading(lines, at)):
            found[at] = head
    return found


def _heading(lines: list[str], at: int) -> tuple[int, str, int] | None:
    line = lines[at]
    if atx := _ATX.match(line):
        text = _heading_text(atx[2] or "")
        return (len(atx[1]), text, 1) if text else None
    below = lines[at + 1] if at + 1 < len(lines) else ""
    before = lines[at - 1] if at else ""
    under = _UNDERLINE.match(below) if line.strip() and not before.strip() else None
    if under and not line.lstrip().startswith(("-", "*", ">", "|")):
        return 1 if under[1] else 2, _heading_text(line), 2
    bold = _BOLD_LINE.match(line)
    if bold and (text := _heading_text(bold[1])).endswith("?"):
        return BOLD, text, 1
    return None


def _heading_text(text: str) -> str:
    return _NUMBER.sub("", plain(text)).strip()


def _asking_lines(lines: list[str]) -> dict[int, tuple[int, str, int]]:
    """Return lone lines that ask and are followed by text, when a page has two or more of them."""
    found: dict[int, tuple[int, str, int]] = {}
    for at, line in enumerate(lines):
        starts = at == 0 or not lines[at - 1].strip()
        if not starts or len(line) > _MAX_HEADING or not line.rstrip(" *_").endswith("?"):
            continue
        after = [below for below in lines[at + 1 : at + 3] if below.strip()]
        if after and not after[0].rstrip().endswith("?"):
            found[at] = BOLD, _heading_text(line), 1
    return found if len(found) >= 2 and not is_drawing(lines) else {}


def is_drawing(lines: Sequence[str]) -> bool:
    """Say whether a page is a drawn decision: its questions have arrows, and no answers."""
    branches = f"(?:{'|'.join(words()['branches'])})"
    arrow = regex.compile(
        rf"^\s*{branches}(?:\s+{branches})?(?:\s*\([^()]{{1,60}}\))?\s*$", regex.I
    )
    asked = forks = seen = 0
    for line in (line for line in lines if line.strip()):
        if line.rstrip(" *_").endswith("?"):
            asked, seen = asked + 1, 0
        elif arrow.match(line):
            seen += len(regex.findall(rf"\b{branches}\b", line.partition("(")[0], regex.I))
            forks += seen == 2
    return forks >= 2 and forks * 4 >= asked
