"""Names of people, Russian by dictionary and cue words, English by cue words and a list."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from copilot.rules.lexicon import compile_any, fold, load_lexicon
from copilot.rules.morphology import analyser
from copilot.rules.privacy_numbers import Found

_WORD = regex.compile(r"\p{L}[\p{L}'\u2019-]*")
_RUSSIAN = regex.compile(r"\p{Cyrillic}")
_INITIALS = regex.compile(r"(?<!\p{L})\p{Lu}\. ?(?:\p{Lu}\. ?)?(?=\p{Lu}\p{Ll})")
_TRAILING = regex.compile(r"(?: \p{Lu}\.){1,2} ?(?:\p{Lu}\.)?")
_GAP = regex.compile(r"[ ,]{0,2}\n?[ ]?")
_LEAST, _SURE = 0.3, 0.75
_PARSED = 400  # words of a text that are looked up; longer texts repeat themselves
_CUE = 28


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    first: bool


def names(low: str, text: str) -> Iterator[Found]:
    """Yield names of people; `low` is folded and in lower case."""
    words = tuple(_words(text))
    russian = [w for w in words if _RUSSIAN.search(w.text)]
    latin = [w for w in words if not _RUSSIAN.search(w.text)]
    yield from _joined(_russian(russian, low, text), text)
    yield from _joined(_english(latin, low, text), text)


def known(low: str, names_given: tuple[str, ...]) -> Iterator[Found]:
    """Yield the names that the card holds, in any Russian case."""
    for name in names_given:
        for part in _WORD.findall(fold(name.lower())):
            if len(part) < 3:
                continue
            stem = part if len(part) < 5 else part[:-1]
            pattern = rf"(?<!\p{{L}}){regex.escape(stem)}\p{{L}}{{0,3}}(?!\p{{L}})"
            for match in regex.finditer(pattern, low):
                yield Found(match.start(), match.end(), "NAME", 4)


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        before = text[max(0, match.start() - 3) : match.start()].rstrip(" \u00ab\"'(")
        first = not before or before[-1] in ".!?\n\u2026" or match.start() == 0
        yield _Word(match.start(), match.end(), match.group(), first)


def _russian(words: list[_Word], low: str, text: str) -> list[_Word]:
    shouting = sum(w.text.isupper() and len(w.text) > 2 for w in words) > len(words) / 2
    found: list[_Word] = []
    looked_up = 0
    for n, word in enumerate(words):
        strong = _cued("strong_cues", low, word.start)
        beside = bool(found) and word.start - found[-1].end <= 2 and found[-1].text[0].isupper()
        if not (word.text[0].isupper() or strong or (beside and not found[-1].text[0].isupper())):
            if not (found and word.start - found[-1].end <= 2 and _lower_chain(found, low)):
                continue
        looked_up += 1
        if looked_up > _PARSED or (
            word.text.isupper()
            and len(word.text) > 1
            and not shouting
            and not strong
            and not beside
        ):
            if not (word.text.isupper() and len(word.text) > 3):
                continue
        following = (
            words[n + 1].text if n + 1 < len(words) and words[n + 1].start - word.end <= 2 else ""
        )
        if _is_russian_name(word, strong=strong, beside=beside, following=following, low=low):
            found.append(word)
    return found


def _lower_chain(found: list[_Word], low: str) -> bool:
    """«my name is ivan petrov»: the word after a cued lower-case name may be the surname."""
    return found[-1].text[0].islower() and _cued("strong_cues", low, found[-1].start)


def _is_russian_name(word: _Word, *, strong: bool, beside: bool, following: str, low: str) -> bool:
    text = fold(word.text.lower())
    score, other, lemma = _reading(text)
    if score < _LEAST:
        unknown = strong and word.text[0].isupper() and not _common(text)
        return unknown and len(text) > 2
    if lemma in _set("ru", "name_stop") or text in _set("ru", "name_stop"):
        maybe = lemma in _set("ru", "name_maybe") or text in _set("ru", "name_maybe")
        paired = (
            bool(following)
            and following[0].isupper()
            and _reading(fold(following.lower()))[0] >= _LEAST
        )
        return maybe and (strong or beside or paired)
    if word.first and other and score < _SURE:
        named = (
            bool(following)
            and following[0].isupper()
            and _reading(fold(following.lower()))[0] >= _LEAST
        )
        return named or strong or _cued("name_cues", low, word.start)
    return True


@lru_cache(maxsize=20_000)
def _reading(word: str) -> tuple[float, bool, str]:
    """Return how likely a word is a name, whether it is likely something else, and its lemma."""
    if not 2 < len(word) <= 24:
        return 0.0, False, word
    readings = analyser().parse(word)[:12]
    marks = ("Name", "Surn", "Patr")
    as_name = [r for r in readings if any(mark in r.tag for mark in marks)]
    score = sum(r.score for r in as_name)
    other = any(r.score >= 0.1 for r in readings if r not in as_name)
    lemma = fold(as_name[0].normal_form) if as_name else word
    return score, other, lemma


@lru_cache(maxsize=20_000)
def _common(word: str) -> bool:
    """Say whether the dictionary knows a word as something other than a name."""
    return bool(analyser().word_is_known(word))


def _english(words: list[_Word], low: str, text: str) -> list[_Word]:
    found: list[_Word] = []
    first_names, stop, maybe = (
        _set("en", key) for key in ("first_names", "name_stop", "name_maybe")
    )
    for n, word in enumerate(words):
        name = word.text.lower().removesuffix("'s").removesuffix("\u2019s")
        strong = _cued("strong_cues", low, word.start)
        beside = (
            bool(found)
            and word.start - found[-1].end <= 2
            and text[found[-1].end : word.start].strip(",") == " "
        )
        if name in stop or len(name) < 2:
            continue
        if not word.text[0].isupper():
            if (strong and name in first_names) or (
                beside
                and found[-1].text[0].islower()
                and _surname_like(name)
                and _cued("strong_cues", low, found[-1].start)
            ):
                found.append(word)
            continue
        if word.text.isupper() and len(word.text) > 3 and not (beside or name in first_names):
            continue
        following = (
            words[n + 1].text if n + 1 < len(words) and words[n + 1].start - word.end == 1 else ""
        )
        paired = bool(following) and following[0].isupper() and following.lower() not in stop
        cued = _cued("name_cues", low, word.start)
        if (
            beside
            or strong
            or (name in first_names and name not in maybe)
            or (name in maybe and ((paired and not word.first) or cued))
            or (cued and (paired or _ends_line(text, word.end)) and not word.first)
        ):
            found.append(word)
    return found


def _surname_like(name: str) -> bool:
    return len(name) > 3


def _ends_line(text: str, end: int) -> bool:
    tail = text[end : end + 2].lstrip(" ")
    return not tail or tail[0] in ".,!\n"


def _joined(words: list[_Word], text: str) -> Iterator[Found]:
    """Yield neighbouring names as one, with initials before and after."""
    at = 0
    while at < len(words):
        last = at
        while last + 1 < len(words) and text[words[last].end : words[last + 1].start] in (
            " ",
            "-",
            "\u00a0",
        ):
            last += 1
        start, end = words[at].start, words[last].end
        before = list(_INITIALS.finditer(text, max(0, start - 6), start + 2))
        if before and before[-1].end() == start:
            start = before[-1].start()
        after = _TRAILING.match(text, end)
        yield Found(start, after.end() if after else end, "NAME", 3)
        at = last + 1


def _cued(name: str, low: str, start: int) -> bool:
    window = low[max(0, start - _CUE) : start]
    match = None
    for match in _cue(name).finditer(window):
        pass
    return match is not None and _GAP_AFTER.fullmatch(window[match.end() :]) is not None


_GAP_AFTER = regex.compile(r"[\s:,\u2013\u2014\u00ab\"\-]{1,4}")


@cache
def _cue(name: str) -> "regex.Pattern[str]":
    words = [
        *load_lexicon("ru", "privacy").get(name, ()),
        *load_lexicon("en", "privacy").get(name, ()),
    ]
    return compile_any([rf"(?<!\p{{L}})(?:{word})(?!\p{{L}})" for word in words])


@cache
def _set(language: str, key: str) -> frozenset[str]:
    return frozenset(load_lexicon("ru" if language == "ru" else "en", "privacy").get(key, ()))
