"""Names of people, Russian by dictionary and cue words, English by cue words and a list."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from copilot.rules.lexicon import fold, load_lexicon
from copilot.rules.morphology import analyser
from copilot.rules.privacy_numbers import Found, cue
from knowledge import Locale

_WORD = regex.compile(r"\p{L}[\p{L}'\u2019-]{0,40}")
_RUSSIAN = regex.compile(r"\p{Cyrillic}")
_INITIALS = regex.compile(r"(?<!\p{L})\p{Lu}\. ?(?:\p{Lu}\. ?)?(?=\p{Lu}\p{Ll})")
_TRAILING = regex.compile(r"(?: ?\p{Lu}\.){1,2}")
_AFTER_CUE = regex.compile(r"[\s:.,\u2013\u2014\u00ab\"\-]{1,4}")
_QUOTES = ("\u00ab", "\u201c", "\u201e", '"')
_THING = regex.compile(r"(?<!\p{L})(?:the|st\.?) $")
_LEAST, _SURE = 0.3, 0.75  # what the dictionary's readings as a name must add up to
_PARSED = 250  # words of a text that are looked up; longer texts repeat themselves


class _Word(NamedTuple):
    """A word of the text; `first` at the head of a sentence; `certain`, `strong` and `cued` after cue
    words of that weight; `following` the next word if nothing but a space is between; `titled` in a
    name of a thing: «Peter the Great», the Harry Potter set, St. James.
    """

    start: int
    end: int
    text: str
    low: str
    first: bool
    certain: bool
    strong: bool
    cued: bool
    following: str
    titled: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


def names(low: str, text: str) -> Iterator[Found]:
    """Yield names of people; `low` is folded and in lower case."""
    words = _words(low, text)
    yield from _joined(_russian([w for w in words if _RUSSIAN.search(w.text)]), text)
    yield from _joined(_english([w for w in words if not _RUSSIAN.search(w.text)], text), text)


def known(low: str, names_given: Sequence[str]) -> Iterator[Found]:
    """Yield the names that the card holds, in any Russian case."""
    for name in names_given:
        for part in _WORD.findall(fold(name.lower())):
            if len(part) < 3:
                continue
            stem = part if len(part) < 5 else part[:-1]
            pattern = rf"(?<!\p{{L}}){regex.escape(stem)}\p{{L}}{{0,3}}(?!\p{{L}})"
            for match in regex.finditer(pattern, low):
                yield Found(match.start(), match.end(), "NAME", 4)


def _words(low: str, text: str) -> list[_Word]:
    places = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    certain, strong, cued = (
        _after(name, low) for name in ("certain_cues", "strong_cues", "name_cues")
    )
    found: list[_Word] = []
    for n, (start, end) in enumerate(places):
        before = text[max(0, start - 3) : start].rstrip(" \u00ab\"'(")
        following = ""
        if n + 1 < len(places) and places[n + 1][0] - end == 1 and text[end] in " \u00a0":
            following = text[places[n + 1][0] : places[n + 1][1]]
        joined = bool(found) and text[found[-1].end : start] == " "
        of_thing = joined and text[start].isupper() and found[-1].titled
        found.append(
            _Word(
                start,
                end,
                text[start:end],
                low[start:end],
                first=not before or before[-1] in ".!?\n\u2026",
                certain=start in certain,
                strong=start in strong,
                cued=start in cued,
                following=following,
                titled=of_thing or _opens_title(text, start, low),
            )
        )
    return found


def _opens_title(text: str, start: int, low: str) -> bool:
    """Say whether a capital word begins what things are called: after a quotation mark or «the»."""
    before = text[max(0, start - 1) : start]
    return before in _QUOTES or _THING.search(low, max(0, start - 5), start) is not None


def _russian(words: list[_Word]) -> list[_Word]:
    shouting = sum(word.shouted for word in words) > len(words) / 2
    found: list[_Word] = []
    looked_up = 0
    for word in words:
        previous = found[-1] if found and word.start - found[-1].end <= 2 else None
        chained = previous is not None and not previous.capital and previous.strong
        if not (word.capital or word.strong or word.certain or chained) or looked_up > _PARSED:
            continue
        looked_up += 1
        lone_shout = word.shouted and not shouting and len(word.text) <= 3
        if not lone_shout and _is_russian_name(word, beside=previous is not None):
            found.append(word)
    return found


def _is_russian_name(word: _Word, *, beside: bool) -> bool:
    if word.titled and not (word.certain or word.strong or word.cued):
        return False
    score, other, lemma = _reading(word.low)
    if score < _LEAST:
        told = word.certain or (word.strong and word.capital)
        return told and len(word.low) > 2 and not _common(word.low)
    if {lemma, word.low} & _set("ru", "name_stop"):
        maybe = bool({lemma, word.low} & _set("ru", "name_maybe"))
        return maybe and (word.strong or beside or _names_follow(word))
    if word.first and other and score < _SURE:
        return word.strong or word.cued or _names_follow(word)
    return True


def _names_follow(word: _Word) -> bool:
    """Say whether a surname or patronymic comes next."""
    following = word.following
    return following[:1].isupper() and _reading(fold(following.lower()))[0] >= _LEAST


@lru_cache(maxsize=20_000)
def _reading(word: str) -> tuple[float, bool, str]:
    """Return how likely a word is a name, whether it is likely something else, and its lemma."""
    if not 1 < len(word) <= 24:
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


def _english(words: list[_Word], text: str) -> list[_Word]:
    stop = _set("en", "name_stop")
    found: list[_Word] = []
    for word in words:
        name = word.low.removesuffix("'s")
        if name in stop or len(name) < 2:
            continue
        if word.titled and not (word.certain or word.strong or word.cued):
            continue
        previous = found[-1] if found and word.start - found[-1].end == 1 else None
        if word.capital:
            if _is_english_name(word, name, text, beside=previous is not None):
                found.append(word)
        elif (
            word.certain
            or (word.strong and name in _set("en", "first_names"))
            or (previous is not None and not previous.capital and len(name) > 3)
        ):
            found.append(word)
    return found


def _is_english_name(word: _Word, name: str, text: str, *, beside: bool) -> bool:
    listed, maybe = name in _set("en", "first_names"), name in _set("en", "name_maybe")
    if word.shouted and len(word.text) > 3 and not (beside or listed):
        return False
    if beside or word.strong or (listed and not maybe):
        return True
    follows = word.following
    paired = follows[:1].isupper() and follows.lower() not in _set("en", "name_stop")
    if maybe:
        return word.cued or (paired and not word.first)
    tail = text[word.end : word.end + 2].lstrip(" ")
    signed = text[max(0, word.start - 1) : word.start] == "\n"
    return word.cued and (signed or not word.first) and (paired or not tail or tail[0] in ".,!\n")


def _joined(words: list[_Word], text: str) -> Iterator[Found]:
    """Yield neighbouring names as one, with initials before and after."""
    at = 0
    while at < len(words):
        last = at
        while last + 1 < len(words) and text[words[last].end : words[last + 1].start] in _JOINTS:
            last += 1
        start, end = words[at].start, words[last].end
        before = list(_INITIALS.finditer(text, max(0, start - 6), start + 2))
        if before and before[-1].end() == start:
            start = before[-1].start()
        after = _TRAILING.match(text, end)
        yield Found(start, after.end() if after else end, "NAME", 3)
        at = last + 1


_JOINTS = (" ", "-", "\u00a0")


def _after(name: str, low: str) -> frozenset[int]:
    """Return the places right after a cue word, with nothing but signs between."""
    gaps = (_AFTER_CUE.match(low, match.end()) for match in cue(name).finditer(low))
    return frozenset(gap.end() for gap in gaps if gap is not None)


@cache
def _set(language: Locale, key: str) -> frozenset[str]:
    return frozenset(load_lexicon(language, "privacy").get(key, ()))
