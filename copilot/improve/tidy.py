"""Typography: spaces, punctuation marks, dashes and quotation marks."""

from collections.abc import Iterator

import regex

from copilot.improve.revision import Edit
from copilot.improve.setting import Setting

_SPACES = (
    (regex.compile(r"(?<=\S)[ \t\u00a0]{2,}+(?=\S)"), " "),
    (regex.compile(r"[ \t\u00a0]++(?=\n)|\A\s++|(?<=\S)\s++\Z"), ""),
    (regex.compile(r"\n{3,}+"), "\n\n"),
    (regex.compile(r"(?<=[^\s\u2014\u2013-])[ \u00a0](?=[,!?;:.](?:[\s\u00bb\"]|$))"), ""),
    (regex.compile(r"(?<=[\p{L}\d\u00bb)],)(?=\p{L})"), " "),
    (regex.compile(r"(?<=\p{L}{2}[!?])(?=\p{L})"), " "),
    (regex.compile(r"(?<=\p{Cyrillic}{3}\.)(?=\p{Lu}\p{Ll})"), " "),
    (regex.compile(r"(?<=\()[ ]++(?=\p{L})"), ""),
)
_MARKS = (
    (regex.compile(r"(?=[!?]*\?)(?=[!?]*!)[!?]{2,}+"), "?"),
    (regex.compile(r"\?{2,}+"), "?"),
    (regex.compile(r"!{2,}+"), "!"),
    (regex.compile(r",{2,}+"), ","),
    (regex.compile(r"\.{3,}+"), "\u2026"),
    (regex.compile(r"(?<![./])\.\.(?![./\p{L}\d])"), "."),
)
_DASH = regex.compile(
    r"(?<=[^\s\d] )-{1,2}+(?= \S)|(?<=\d )-{1,2}+(?= [^\s\d])|(?<=\p{L})--(?=\p{L})"
)
_STRAIGHT = regex.compile(r"(?<![\p{L}\d\"])\"(?=\S)([^\"\n]{1,300}+)(?<=\S)\"(?![\p{L}\d\"])")
_CURLY = regex.compile(r"[\u201c\u201e]([^\u201c\u201d\u201e\n]{1,300}+)[\u201d\u201c]")
_INSIDE = regex.compile(r"\u00ab[^\u00ab\u00bb\n]{0,300}+$")
_SHOUTS = 3  # exclamation marks in one text from which it shouts


def spaces(text: str, _: Setting) -> Iterator[Edit]:
    """Yield edits for missing and superfluous spaces."""
    for pattern, new in _SPACES:
        for match in pattern.finditer(text):
            yield Edit(match.start(), match.end(), new, "spaces", "marks")


def marks(text: str, _: Setting) -> Iterator[Edit]:
    """Yield edits for heaped punctuation marks."""
    for pattern, new in _MARKS:
        for match in pattern.finditer(text):
            yield Edit(match.start(), match.end(), new, "marks")


def exclamations(text: str, _: Setting) -> Iterator[Edit]:
    """Yield edits that leave a text one exclamation mark where there were three or more."""
    places = [match.start() for match in regex.finditer(r"!", text)]
    if len(places) >= _SHOUTS:
        yield from (Edit(at, at + 1, ".", "exclamations") for at in places[1:])


def dashes(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that make a hyphen between spaces a dash; list marks and ranges stay."""
    dash = "\u2014" if setting.language == "ru" else "\u2013"
    for match in _DASH.finditer(text):
        yield Edit(match.start(), match.end(), dash, "dashes")


def quotes(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that put Russian quotation marks for others in a Russian text."""
    if setting.language != "ru":
        return
    for pattern in (_STRAIGHT, _CURLY):
        for match in pattern.finditer(text):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if not _INSIDE.search(line[-300:]):
                yield Edit(match.start(), match.start() + 1, "\u00ab", "quotes", "marks")
                yield Edit(match.end() - 1, match.end(), "\u00bb", "quotes", "marks")
