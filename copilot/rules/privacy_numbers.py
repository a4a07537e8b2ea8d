"""Numbers that identify a person or open an account: found by shape and check digits or by cue."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import regex

from copilot.rules.lexicon import compile_any, load_lexicon, patterns

_RUN = regex.compile(r"(?<![\d\p{L}])\d+(?:[ .,\-_/\u2013\u2014\n\u2116]{1,3}\d+)*(?!\p{L}?\d)")
_GROUP = regex.compile(r"\d+")
_IBAN = regex.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_SSN = regex.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_NINO = regex.compile(
    r"(?<![A-Za-z])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z])", regex.IGNORECASE
)
_MIXED_ID = regex.compile(r"(?<![\p{L}\d])(?=[a-z]{0,3}\d)[a-z\d]{6,10}(?![\p{L}\d])")
_CUES = ("keep", "card", "oms", "inn", "snils", "passport", "imei", "bank", "phone")
_SNILS, _PASSPORT = ((3, 3, 3, 2), (9, 2)), ((4, 6), (2, 2, 6))
_SHORTEST = 9  # digits; shorter numbers are found by their cue words
_MOST_PAIRS = 8
_CUE = 40  # characters before a number in which a cue word counts
_NEAR = 25


class Found(NamedTuple):
    """A piece of personal data; of overlapping ones the higher `rank` is kept."""

    start: int
    end: int
    kind: str
    rank: int


class _Run(NamedTuple):
    """Groups of digits with little between them, and the cue words before the first."""

    groups: tuple["regex.Match[str]", ...]
    before: frozenset[str]
    near: frozenset[str]


class _Row(NamedTuple):
    """Neighbouring groups of digits read as one number."""

    digits: str
    shape: tuple[int, ...]
    run: _Run

    @property
    def kept(self) -> bool:
        """Said to be an order, a track, an article or the like."""
        return self.said_near("keep")

    def said(self, name: str) -> bool:
        """Say whether a cue word stands before the number."""
        return name in self.run.before

    def said_near(self, name: str) -> bool:
        """Say whether a cue word stands right before the number."""
        return name in self.run.near


def numbers(low: str, text: str) -> Iterator[Found]:
    """Yield cards, identity numbers, accounts and devices; `low` is folded and in lower case."""
    for match in _RUN.finditer(low):
        yield from _of_run(_run(match, low))
    for match in _IBAN.finditer(text):
        if _iban_valid(match.group()):
            yield Found(match.start(), match.end(), "IBAN", 9)
    for pattern, kind, rank in _shapes():
        for match in pattern.finditer(low):
            yield Found(match.start(), match.end(), kind, rank)
    for match in _MIXED_ID.finditer(low):
        if cued("passport", low, match.start()) and any(c.isdigit() for c in match.group()):
            yield Found(match.start(), match.end(), "PASSPORT", 6)


@cache
def _shapes() -> tuple[tuple["regex.Pattern[str]", str, int], ...]:
    """Return what is recognised by its look alone, over folded lower-case text."""
    return (
        (_SSN, "SSN", 6),
        (_NINO, "SSN", 6),
        (patterns("ru", "privacy", "plate"), "PLATE", 4),
        (patterns("ru", "privacy", "series"), "PASSPORT", 9),
    )


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


def _run(match: "regex.Match[str]", low: str) -> _Run:
    groups = tuple(_GROUP.finditer(low, match.start(), match.end()))
    if sum(len(group.group()) for group in groups) < _SHORTEST:
        return _Run((), frozenset(), frozenset())
    before = low[max(0, match.start() - _CUE) : match.start()]
    return _Run(groups, _cues_in(before), _cues_in(before[-_NEAR:]))


def _cues_in(before: str) -> frozenset[str]:
    return frozenset(name for name in _CUES if cue(name).search(before))


def _of_run(run: _Run) -> Iterator[Found]:
    for first, group in enumerate(run.groups):
        if len(group.group()) < 3 and (not run.before or first > _MOST_PAIRS):
            continue  # pairs of digits are a number only after a word that says so
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
    if len(digits) < _SHORTEST or len(set(digits)) == 1:
        return None
    shape = tuple(len(group.group()) for group in run.groups[first : last + 1])
    row = _Row(digits, shape, run if first == 0 else run._replace(near=frozenset()))
    return next((found for test in (_card, _identity, _account) if (found := test(row))), None)


def _card(row: _Row) -> tuple[str, int] | None:
    size, digits = len(row.digits), row.digits
    named = row.said("card")
    if size == 16 and row.said("oms"):
        return ("OMS", 9)
    printed = row.shape == (4, 4, 4, 4)  # as cards are; a slip of the finger breaks the check digit
    if size == 16 and digits[0] in "23456" and (named or printed or luhn(digits)):
        return ("CARD", 9) if named or not row.kept else None
    amex = size == 15 and digits[:2] in ("34", "37") and not row.said("imei")
    if luhn(digits) and (amex or (size in (13, 18, 19) and named)):
        return ("CARD", 8)
    return None


def _identity(row: _Row) -> tuple[str, int] | None:
    size, digits = len(row.digits), row.digits
    if size == 11 and (row.said_near("snils") or (snils_valid(digits) and row.shape in _SNILS)):
        return ("SNILS", 8)
    if size in (10, 12) and row.said_near("inn"):
        return ("INN", 8)
    if row.kept:
        return None
    if size == 12 and row.shape == (12,) and inn_valid(digits):
        return ("INN", 5)
    if size in (9, 10) and row.said("passport"):
        return ("PASSPORT", 8)
    return ("PASSPORT", 5) if row.shape in _PASSPORT and not row.said_near("phone") else None


def _account(row: _Row) -> tuple[str, int] | None:
    size, digits = len(row.digits), row.digits
    if size == 20 and digits[0] in "34":
        return ("ACCOUNT", 9)
    if size == 15 and (row.said("imei") or (luhn(digits) and not row.kept)):
        return ("IMEI", 7)
    return ("ACCOUNT", 6) if size in (8, 9) and row.said_near("bank") else None


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
