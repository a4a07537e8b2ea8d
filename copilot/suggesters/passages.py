"""Passages: the part of an article that answers what was asked, and nothing invented.

Only safe operations are made on the text: it is cut, greetings, pointers that lead nowhere and marks
of Markdown are taken off. What is said stands together in the article too; a list stays whole, a
sentence that leans on the one before it never stands alone, and a sentence that limits the one
before it («except», «only if») is not cut off.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import regex

from copilot.cues import folded, hears, wording
from copilot.suggesters.units import (
    Line,
    Unit,
    ends_in_mark,
    is_list_item,
    left_out,
    plain_lines,
    sentences,
    units_of,
)
from knowledge import Hit, Locale

__all__ = [
    "Line", "answer", "ends_in_mark", "ends_well", "is_list_item", "overlap", "passage", "sentences",
    "stems",
]  # fmt: skip

VERBATIM_CHARS = 700  # an answer this short is quoted whole
_COMFORT_CHARS = 450  # beyond it only what speaks of the question is added
_SPARE = 1  # units in a row that do not
_OVERRUN = 1.4  # how far a list or a limit that must not be cut may carry a passage over its length
_LONGEST = 1_300  # of a list that is quoted whole
_IN_CHUNK = 0.4  # what search found is likelier than the rest of the article, words being equal
_IN_CHUNK_CHARS = 200  # of it count in full
_HEADED, _BELOW = 0.8, 0.1  # a heading that speaks of the question: for its first unit, the others
_STEPS = 0.4  # a list mostly is the answer itself
_FROM_THE_START = 0.5  # an answer mostly begins with itself
_MIDWAY = 0.4  # the price of beginning in the middle of a paragraph
_GAP = 1.0  # the price of leaving something out after the first sentence
_BORDER = 0.5  # the price of going on under the next heading
_ROOMY = 350  # room from which a list may be longer than it
_LEAD_CHARS = 220
_LONG_CHARS = 20_000  # of an article that is not read as a whole, only where search found it
_MOST_UNITS = 400
_ECHO = 0.6  # of the article's question must be asked for a bare yes or no to be the answer,
_SURE = 0.75  # unless search is that sure
_WORD = re.compile(r"\w{2,}")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class _Weighed:
    """A unit with how much it speaks of the question: by the words it shares, and by its place."""

    unit: Unit
    shared: dict[str, float]
    bonus: float
    leans: bool
    limits: bool

    @property
    def score(self) -> float:
        """How much the unit speaks of the question alone."""
        return sum(self.shared.values()) + self.bonus


def answer(hit: Hit, request: str, *, max_chars: int = VERBATIM_CHARS) -> tuple[str, ...]:
    """Return the sentences of `hit` that answer `request`, in their own order."""
    return tuple(line.text for line in passage(hit, request, max_chars=max_chars))


def passage(hit: Hit, request: str, *, max_chars: int = VERBATIM_CHARS) -> tuple[Line, ...]:
    """Return the lines of `hit` that answer `request`, in their own order.

    A text of at most `max_chars` characters comes back whole. Items of a list keep their marks; a
    sentence is never altered beyond taking off Markdown and pointers.
    """
    language = hit.locale
    lines = _lines(hit, language)
    units = units_of(lines, language) or [Unit((Line(text, opens=True),)) for text in lines]
    if sum(unit.size for unit in units) > max_chars:
        most = max(_LONGEST, max_chars) if max_chars >= _ROOMY else max_chars
        pieces = [piece for unit in units for piece in unit.pieces(most)][:_MOST_UNITS]
        units = [one.unit for one in _chosen(_weighed(pieces, hit, request), max_chars)]
    said = [line for unit in units for line in unit.lines]
    return tuple(_without_verdict(said, hit, request))


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


def _lines(hit: Hit, language: Locale) -> list[str]:
    long = len(hit.answer) > _LONG_CHARS and hit.text
    lines = plain_lines(hit.text if long else hit.answer or hit.text)
    # A chunk begins with its title or question, which is no part of the answer.
    headings = stems(f"{hit.title} {hit.question}", language)
    while len(lines) > 1 and _is_title(lines[0], headings, language, chunk=not hit.answer):
        lines.pop(0)
    return lines


def _is_title(line: str, headings: frozenset[str], language: Locale, *, chunk: bool) -> bool:
    if line.endswith("?"):
        return chunk or stems(line, language) <= headings
    short = not re.search(r"[.!;:]$", line) and len(line) <= 120
    own = stems(line, language)
    return short and own <= headings and (chunk or bool(own))


def _weighed(units: Sequence[Unit], hit: Hit, request: str) -> list[_Weighed]:
    language = hit.locale
    asked = stems(request, language)
    own = [asked & stems(unit.text, language) for unit in units]
    spread = Counter(stem for shared in own for stem in shared)
    found = _squeezed(hit.text) if hit.answer else ""
    title = stems(f"{hit.title} {hit.question}", language)
    seen: set[int] = set()
    weighed: list[_Weighed] = []
    for unit, shared in zip(units, own, strict=True):
        above = asked & (stems(unit.heading, language) if unit.section else title)
        bonus = _STEPS * unit.listed + len(above) * (_BELOW if unit.section in seen else _HEADED)
        if found and _squeezed(unit.lines[-1].text) in found:
            bonus += _IN_CHUNK * min(1.0, unit.size / _IN_CHUNK_CHARS)
        seen.add(unit.section)
        weighed.append(
            _Weighed(
                unit,
                shared={stem: spread[stem] ** -0.5 for stem in sorted(shared)},
                bonus=bonus,
                leans=hears(unit.text, "dangling", language, group="composing"),
                limits=hears(unit.text, "limits", language, group="composing"),
            )
        )
    return weighed


def _squeezed(text: str) -> str:
    return _SPACES.sub("", text)


def _chosen(units: Sequence[_Weighed], max_chars: int) -> list[_Weighed]:
    """Return the best stretch of units that fits, with the first of the article where it helps."""
    starts = [n for n, one in enumerate(units) if not one.leans or n == 0]
    lead = _lead(units)
    best: tuple[float, bool] = (-1.0, False)
    chosen: list[int] = []
    for start in starts:
        taken = _stretch(units, start, max_chars)
        value = _value(units, taken)
        if lead and start > lead[-1] and units[start].unit.lines[0].opens:
            with_lead = [*lead, *_stretch(units, start, max_chars - _size(units, lead))]
            if _value(units, with_lead) > value and _size(units, with_lead) <= max_chars:
                value, taken = _value(units, with_lead), with_lead
        rank = (round(value, 6), units[taken[0]].score > 0)
        if rank > best:
            best, chosen = rank, taken
    return [units[n] for n in chosen]


def _lead(units: Sequence[_Weighed]) -> list[int]:
    """Return the article's first sentence when it speaks of the question and is short."""
    first = units[0]
    speaks = first.score > _IN_CHUNK and first.unit.size <= _LEAD_CHARS
    return [0] if speaks and not (len(units) > 1 and units[1].limits and units[1].leans) else []


