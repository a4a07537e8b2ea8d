"""Secrets and birthdays: codes, CVV, PIN and passwords, which are never given back."""

from collections.abc import Iterator
from functools import cache

import regex

from copilot.rules.lexicon import load_lexicon
from copilot.rules.numbers import longest_first
from copilot.rules.privacy_numbers import Found, cue

_CODE = regex.compile(r"(?<![\d\p{L}.,\-/])(?:\d{4,8}|\d{3}[ -]\d{3})(?![\d\p{L}]|[.,/-]\d)")
_SHORT = regex.compile(r"(?<![\d\p{L}.,\-/])\d{3,4}(?![\d\p{L}]|[.,/-]\d)")
_PIN = regex.compile(r"(?<![\d\p{L}])\d{4,6}(?![\d\p{L}])")
_EXPIRY = regex.compile(r"(?<!\d)(?:0[1-9]|1[0-2]) ?[/.] ?(?:20)?\d{2}(?!\d)")
_TOKEN = regex.compile(r"[^\s,;\u00ab\u00bb\"'()]{3,40}")
_DATE = regex.compile(
    r"(?<![\d.])\d{1,2}[. /\-]\d{1,2}[. /\-](?:19|20)?\d{2}(?![\d.]\d)|(?<!\d)(?:19|20)\d{2}-\d{2}-\d{2}(?!\d)"
)
_YEAR = regex.compile(r"(?<!\d)(?:19[2-9]\d|20[01]\d)(?!\d)")
_AFTER, _BEFORE = 30, 12


def secrets(low: str, text: str) -> Iterator[Found]:
    """Yield codes, CVV, PIN, passwords and card expiries; `low` is folded and in lower case."""
    yield from _numbers_after("code", _CODE, "CODE", low)
    yield from _numbers_after("cvv", _SHORT, "CVV", low)
    yield from _numbers_after("pin", _PIN, "PIN", low)
    yield from _passwords(low, text)
    if cue("card").search(low):
        for match in _EXPIRY.finditer(low):
            if _said_before("expiry", low, match.start()) or _follows_card(low, match.start()):
                yield Found(match.start(), match.end(), "EXPIRY", 6)


def births(low: str) -> Iterator[Found]:
    """Yield dates of birth: dates beside a word of birth."""
    for match in cue("birth").finditer(low):
        window = (max(0, match.start() - 30), min(len(low), match.end() + 30))
        for pattern in (_DATE, _worded_date(), _YEAR):
            dates = list(pattern.finditer(low, *window))
            if dates:
                best = min(
                    dates,
                    key=lambda d: min(abs(d.start() - match.end()), abs(match.start() - d.end())),
                )
                yield Found(best.start(), best.end(), "DOB", 6)
                break


def _numbers_after(
    name: str, pattern: "regex.Pattern[str]", kind: str, low: str
) -> Iterator[Found]:
    for match in cue(name).finditer(low):
        if kind == "CODE" and _harmless(low, match.start(), match.end()):
            continue
        after = pattern.search(low, match.end(), min(len(low), match.end() + _AFTER))
        if after is None:
            window = max(0, match.start() - _BEFORE)
            after = pattern.search(low, window, match.start())
        if after is not None:
            yield Found(after.start(), after.end(), kind, 8)


def _harmless(low: str, start: int, end: int) -> bool:
    window = low[max(0, start - 15) : end + 20]
    return cue("code_keep").search(window) is not None


def _passwords(low: str, text: str) -> Iterator[Found]:
    for match in cue("password").finditer(low):
        sign = _is_sign().match(low, match.end())
        at = sign.end() if sign else match.end()
        token = _TOKEN.search(low, at, min(len(low), at + 45))
        if token is None or low[at : token.start()].strip(" \u00ab\"'"):
            continue
        written = text[token.start() : token.end()].rstrip(".!?")
        explicit = sign is not None and low[sign.start() : sign.end()].strip()[-1:] in ":="
        if explicit or (sign is not None and _odd(written)) or _random(written):
            yield Found(token.start(), token.start() + len(written), "PASSWORD", 8)


def _odd(written: str) -> bool:
    """Latin letters, digits or signs inside: no common word of a Russian sentence."""
    return any(char.isdigit() or char in "!@#$%^&*_+" for char in written)


def _random(written: str) -> bool:
    digits = any(char.isdigit() for char in written)
    letters = any(char.isalpha() for char in written)
    return digits and letters and len(written) >= 5


def _said_before(name: str, low: str, start: int) -> bool:
    return cue(name).search(low[max(0, start - 20) : start]) is not None


def _follows_card(low: str, start: int) -> bool:
    return sum(char.isdigit() for char in low[max(0, start - 24) : start]) >= 13


@cache
def _is_sign() -> "regex.Pattern[str]":
    words = [*load_lexicon("ru", "privacy")["is"], *load_lexicon("en", "privacy")["is"]]
    wordy = rf"(?:\s\p{{L}}{{1,15}}){{0,3}}?\s{{0,2}}(?:{longest_first(words)})\s{{0,2}}"
    return regex.compile(wordy)


@cache
def _worded_date() -> "regex.Pattern[str]":
    months = [
        *load_lexicon("ru", "quantities")["months"],
        *load_lexicon("en", "quantities")["months"],
    ]
    month = "|".join(months)
    return regex.compile(
        rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th|-?\p{{L}}{{1,2}})? (?:of )?(?:{month})(?:,? ?(?:19|20)?\d{{2,4}})?"
        rf"|(?<!\p{{L}})(?:{month}) \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}"
    )
