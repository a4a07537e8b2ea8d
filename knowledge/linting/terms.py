"""Terms that contradict each other: limits and promises of two scripts in one matter, two articles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from knowledge.documents import Commitment, Document, Precondition, Script
from knowledge.linting.doubles import meet
from knowledge.linting.likeness import ONE_MATTER, ONE_QUESTION, Likeness, Pair
from knowledge.linting.measures import likeness, measures, subject
from knowledge.linting.problem import Problem, problem
from knowledge.sources.ids import question_key

_LIMITS = ("refund_max", "bonus_max", "discount_max_pct", "compensation_max_pct")
_ONE_THING = 0.5  # of the words around two numbers


def contradictions(
    documents: Sequence[Document],
    records: Iterable[Pair],
    articles: Iterable[Pair],
    at: Likeness | None,
) -> Iterator[Problem]:
    """Yield scripts and articles of one matter whose numbers do not agree."""
    known = {one.id: one for one in documents}
    scripts = [
        one for one in documents if isinstance(one.record, Script) and one.status == "active"
    ]
    pairs = set(_of_one_intent(scripts))
    pairs |= {(p.one, p.two) for p in records if at and p.whole >= at.at(ONE_MATTER)}
    for one, two in sorted(pairs):
        left, right = known[one].record, known[two].record
        if isinstance(left, Script) and isinstance(right, Script) and meet(known[one], known[two]):
            yield from _of_scripts(one, left, two, right)
    asking = set(_of_one_question(documents))
    asking |= {(p.one, p.two) for p in articles if at and p.asked >= at.at(ONE_QUESTION)}
    for one, two in sorted(asking):
        if meet(known[one], known[two]):
            yield from _of_articles(known[one], known[two])


def _of_one_intent(scripts: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Yield pairs of scripts with one intent, or with a trigger example in common."""
    shelves: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for document in scripts:
        script = document.record
        if not isinstance(script, Script):
            continue
        keys = {("intent", script.intent.strip().casefold())} if script.intent.strip() else set()
        keys |= {("example", question_key(example)) for example in script.trigger_examples}
        for kind, key in keys:
            shelves[document.locale, kind, key].append(document.id)
    yield from _pairs(shelves)


def _of_one_question(documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    shelves: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in documents:
        if one.record is None and one.question and one.status == "active":
            shelves[one.locale, question_key(one.question)].append(one.id)
    yield from _pairs(shelves)


def _pairs(shelves: Mapping[Any, list[str]]) -> Iterator[tuple[str, str]]:
    for ids in shelves.values():
        ordered = sorted(set(ids))
        for i, one in enumerate(ordered):
            yield from ((one, two) for two in ordered[i + 1 :])


def _of_scripts(one: str, left: Script, two: str, right: Script) -> Iterator[Problem]:
    if _apart(left.preconditions, right.preconditions):
        return
    for name in _LIMITS:
        here, there = getattr(right.limits, name), getattr(left.limits, name)
        if here is not None and there is not None and here != there:
            yield _contradiction(two, one, f"limits.{name}", name, _plain(here), _plain(there))
    for n, own in enumerate(right.commitments):
        for other in left.commitments:
            if _differ(own, other):
                yield _contradiction(
                    two, one, f"commitments.{n}", own.text, _bounds(own), _bounds(other)
                )


def _differ(one: Commitment, other: Commitment) -> bool:
    """Say whether two promises of one thing have other bounds."""
    if one.type != other.type or one.unit != other.unit or not one.unit:
        return False
    about = likeness(subject(one.text), subject(other.text))
    if one.id != other.id and about < _ONE_THING:
        return False
    left = (one.min_value, one.max_value, one.calendar)
    right = (other.min_value, other.max_value, other.calendar)
    return left != right


def _apart(one: Sequence[Precondition], two: Sequence[Precondition]) -> bool:
    """Say whether no case can fulfil the preconditions of both."""
    return any(left.field == right.field and _exclude(left, right) for left in one for right in two)


def _exclude(left: Precondition, right: Precondition) -> bool:
    if left.op == right.op == "=":
        return left.value != right.value
    if {left.op, right.op} == {"=", "!="}:
        return left.value == right.value
    low, high = _span(left)
    other_low, other_high = _span(right)
    if high == other_low:
        return "<" in (left.op, right.op) or ">" in (left.op, right.op)
    if other_high == low:
        return "<" in (left.op, right.op) or ">" in (left.op, right.op)
    return high < other_low or other_high < low


def _span(condition: Precondition) -> tuple[float, float]:
    """Return between which numbers a value may lie; anything where it is no number."""
    value = condition.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("-inf"), float("inf")
    spans = {
        "<": (float("-inf"), float(value)),
        "<=": (float("-inf"), float(value)),
        ">": (float(value), float("inf")),
        ">=": (float(value), float("inf")),
        "=": (float(value), float(value)),
    }
    return spans.get(condition.op, (float("-inf"), float("inf")))


def _of_articles(one: Document, two: Document) -> Iterator[Problem]:
    """Yield a unit in which two answers to one question share no number."""
    here = [*measures(two.answer or two.body)]
    there = [*measures(one.answer or one.body)]
    for unit in sorted({own.unit for own in here}):
        pairs = [
            (own, other)
            for own in here
            for other in there
            if own.unit == other.unit == unit and likeness(own.about, other.about) >= _ONE_THING
        ]
        if pairs and not any(own.agrees(other) for own, other in pairs):
            own, other = pairs[0]
            yield _contradiction(
                two.id, one.id, "answer", two.question or two.title, own.span, other.span
            )


def _contradiction(
    document: str, other: str, place: str, what: str, here: str, there: str
) -> Problem:
    return problem(
        document,
        "contradiction",
        "error",
        place=place,
        others=(other,),
        other=other,
        what=what,
        here=here,
        there=there,
    )


def _bounds(one: Commitment) -> str:
    low, high = one.min_value, one.max_value
    numbers = [_plain(value) for value in dict.fromkeys((low, high)) if value is not None]
    said = "\u2013".join(numbers)
    if low is None and high is not None:
        said = f"\u2264 {said}"
    if high is None and low is not None:
        said = f"\u2265 {said}"
    return " ".join(part for part in (said, one.calendar or "", one.unit or "") if part)


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
