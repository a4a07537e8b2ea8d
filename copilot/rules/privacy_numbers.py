"""Numbers that identify a person or open an account: found by shape and check digits or by cue."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import regex

from copilot.rules.lexicon import compile_any, load_lexicon, patterns

_RUN = regex.compile(r"(?<![\d\p{L}])\d+(?:[ .,\-_/\u2013\u2014\n]{1,3}\d+)*(?!\p{L}?\d)")
_GROUP = regex.compile(r"\d+")
_IBAN = regex.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_SSN = regex.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_NINO = regex.compile(
    r"(?<![A-Za-z])[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z])", regex.IGNORECASE
)
_MIXED_ID = regex.compile(r"(?<![\p{L}\d])(?=[a-z]{0,3}\d)[a-z\d]{6,10}(?![\p{L}\d])")
_CUE = 40  # characters before a number in which a cue word counts
_NEAR = 25


class Found(NamedTuple):
    """A piece of personal data; of overlapping ones the higher `rank` is kept."""

    start: int
    end: int
    kind: str
    rank: int


class _Run(NamedTuple):
    groups: tuple["regex.Match[str]", ...]
    before: str
    near: str


def numbers(low: str, text: str) -> Iterator[Found]:
    """Yield cards, identity numbers, accounts and devices; `low` is folded and in lower case."""
    for match in _RUN.finditer(low):
        groups = tuple(_GROUP.finditer(low, match.start(), match.end()))
        run = _Run(groups, low[max(0, match.start() - _CUE) : match.start()],
                   low[max(0, match.start() - _NEAR) : match.start()])  # fmt: skip
        yield from _of_run(run)
    for match in _IBAN.finditer(text):
        if _iban_valid(match.group()):
            yield Found(match.start(), match.end(), "IBAN", 9)
    for match in _SSN.finditer(low):
        yield Found(match.start(), match.end(), "SSN", 6)
    for match in _NINO.finditer(low):
        yield Found(match.start(), match.end(), "SSN", 6)
    for match in patterns("ru", "privacy", "plate").finditer(low):
        yield Found(match.start(), match.end(), "PLATE", 4)
    for match in _MIXED_ID.finditer(low):
        if cued("passport", low, match.start()) and any(c.isdigit() for c in match.group()):
            yield Found(match.start(), match.end(), "PASSPORT", 6)


def cued(name: str, low: str, start: int, reach: int = _CUE) -> bool:
    """Say whether a cue word of a kind stands shortly before a place."""
    return cue(name).search(low[max(0, start - reach) : start]) is not None


@cache
def cue(name: str) -> "regex.Pattern[str]":
    """Return the cue words of both languages as one pattern."""
    words = [
        *load_lexicon("ru", "privacy").get(name, ()),
        *load_lexicon("en", "privacy").get(name, ()),
    ]
    return compile_any([rf"(?<![\p{{L}}])(?:{word})(?!\p{{L}})" for word in words])


def _of_run(run: _Run) -> Iterator[Found]:
    for first in range(len(run.groups)):
        digits = ""
        for last in range(first, min(first + 8, len(run.groups))):
            digits += run.groups[last].group()
            if len(digits) > 20:
                break
            kind = _kind(digits, first, last, run)
            if kind is not None:
                yield Found(run.groups[first].start(), run.groups[last].end(), *kind)


def _kind(digits: str, first: int, last: int, run: _Run) -> tuple[str, int] | None:
    """Name what a row of digit groups is, with its rank, or None."""
    size = len(digits)
    if size < 9 or len(set(digits)) == 1:
        return None
    shape = tuple(len(group.group()) for group in run.groups[first : last + 1])
    at_start = first == 0
    for test in (_card, _identity, _account):
        if found := test(digits, shape, run if at_start else run._replace(near="")):
            return found
    return None


def _card(digits: str, shape: tuple[int, ...], run: _Run) -> tuple[str, int] | None:
    size = len(digits)
    if cue("oms").search(run.before) and size == 16:
        return ("OMS", 9)
    named = cue("card").search(run.before) is not None
    if size == 16 and digits[0] in "23456" and (luhn(digits) or (named and _even(shape))):
        return None if cue("keep").search(run.near) and not named else ("CARD", 9)
    if (
        size == 15
        and digits[:2] in ("34", "37")
        and luhn(digits)
        and not cue("imei").search(run.before)
    ):
        return ("CARD", 8)
    if size in (13, 18, 19) and luhn(digits) and named:
        return ("CARD", 8)
    return None


def _identity(digits: str, shape: tuple[int, ...], run: _Run) -> tuple[str, int] | None:
    size = len(digits)
    if (
        size == 11
        and snils_valid(digits)
        and (shape in ((3, 3, 3, 2), (9, 2)) or cue("snils").search(run.before))
    ):
        return ("SNILS", 8)
    if size == 11 and cue("snils").search(run.near):
        return ("SNILS", 8)
    if size in (10, 12) and cue("inn").search(run.near):
        return ("INN", 8)
    if size == 12 and shape == (12,) and inn_valid(digits) and not cue("keep").search(run.near):
        return ("INN", 5)
    if size in (9, 10) and cue("passport").search(run.before) and not cue("keep").search(run.near):
        return ("PASSPORT", 8)
    if (
        shape in ((4, 6), (2, 2, 6))
        and not cue("keep").search(run.near)
        and not cue("phone").search(run.near)
    ):
        return ("PASSPORT", 5)
    return None


def _account(digits: str, shape: tuple[int, ...], run: _Run) -> tuple[str, int] | None:
    size = len(digits)
    if size == 20 and digits[0] in "34":
        return ("ACCOUNT", 9)
    if size == 15 and luhn(digits) and not cue("keep").search(run.near):
        return ("IMEI", 7)
    if size == 15 and cue("imei").search(run.before):
        return ("IMEI", 7)
    return None


def _even(shape: tuple[int, ...]) -> bool:
    return shape in ((16,), (4, 4, 4, 4), (8, 8), (4, 12), (4, 4, 8))


def luhn(digits: str) -> bool:
    """Check a number by the Luhn formula (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def snils_valid(digits: str) -> bool:
    """Check the last two digits of a Russian pension number."""
    total = sum(
        int(char) * weight for char, weight in zip(digits[:9], range(9, 0, -1), strict=True)
    )
    return total % 101 % 100 == int(digits[9:])


def inn_valid(digits: str) -> bool:
    """Check the last digits of a Russian tax number of 10 or 12 digits."""
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    checks = (10,) if len(digits) == 10 else (11, 12)
    return all(
        sum(int(d) * w for d, w in zip(digits, weights[12 - size :], strict=False)) % 11 % 10
        == int(digits[size - 1])
        for size in checks
    )


def _iban_valid(written: str) -> bool:
    plain = written.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
