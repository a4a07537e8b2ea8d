"""Spelling: typing errors, words written twice, capitals, the end of the text."""

from collections.abc import Iterator

import regex

from copilot.improve.cutting import like, rephrased
from copilot.improve.facts import QUOTED, touches
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.splitting import sentences
from copilot.improve.wordforms import readings
from copilot.improve.words import pattern, swaps, words
from copilot.rules.lexicon import fold

_TWICE = regex.compile(r"(?<![\p{L}\d-])(\p{L}++) ++(\p{L}++)(?![\p{L}\d-])")
_LOUD = regex.compile(r"(?<![\p{L}\d\u00ab\"_-])\p{Lu}{2,}+(?![\p{L}\d_-])")
_POLITE_BEFORE = '.!?\u2026\n:\u00ab"(\u2014\u2013'
_LIST = regex.compile(r"[ \t]*(?:[-*\u2022\u2013\u2014]|\d{1,3}[.)]|[a-z\u0430-\u044f]\))\s")
_WORD = regex.compile(r"\p{L}[\p{L}\p{N}'\u2019-]*")
_ENDED = regex.compile(r"[\p{L}\d\u00bb%\u20bd]$")
_RUN_GAP = " ,\u2014\u2013-"
_CONTEXT = 28  # characters before a loud word in which «button» or «code» explains it
_NAMES = ("Name", "Surn", "Patr", "Geox")
_SIGNATURE_WORDS = 4


def typos(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield corrections of the typing errors of the list."""
    yield from rephrased(text, swaps(setting.language, "fix", "words"), "typo", setting)
    folded = fold(text)
    for stem, right in _stems(setting).items():
        for match in _stem_pattern(stem).finditer(folded):
            yield Edit(match.start(), match.end(), like(match.group(), right), "typo")


def doubled(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that leave one of two equal words standing side by side."""
    common = frozenset(words(setting.language, "fix")["may_repeat"])
    for match in _TWICE.finditer(text, overlapped=True):
        first, second = match[1], match[2]
        equal = first.lower() == second.lower() and not second[0].isupper()
        if equal and first.lower() not in common:
            yield Edit(match.end(1), match.end(2), "", "twice")


def loud(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that write shouted words small; abbreviations, codes and buttons stay."""
    found = [match.span() for match in _LOUD.finditer(text)]
    plain = [span for span in found if _shoutable(text, span, setting)]
    all_loud = text == text.upper()
    for n, (start, end) in enumerate(plain):
        neighbours = [*plain[max(0, n - 1) : n], *plain[n + 1 : n + 2]]
        runs = any(_adjacent(text, (start, end), other) for other in neighbours)
        if runs or all_loud or _emphatic(text[start:end], setting):
            yield Edit(start, end, _lowered(text[start:end], setting), "caps")


def polite(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that write the Russian polite pronoun small where it is not a formal letter."""
    if setting.capital_polite:
        return
    for match in pattern(setting.language, "fix", "polite").finditer(text):
        before = text[: match.start()].rstrip(" \t\u00a0")
        if match.group()[0].isupper() and before and before[-1] not in _POLITE_BEFORE:
            yield Edit(match.start(), match.end(), match.group().lower(), "polite")


def capitals(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that begin sentences with a capital."""
    quoted = [match.span() for match in QUOTED.finditer(text)]
    ends = ""
    for sentence in sentences(text):
        match = _WORD.match(sentence.text)
        new_line = text[: sentence.start].rstrip(" \t").endswith("\n")
        listed = new_line and _LIST.match(sentence.text)
        continued = not new_line and _goes_on(ends, setting)
        ends = sentence.text
        if match is None or listed or continued or not _small(match.group()):
            continue
        if not touches(sentence.start, sentence.start + 1, quoted):
            first = match.group()[0].upper()
            yield Edit(sentence.start, sentence.start + 1, first, "capital")


def ending(text: str, _: Setting) -> Iterator[Edit]:
    """Yield the full stop that a text lacks; lists, links and signatures have none."""
    *above, last = text.rstrip().split("\n")
    words_left = _WORD.findall(last)
    signed = any(line.strip() for line in above) and len(words_left) <= _SIGNATURE_WORDS
    linked = regex.search(r"(?:https?://|www\.|@)\S*$", last) is not None
    if _ENDED.search(last) and words_left and not (signed or linked or _LIST.match(last)):
        end = len(text.rstrip())
        yield Edit(end, end, ".", "ending", "marks")


def _stems(setting: Setting) -> dict[str, str]:
    table: dict[str, str] = words(setting.language, "fix")["stems"]
    return table


def _stem_pattern(stem: str) -> "regex.Pattern[str]":
    return regex.compile(rf"(?<!\p{{L}}){stem}", regex.IGNORECASE)


def _shoutable(text: str, span: tuple[int, int], setting: Setting) -> bool:
    word = text[span[0] : span[1]]
    kept = frozenset(words(setting.language, "fix")["abbreviations"])
    before = fold(text[max(0, span[0] - _CONTEXT) : span[0]].lower())
    return word not in kept and not pattern(setting.language, "fix", "labels").search(before)


def _emphatic(word: str, setting: Setting) -> bool:
    if word.lower() in frozenset(words(setting.language, "fix")["emphatic"]):
        return True
    known = readings(word.lower()) if setting.language == "ru" and len(word) > 3 else ()
    return any(reading.is_known for reading in known) and not any("Abbr" in r.tag for r in known)


def _adjacent(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    first, second = sorted((one, other))
    gap = text[first[1] : second[0]]
    return len(gap) <= 3 and all(char in _RUN_GAP for char in gap)


def _lowered(word: str, setting: Setting) -> str:
    if setting.language != "ru":
        return word.lower()
    named = any(mark in reading.tag for reading in readings(word.lower())[:1] for mark in _NAMES)
    return word.capitalize() if named else word.lower()


def _small(word: str) -> bool:
    return word[0].islower() and word[1:] == word[1:].lower()


def _goes_on(before: str, setting: Setting) -> bool:
    """Say whether what follows these words may go on without a capital."""
    if not before or before.endswith("\u2026") or before[-1] not in '.!?)\u00bb"':
        return bool(before)
    return pattern(setting.language, "fix", "abbreviated").search(before.lower()[-12:]) is not None
