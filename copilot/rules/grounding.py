"""Hard claims of a draft against its sources: sums, shares, terms, dates, hours, contacts, counts."""

from collections.abc import Iterator
from typing import Any

from copilot.rules.evidence import Statement
from copilot.rules.lexicon import fold, language_of, load_lexicon, patterns
from copilot.rules.numbers import spelled
from copilot.rules.parts import topics_of
from copilot.rules.promises import Promise
from copilot.rules.quantities import Quantity, quantities
from copilot.rules.stems import stems
from copilot.rules.verdicts import SUPPORTED, add_business_days, compare_sum
from copilot.rules.view import View
from copilot.suggestion import CommitmentCheck, Finding
from knowledge import Severity

_DAY = 1440
_SMALL = 4  # «two options», «3 steps»: counting our own words is no claim
_CONTACTS = ("phone", "link", "email")
_SEVERITY: dict[str, Severity] = {
    "absent": "critical",
    "over_limit": "critical",
    "contradicts": "critical",
    "better_than_policy": "critical",
    "outdated_source": "high",
    "unit_calendar_vs_business": "high",
    "condition_missing": "medium",
}
_SPOKEN = ("free", "nothing_to_do")  # promises by their words, whatever the verb
_ABSOLUTE = ("never_again", "guarantee")  # a matter of tone: nobody can say such a thing


def promises_kept(view: View) -> Iterator[Finding]:
    """Yield the promises that no source carries, or that go beyond what it allows."""
    for promise, check in view.promises:
        severity = _severity(promise, check)
        if severity is None or (promise.name == "no_charge" and _undone(view)):
            continue
        details: dict[str, str] = view.wording["details"]
        why = details.get(check.verdict, "").replace("{source}", check.source)
        why = why.replace("{wanted}", check.rewrite.partition(": ")[2])
        absolute = promise.name in _ABSOLUTE
        yield view.finding(
            "absolute_guarantee" if absolute else "unverified_promise",
            "absolute_guarantee" if absolute else "unverified_promise",
            "high" if absolute else severity,
            (check.start, check.end),
            why="" if absolute else why,
            replacement=check.rewrite,
        )


def grounding(view: View) -> Iterator[Finding]:
    """Yield numbers and contacts that stand in no source.

    What a person of ours writes is doubted only where a source on the same matter says otherwise:
    they may see more than we do. What was composed must be found in the sources.
    """
    promised = [(check.start, check.end) for _, check in view.promises]
    statements = view.evidence.statements
    for claim in quantities(view.text, view.brief.now.date()):
        if any(start <= claim.start and claim.end <= end for start, end in promised):
            continue
        if _no_claim(claim, view) or any(_carries(s, claim, view) for s in statements):
            continue
        severity = _claim_severity(claim, view)
        if severity is not None:
            why: str = view.wording["details"]["claim"]
            yield view.finding(
                "claim", "unverified_promise", severity, (claim.start, claim.end),
                why=why.replace("{value}", claim.text.strip()),
            )  # fmt: skip


def _undone(view: View) -> bool:
    """«I've switched it off, you won't be charged again»: what is done carries what follows."""
    return patterns(view.language, "promises", "undone").search(view.low) is not None


def _severity(promise: Promise, check: CommitmentCheck) -> Severity | None:
    if check.verdict in SUPPORTED and check.verdict != "condition_missing":
        return None
    if check.verdict == "absent":
        return _severity_of_absent(promise, check)
    severity = _SEVERITY[check.verdict]
    return "high" if check.type == "action" and severity == "critical" else severity


def _severity_of_absent(promise: Promise, check: CommitmentCheck) -> Severity | None:
    words: dict[str, Any] = load_lexicon(language_of(promise.text), "promises")
    known = {lemma for group in words["deeds"].values() for lemma in group} | {*words["events"]}
    guessed = promise.name not in known and promise.name not in words["phrases"]
    mild = guessed or promise.name in words["mild_events"] or _loose(promise)
    if (mild or promise.running) and not promise.numbers and promise.name not in _SPOKEN:
        # «I'm refunding it now» is done in front of our eyes, «it will show up» a way of speaking;
        # a call by somebody is worth a hint.
        called = check.type == "action" and "reply" in topics_of(promise.clause)
        return "low" if called and not promise.running else None
    if promise.name == "nothing_to_do":
        return "low"
    if check.type == "action" or promise.name == "free":
        return "medium"
    return "high" if check.scope == "third_party" else "critical"


def _loose(promise: Promise) -> bool:
    """«Your request will be looked at»: so little is said that nobody can hold us to it."""
    low = fold(promise.text.lower())
    grave = patterns(language_of(low), "promises", "grave").search(low)
    return promise.name == "participle" and grave is None


def _no_claim(claim: Quantity, view: View) -> bool:
    """Say whether these words claim nothing: today, two options, a time of our own."""
    figures = any(char.isdigit() for char in claim.text)
    if claim.kind == "free" or (claim.kind == "date" and not figures):
        return True
    if claim.kind == "span" and not figures and not spelled(claim.text, language_of(claim.text)):
        return True  # «half a day», «for a week»: a way of speaking
    if claim.kind in ("number", "count"):
        lone = view.text[max(0, claim.start - 1) : claim.start] in ("", "\n")
        return claim.top is None or claim.top <= _SMALL or lone
    return False


def _carries(statement: Statement, claim: Quantity, view: View) -> bool:
    if claim.kind in _CONTACTS:
        return any(q.kind == claim.kind and q.unit == claim.unit for q in statement.numbers)
    return any(_same(claim, other, view) for other in statement.numbers)


def _same(claim: Quantity, other: Quantity, view: View) -> bool:
    if claim.kind in ("money", "percent"):
        return compare_sum(claim, other) in ("exact", "derived")
    if claim.kind == "date":
        return claim.top is None or claim.top in _days(other, view)
    ends, theirs = {claim.low, claim.high} - {None}, {other.low, other.high} - {None}
    if claim.kind == "clock":
        hours = {end / 60 for end in ends if end is not None}
        return (other.kind == "clock" and ends <= theirs | {None}) or bool(hours & theirs)
    if claim.kind == "span":
        return other.kind == "span" and bool(ends & theirs) and claim.calendar == other.calendar
    return bool(ends & theirs) or str(int(claim.top or 0)) in other.text


def _days(other: Quantity, view: View) -> set[float]:
    """Return the days that a source's date names, or that its term reaches from now."""
    today = view.brief.now.date()
    days: set[float] = {float(today.toordinal())}
    if other.kind == "date":
        days |= {end for end in (other.low, other.high) if end is not None}
    if other.kind == "span" and other.top is not None:
        count = round(other.top / _DAY)
        due = add_business_days(today, count) if other.calendar == "business" else None
        days.add(float(due.toordinal() if due else today.toordinal() + count))
    return days


def _claim_severity(claim: Quantity, view: View) -> Severity | None:
    if view.draft.origin != "operator":
        return "critical" if claim.kind not in ("clock", "number", "count") else "high"
    if claim.kind in ("money", "percent", "span") and _contested(claim, view):
        return "medium"
    return None


def _contested(claim: Quantity, view: View) -> bool:
    """Say whether a source speaks of the same matter with another number of the same kind."""
    sentence = next((s for s in view.sentences if s.start <= claim.start < s.end), None)
    if sentence is None:
        return False
    about, topics = stems(sentence.text), topics_of(sentence.text)
    return any(
        statement.kind in ("record", "text", "card")
        and (topics & statement.topics)
        and len(about & statement.stems) >= 2
        and any(q.kind == claim.kind for q in statement.numbers)
        for statement in view.evidence.statements
    )
