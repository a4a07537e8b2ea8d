"""Documents that say one thing twice: letter by letter, in the question, or by meaning."""

from collections.abc import Iterable, Iterator, Sequence

import regex

from knowledge.documents import Document
from knowledge.linting.likeness import (
    SAME_ARTICLE,
    SAME_EACH,
    SAME_PAGE,
    SAME_RECORD,
    SURELY,
    Likeness,
    Pair,
    by_pool,
)
from knowledge.linting.problem import Problem, Rule, problem
from knowledge.normalise import normalise

_UNSAID = {"id", "related", "scripts", "rules", "source", "owner", "reviewed_at", "sample"}
_WORD = regex.compile(r"[\p{L}\p{N}]+")


def exact(documents: Sequence[Document]) -> Iterator[Problem]:
    """Yield documents of the same words, and articles of the same question."""
    for pool in by_pool(documents).values():
        told: dict[str, Document] = {}
        asked: dict[str, Document] = {}
        for one in pool:
            whole = _said(one)
            question = _letters(one.question)
            if (first := told.setdefault(whole, one)) is not one and first.brand == one.brand:
                yield _double("duplicate", one, first.id)
            elif (
                question
                and (first := asked.setdefault(question, one)) is not one
                and meet(first, one)
            ):
                yield _double("duplicate_question", one, first.id)


def near(documents: Sequence[Document], pairs: Iterable[Pair], at: Likeness) -> Iterator[Problem]:
    """Yield pairs that say one thing in other words; those of `exact` are left out."""
    known = {one.id: one for one in documents}
    for pair in pairs:
        one, two = known[pair.one], known[pair.two]
        if (
            _is_double(pair, at, record=one.record is not None)
            and meet(one, two)
            and not _same(one, two)
        ):
            yield problem(
                two.id,
                "duplicate_near",
                "warning" if pair.whole >= at.at(SURELY) else "hint",
                others=(one.id,),
                other=one.id,
                title=one.title,
                likeness=round(100 * pair.whole),
            )


def _is_double(pair: Pair, at: Likeness, *, record: bool) -> bool:
    if record:
        return pair.whole >= at.at(SAME_RECORD)
    least = min(pair.asked, pair.said)
    enough = SAME_PAGE if pair.long else SAME_ARTICLE
    return least >= at.at(SAME_EACH) and pair.whole >= at.at(enough)


def _same(one: Document, two: Document) -> bool:
    same_question = one.question and _letters(one.question) == _letters(two.question)
    return bool(same_question) or _said(one) == _said(two)


def _said(one: Document) -> str:
    """Return all that a document says, in words alone."""
    record = one.record.model_dump_json(exclude=_UNSAID) if one.record else ""
    return _letters(f"{one.question}\n{one.body}\n{record}")


def meet(one: Document, two: Document) -> bool:
    """Say whether one customer could be offered both."""
    if one.brand and two.brand and one.brand != two.brand:
        return False
    first = max((day for day in (one.valid_from, two.valid_from) if day), default=None)
    last = min((day for day in (one.valid_to, two.valid_to) if day), default=None)
    return first is None or last is None or first <= last


def _double(rule: Rule, one: Document, other: str) -> Problem:
    return problem(one.id, rule, "warning", others=(other,), other=other)


def _letters(text: str) -> str:
    return " ".join(_WORD.findall(normalise(text).casefold().replace("\u0451", "\u0435")))
