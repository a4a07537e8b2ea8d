"""Key facts and forbidden ones, found by meaning: 10 is not in 100, and 1,000 is 1000."""

from datetime import date
from functools import lru_cache

import regex

from copilot.rules.lexicon import fold
from copilot.rules.quantities import quantities
from copilot.rules.quantity import MINUTES, Quantity
from evals.cases import Case, Fact, Matcher, Pattern, Typed
from evals.observation import Observation
from evals.scorers.score import NA, Score, scored

_NOT_BEFORE = regex.compile(
    r"(?:\b(?:not|no|never|isn't|don't|doesn't|won't|can't|cannot|without)"
    r"|(?<!\p{L})(?:\u043d\u0435|\u043d\u0435\u0442|\u0431\u0435\u0437|\u043d\u0438\u043a\u043e\u0433\u0434\u0430))(?:\s+\p{L}+){0,2}\s*$"
)
_WINDOW = 40  # characters before a match in which a negation turns it round
_SPAN_UNITS = {"min": 1, "h": 60, "day": MINUTES["day"], "business_day": MINUTES["day"]}


def key_facts(case: Case, seen: Observation) -> Score:
    """Return the weighted share of the facts that had to be said."""
    if not case.must:
        return NA
    missing = tuple(fact.id for fact in case.must if not said(fact, seen.text, case.now.date()))
    whole = sum(fact.weight for fact in case.must)
    got = sum(fact.weight for fact in case.must if fact.id not in missing)
    return scored(got / whole, f"missing: {', '.join(missing)}" if missing else "")


def forbidden(case: Case, seen: Observation) -> Score:
    """Return 0 when anything stands there that must not."""
    if not case.must_not:
        return NA
    broken = tuple(f for f in case.must_not if said(f, seen.text, case.now.date()))
    names = ", ".join(fact.id for fact in broken)
    return scored(float(not broken), f"said: {names}" if broken else "")


def said(fact: Fact, text: str, today: date) -> bool:
    """Say whether any of a fact's matchers is in the text."""
    return any(matches(matcher, text, today) for matcher in fact.any_of)


def matches(matcher: Matcher, text: str, today: date) -> bool:
    """Say whether a matcher is in the text: words at word bounds and not negated, or a value."""
    if isinstance(matcher, Typed):
        return any(_fits(matcher, quantity) for quantity in quantities(text, today))
    pattern = matcher.re if isinstance(matcher, Pattern) else _words(matcher)
    low = fold(text.lower())
    for found in _compiled(fold(pattern.lower()) if isinstance(matcher, str) else pattern).finditer(
        low
    ):
        negated = _NOT_BEFORE.search(low[max(0, found.start() - _WINDOW) : found.start()])
        if isinstance(matcher, Pattern) or negated is None or _NOT_BEFORE.search(found.group()):
            return True
    return False


def _words(phrase: str) -> str:
    body = r"\s+".join(regex.escape(word) for word in phrase.split())
    return rf"(?<![\p{{L}}\d]){body}(?![\p{{L}}\d]|[.,]\d)"


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> "regex.Pattern[str]":
    return regex.compile(pattern, regex.IGNORECASE)


def _fits(wanted: Typed, found: Quantity) -> bool:
    if wanted.type == "contact":
        return found.kind in ("phone", "link", "email") and _bare(found.text) == _bare(
            str(wanted.lo)
        )
    if wanted.type == "date":
        return found.kind == "date" and _date_fits(wanted, found)
    kinds = {"money": ("money",), "time": ("span",), "number": ("number", "count", "percent")}
    if found.kind not in kinds[wanted.type] or found.top is None:
        return False
    if wanted.type == "money" and wanted.unit and found.unit != wanted.unit.upper():
        return False
    if wanted.type == "time" and not _same_days(wanted, found):
        return False
    scale = _SPAN_UNITS.get(wanted.unit, 1) if wanted.type == "time" else 1
    low = float(wanted.lo) * scale
    high = float(wanted.hi if wanted.hi is not None else wanted.lo) * scale
    return low <= found.top <= high


def _same_days(wanted: Typed, found: Quantity) -> bool:
    working = found.calendar == "business"
    return not (wanted.unit == "business_day" and not working) and not (
        wanted.unit == "day" and working
    )


def _date_fits(wanted: Typed, found: Quantity) -> bool:
    if found.top is None:
        return False
    first = date.fromisoformat(str(wanted.lo)).toordinal()
    last = date.fromisoformat(str(wanted.hi or wanted.lo)).toordinal()
    return first <= found.top <= last


def _bare(text: str) -> str:
    return regex.sub(r"[^\p{L}\d@.]", "", text.lower()).removeprefix("https").rstrip(".")