def _stretch(units: Sequence[_Weighed], start: int, room: int) -> list[int]:
    """Return units from `start` on: all that fit in comfort, then while they speak of the question."""
    taken = [start]
    used = units[start].unit.size
    idle = 0
    spare = _SPARE if any(one.score > 0 for one in units) else len(units)
    kept = 1  # how many of those taken are worth saying
    for n in range(start + 1, len(units)):
        one = units[n]
        bound = one.limits and one.leans
        limit = room * _OVERRUN if bound else room
        if one.unit.listed and units[n - 1].unit.section == one.unit.section:
            limit = max(limit, _LONGEST if room >= _ROOMY else room * _OVERRUN)
        if used + one.unit.size > limit:
            break
        border = units[n - 1].unit.section != one.unit.section
        if border and one.score <= _BORDER:
            break
        taken.append(n)
        used += one.unit.size
        idle = 0 if one.score > 0 or bound else idle + 1
        if not idle or (idle <= spare and used <= _COMFORT_CHARS):
            kept = len(taken)
    return taken[:kept]


def _value(units: Sequence[_Weighed], taken: Sequence[int]) -> float:
    covered = {stem: weight for n in taken for stem, weight in units[n].shared.items()}
    value = sum(covered.values()) + sum(units[n].bonus for n in taken)
    if _cuts_in(units, taken[0]):
        value -= _MIDWAY
    elif not taken[0] and units[0].score > 0:
        value += _FROM_THE_START
    pairs = list(pairwise(taken))
    value -= _GAP * any(b - a > 1 for a, b in pairs)
    return value - _BORDER * sum(units[a].unit.section != units[b].unit.section for a, b in pairs)


def _cuts_in(units: Sequence[_Weighed], start: int) -> bool:
    """Say whether a stretch leaves out the beginning of its paragraph, which speaks of the question."""
    while start and not units[start].unit.lines[0].opens:
        start -= 1
        if units[start].score > 0:
            return True
    return False


def _size(units: Sequence[_Weighed], taken: Sequence[int]) -> int:
    return sum(units[n].unit.size for n in taken)


def _without_verdict(lines: list[Line], hit: Hit, request: str) -> list[Line]:
    """Leave out a bare yes or no that answers another question than the one asked."""
    if not lines or not hit.question.strip():
        return lines
    language = hit.locale
    question = stems(hit.question, language)
    echoed = question and len(question & stems(request, language)) >= _ECHO * len(question)
    if echoed or (hit.strength == "strong" and hit.confidence >= _SURE):
        return lines
    if len(lines) > 1 and left_out(language)["verdict"].fullmatch(folded(lines[0].text)):
        return [Line(lines[1].text, opens=True), *lines[2:]]
    return lines


def overlap(text: str, request: str, language: Locale) -> int:
    """Return how many stems of the request the text shares."""
    return len(stems(text, language) & stems(request, language))


def ends_well(text: str) -> str:
    """Return `text` with a full stop when it ends in nothing."""
    trimmed = regex.sub(r"[\s,;]+$", "", text)
    return trimmed if not trimmed or ends_in_mark(trimmed) else f"{trimmed}."
