"""Passages: the sentences of an article that answer what was asked, and nothing invented.

Only safe operations are made on the text: it is cut, greetings are dropped, marks of Markdown are
taken off. A list stays whole, a sentence that leans on the one before it never stands alone, and a
sentence that limits the one before it («except», «only if») is not cut off.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import regex

from copilot.cues import folded, hears, wording
from knowledge import Hit, Locale

VERBATIM_CHARS = 350  # an answer this short is quoted whole
_NEAR = 0.67  # a sentence with this share of the best one's words answers too
_OVERRUN = 1.4  # how far a limit that must not be cut off may carry a passage over its length
_LIST_MARK = re.compile(r"^\s*(?:[-*\u2022\u2013\u2014]|\d{1,2}[.)])\s+")
_MARKS = re.compile(r"\*\*|__|`|^#{1,6}\s+|^>\s+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((https?://[^)\s]{1,400})\)")
_LONG_LINE = 4_000  # razdel takes more than linear time on odd long lines
_PLAIN_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w{2,}")
_END = re.compile(r"[.!?\u2026:;)\u00bb\"]$")


@dataclass(frozen=True)
class _Unit:
    """A sentence or a whole list with its lead-in, at its place in the passage."""

    place: int
    text: str
    shared: int
    score: float
    leans: bool
    limits: bool


def answer(hit: Hit, request: str, *, max_chars: int = VERBATIM_CHARS) -> tuple[str, ...]:
    """Return the sentences of `hit` that answer `request`, in their own order.

    A text of at most `max_chars` characters comes back whole. List items keep their marks and
    stand each on its own; a sentence is never altered beyond taking off Markdown.
    """
    language = hit.locale
    lines = _lines(hit, language)
    whole = [sentence for line in lines for sentence in _sentences(line, language)]
    if sum(map(len, whole)) + len(whole) <= max_chars:
        return tuple(whole)
    units = _units(lines, request, language)
    chosen = _chosen(units, max_chars)
    return tuple(s for unit in chosen for s in _split_unit(unit.text))


@cache
def _stemmer(language: Locale) -> "object":
    import Stemmer

    return Stemmer.Stemmer("russian" if language == "ru" else "english")


@cache
def _stop(language: Locale) -> frozenset[str]:
    return frozenset(wording(language)["stop"])


def stems(text: str, language: Locale) -> frozenset[str]:
    """Return the stems of the words that carry meaning, without stop words."""
    words = [w for w in _WORD.findall(folded(text)) if w not in _stop(language)]
    stemmer = _stemmer(language)
    return frozenset(stemmer.stemWords(words))  # type: ignore[attr-defined]  # PyStemmer has no types


def sentences(line: str) -> list[str]:
    """Cut a line into sentences; lines too long for the careful way are cut the plain way."""
    if len(line) > _LONG_LINE:
        return [piece for raw in _PLAIN_END.split(line) if (piece := raw.strip())]
    from razdel import sentenize

    return [piece.text.strip() for piece in sentenize(line)]


def _lines(hit: Hit, language: Locale) -> list[str]:
    text = _MARKS.sub("", _LINK.sub(r"\1 (\2)", hit.answer or hit.text))
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not set(line) <= set("-=*_ |")]
    if hit.answer:
        return lines
    # A chunk begins with its title or question, which is no part of the answer.
    headings = stems(f"{hit.title} {hit.question}", language)
    while len(lines) > 1 and _is_heading(lines[0], headings, language):
        lines.pop(0)
    return lines


def _is_heading(line: str, headings: frozenset[str], language: Locale) -> bool:
    if line.endswith("?"):
        return True
    short = not re.search(r"[.!;:]$", line) and len(line) <= 120
    return short and stems(line, language) <= headings


def _sentences(line: str, language: Locale) -> list[str]:
    if _LIST_MARK.match(line):
        return [line]
    return [
        s for s in sentences(line) if s and not hears(s, "greeting", language, group="composing")
    ]


def _split_unit(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _units(lines: Sequence[str], request: str, language: Locale) -> list[_Unit]:
    asked = stems(request, language)
    texts: list[str] = []
    for line in lines:
        joins = bool(_LIST_MARK.match(line)) and bool(texts)
        last = texts[-1].rsplit("\n", 1)[-1] if texts else ""
        if joins and (last.endswith(":") or _LIST_MARK.match(last)):
            texts[-1] += "\n" + line
        else:
            texts.extend(_sentences(line, language))
    return [_unit(place, text, asked, language) for place, text in enumerate(texts)]


def _unit(place: int, text: str, asked: frozenset[str], language: Locale) -> _Unit:
    shared = len(asked & stems(text, language))
    return _Unit(
        place=place,
        text=text,
        shared=shared,
        score=shared + (0.5 if place == 0 else 0.0),
        leans=hears(text, "dangling", language, group="composing"),
        limits=hears(text, "limits", language, group="composing"),
    )


def _chosen(units: Sequence[_Unit], max_chars: int) -> list[_Unit]:
    """Take the best units with what they lean on, while they fit; keep the order of the text.

    After the best one come those nearly as good, then what follows the best one directly.
    """
    ranked = sorted(units, key=lambda u: (-u.score, u.place))
    best = ranked[0]
    taken = set(_with_company(units, best.place))
    if _size(units, taken) > max(max_chars * _OVERRUN, len(best.text)):
        taken = set(_before(units, best.place))
    near = [u for u in ranked[1:] if u.shared >= max(2, best.shared * _NEAR)]
    groups = [_with_company(units, u.place) for u in near]
    groups += [[u.place] for u in units if u.place == max(taken) + 1]
    for group in groups:
        if _size(units, taken.union(group)) <= max_chars:
            taken.update(group)
    return [units[n] for n in sorted(taken)]


def _size(units: Sequence[_Unit], taken: set[int]) -> int:
    return sum(len(units[n].text) + 1 for n in taken)


def _before(units: Sequence[_Unit], place: int) -> list[int]:
    group = [place]
    while units[group[0]].leans and group[0] > 0:
        group.insert(0, group[0] - 1)
    return group


def _with_company(units: Sequence[_Unit], place: int) -> list[int]:
    group = _before(units, place)
    after = place + 1
    while after < len(units) and (units[after].limits and units[after].leans):
        group.append(after)
        after += 1
    if after < len(units) and units[after].limits and len(units[after].text) <= VERBATIM_CHARS // 2:
        group.append(after)
    return group


def is_list_item(text: str) -> bool:
    """Say whether a line is an item of a list and so starts on a line of its own."""
    return _LIST_MARK.match(text) is not None


def overlap(text: str, request: str, language: Locale) -> int:
    """Return how many stems of the request the text shares."""
    return len(stems(text, language) & stems(request, language))


def ends_in_mark(text: str) -> bool:
    """Say whether a line ends as a sentence or a lead-in does."""
    return _END.search(text.rstrip()) is not None


def ends_well(text: str) -> str:
    """Return `text` with a full stop when it ends in nothing."""
    trimmed = regex.sub(r"[\s,;]+$", "", text)
    return trimmed if not trimmed or _END.search(trimmed) else f"{trimmed}."
