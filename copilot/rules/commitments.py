"""Promises of a draft, each with the verdict of the sources on it."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from copilot.brief import Brief
from copilot.rules.evidence import Evidence, Statement, gather
from copilot.rules.lexicon import fold, language_of, load_lexicon, patterns
from copilot.rules.limits import limit_verdict
from copilot.rules.parts import Part, clauses_of, topics_of
from copilot.rules.promises import Promise, promises
from copilot.rules.quantities import MINUTES, Quantity
from copilot.rules.stems import stems
from copilot.rules.verdicts import GRAVITY, SUPPORTED, Verdict, compare_sum, compare_time, worst
from copilot.suggestion import CommitmentCheck, Draft

_NEVER = frozenset({"never_again", "punish"})  # nobody can promise these
_SEVERAL = 2  # numbers that do not agree by chance
_NEAR = 3  # words in common from which a sentence is about the same
_CLEAR = 2.0  # likeness at which two texts certainly speak of the same matter
_VAGUE = 0.3  # likeness at which only the same number counts
_ANSWERED = frozenset({"review", "search", "dispute"})  # matters that end with an answer
_TURNED: dict[Verdict, Verdict] = {"weaker": "over_limit", "better_than_policy": "derived"}
_TIMES, _SUMS = ("span", "date", "clock"), ("money", "percent", "free")


class Ruling(NamedTuple):
    """A verdict with the source it rests on."""

    verdict: Verdict
    source: str
    wanted: str = ""


def commitments(draft: Draft, brief: Brief) -> tuple[CommitmentCheck, ...]:
    """Return every promise of a draft, normalised, with scope and verdict.

    Numbers are compared with the limits and commitments of the hits' records first, then with the
    numbers in hits, card and our own earlier messages. Likeness alone never supports a promise.
    """
    return tuple(check for _, check in judge(draft, brief, gather(brief)))


def judge(
    draft: Draft, brief: Brief, evidence: Evidence
) -> tuple[tuple[Promise, CommitmentCheck], ...]:
    """Return every promise of a draft as heard and as checked, from evidence already gathered."""
    text = draft.text
    language = language_of(text, otherwise=brief.perception.language)
    heard = promises(text, language, brief.now.date())
    return tuple((promise, _check(promise, brief, evidence, text)) for promise in heard)


def _check(promise: Promise, brief: Brief, evidence: Evidence, text: str) -> CommitmentCheck:
    ruling = rule_on(promise, brief, evidence, text)
    value, unit = _measure(next(iter(promise.numbers), None), brief.now.date())
    return CommitmentCheck(
        span=promise.text,
        start=promise.start,
        end=promise.end,
        type=promise.type,
        scope=promise.scope,
        verdict=ruling.verdict,
        value=value,
        unit=unit,
        source=ruling.source,
        rewrite=_rewrite(promise, ruling),
    )


def rule_on(promise: Promise, brief: Brief, evidence: Evidence, text: str) -> Ruling:
    """Say whether the sources carry a promise."""
    settled = _by_itself(promise)
    if settled is not None:
        return settled
    said = evidence.says(promise.about)
    if said is not None:
        return Ruling("outdated_source" if said.outdated else "exact", said.source)
    numbers = [q for q in promise.numbers if q.kind in (*_TIMES, *_SUMS)]
    ruling = _deed(promise, evidence)
    if numbers and not (promise.name == "no_charge" and ruling.verdict == "derived"):
        ruling = _numbers(promise, numbers, brief, evidence)
    return _with_condition(ruling, evidence, text)


def _by_itself(promise: Promise) -> Ruling | None:
    """Rule on what no source can carry, and on what needs none."""
    if promise.name in _NEVER:
        return Ruling("absent", "")
    if promise.name == "hedge":
        return Ruling("weaker", "")
    return Ruling("derived", "") if promise.scope == "own_followup" else None


def _numbers(promise: Promise, numbers: list[Quantity], brief: Brief, evidence: Evidence) -> Ruling:
    """Rule on a promise with numbers: the gravest of the verdicts on each."""
    whole = _whole(numbers, brief, evidence)
    if whole is not None:
        return whole
    found = [(number, _number(promise, number, brief, evidence)) for number in numbers]
    if any(n.kind == "clock" and ruling.verdict in SUPPORTED for n, ruling in found):
        # «By 19:00» in a source is today's, when it is today that we say it of.
        found = [(n, ruling) for n, ruling in found if not _today(n, brief)]
    gravest = worst([ruling.verdict for _, ruling in found])
    return next(ruling for _, ruling in found if ruling.verdict == gravest)


def _whole(numbers: list[Quantity], brief: Brief, evidence: Evidence) -> Ruling | None:
    """A source that holds every number of a promise, two or more, is about the same, however it is
    worded: «the visit: 15 May, 9 to 13».
    """
    if len(numbers) < _SEVERAL:
        return None
    for statement in evidence.statements:
        if statement.kind == "customer" or statement.negative or statement.outdated:
            continue
        others = statement.numbers
        if all(any(_compare(n, o, brief, gives=False) == "exact" for o in others) for n in numbers):
            return Ruling("exact", statement.source)
    return None


def _today(number: Quantity, brief: Brief) -> bool:
    return number.kind == "date" and number.top == brief.now.date().toordinal()


def _number(promise: Promise, number: Quantity, brief: Brief, evidence: Evidence) -> Ruling:
    limit = limit_verdict(promise, number, brief, evidence)
    best = _best(promise, number, brief, evidence)
    if best is not None and (best.verdict == "exact" or limit is None):
        return best
    if best is not None and best.verdict in SUPPORTED and limit and limit[0] != "over_limit":
        return best
    if limit is not None:
        return Ruling(*limit)
    return Ruling("absent", "")


def _best(promise: Promise, number: Quantity, brief: Brief, evidence: Evidence) -> Ruling | None:
    """Compare with every number about the same matter; the nearest in words decides."""
    found: list[tuple[float, int, Ruling]] = []
    language = language_of(promise.clause)
    gives = (
        patterns(language, "promises", "benefits").search(fold(promise.clause.lower())) is not None
    )
    for statement in evidence.statements:
        if statement.kind == "customer" or statement.negative:
            continue
        likeness = _likeness(promise, statement, near=_near(promise, number))
        if number.kind == "free" and likeness >= _CLEAR and _paid(statement):
            found.append((likeness, 0, Ruling("contradicts", statement.source, statement.text)))
        for other in statement.numbers:
            verdict = _compare(number, other, brief, gives=gives)
            if verdict is None or (likeness <= _VAGUE and verdict != "exact") or likeness <= 0:
                continue
            if statement.outdated and verdict in SUPPORTED:
                verdict = "outdated_source"
            bonus = 0.6 if verdict in SUPPORTED else 0.0
            ruling = Ruling(verdict, statement.source, other.text)
            found.append((likeness + bonus, -GRAVITY.index(verdict), ruling))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _paid(statement: Statement) -> bool:
    """Say whether a source puts a price on the matter."""
    low = fold(statement.text.lower())
    paid = patterns(language_of(low), "promises", "paid").search(low) is not None
    return paid and not any(q.kind == "free" for q in statement.numbers)


def _compare(number: Quantity, other: Quantity, brief: Brief, *, gives: bool) -> Verdict | None:
    if number.kind == "free" or other.kind == "free":
        return "exact" if number.kind == other.kind else None
    if number.kind in _TIMES:
        usable = other.kind in _TIMES or (number.kind == "clock" and other.kind == "number")
        verdict = compare_time(number, other, brief.now) if usable else None
        if gives and number.kind == "span" and verdict in _TURNED:
            return _TURNED[verdict]  # more access, a longer warranty: more than the source gives
        return verdict
    if other.kind == "number" and number.kind == "money" and number.unit == "bonus":
        other = other._replace(kind="money", unit="bonus")  # «bonuses: up to 300»
    return compare_sum(number, other)


def _near(promise: Promise, number: Quantity) -> str:
    """Return the words in which a number stands, when they are not those of the verb."""
    inside = number.text in promise.clause
    if inside:
        return promise.clause
    parts = clauses_of(Part(0, len(promise.about), promise.about), language_of(promise.about))
    return next((part.text for part in parts if number.text in part.text), promise.clause)


def _likeness(promise: Promise, statement: Statement, *, near: str = "") -> float:
    clause = stems(near or promise.clause)
    topics = topics_of(promise.clause) or topics_of(promise.about)
    shared = topics & statement.topics
    same = len(clause & statement.stems)
    around = len(stems(promise.about) & statement.around)
    if topics and statement.topics and not shared and same < 2:
        # «An answer within a day»: the term of a check is the term of its answer, if it is the same;
        # and a sentence of the source with the same words may name its matter in another clause.
        akin = topics == {"reply"} and statement.topics & _ANSWERED
        return _VAGUE if akin or around >= _NEAR else 0.0
    likeness = 2.0 * min(len(shared), 1) + 1.5 * same + 0.3 * around
    # Words in common are missing, but the promise names no matter of its own either.
    return likeness or (0.0 if topics else _VAGUE)


def _deed(promise: Promise, evidence: Evidence) -> Ruling:
    """Look for a source that says the same is done, or that it is not."""
    if promise.name == "no_charge" and (free := _free_source(promise, evidence)):
        return Ruling("derived", free)
    denied = ""
    wanted = stems(promise.clause)
    topics = topics_of(promise.clause) or topics_of(promise.about)
    for statement in evidence.statements:
        if statement.kind == "customer":
            continue
        shared = bool(topics & statement.topics)
        near = len(wanted & (statement.stems | statement.around))
        if not (near >= 2 or (shared and near >= 1)):
            continue
        if statement.negative:
            denied = denied or statement.source
        elif not (promise.name == "guarantee" and "warranty" not in statement.topics):
            return Ruling("outdated_source" if statement.outdated else "exact", statement.source)
    return Ruling("contradicts", denied) if denied else Ruling("absent", "")


def _free_source(promise: Promise, evidence: Evidence) -> str:
    """Where a source says that the matter is free, there is no fee for it."""
    about = stems(promise.about)
    return next(
        (
            statement.source
            for statement in evidence.statements
            if statement.kind != "customer"
            and any(q.kind == "free" for q in statement.numbers)
            and about & (statement.stems | statement.around)
        ),
        "",
    )


def _with_condition(ruling: Ruling, evidence: Evidence, text: str) -> Ruling:
    if ruling.verdict not in SUPPORTED or not ruling.source:
        return ruling
    said = stems(text)
    for statement in _of(evidence, ruling.source):
        asked = stems(statement.condition)
        if statement.kind != "ours" and asked and not asked & said:
            return Ruling("condition_missing", ruling.source, statement.condition)
    return ruling


def _of(evidence: Evidence, source: str) -> Iterator[Statement]:
    return (s for s in evidence.statements if s.source == source and s.kind in ("record", "card"))


def _measure(number: Quantity | None, today: date) -> tuple[float | None, str]:
    """Return the value and unit as they were said: days from today for a date, hours of the day
    under the unit `clock` for an hour.
    """
    if number is None or number.top is None or number.kind == "free":
        return None, ""
    if number.kind == "date":
        return number.top - today.toordinal(), "day"
    if number.kind == "clock":
        return number.top / 60, "clock"
    if number.kind == "span":
        return number.top / MINUTES[number.unit], number.unit
    return float(number.top), number.unit


def _rewrite(promise: Promise, ruling: Ruling) -> str:
    """Suggest what the source allows to say, in the language of the draft."""
    language = language_of(promise.text)
    words: dict[str, str] = load_lexicon(language, "wording")["rewrites"]
    template = words.get(ruling.verdict, "")
    if ruling.verdict == "absent" and promise.scope == "third_party":
        template = words["third_party"]
    if not template or ("{wanted}" in template and not ruling.wanted):
        return ""
    return template.replace("{wanted}", ruling.wanted)
