"""Everything that is wrong with the knowledge, put together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from knowledge.documents import Document, Record, Script
from knowledge.hits import Hit, Query
from knowledge.linting.days import SOON_DAYS, days
from knowledge.linting.fields import article_fields, fields
from knowledge.linting.problem import Problem, name_of
from knowledge.linting.tone import Said, Slip, ToneCheck, tone
from knowledge.linting.twins import twins
from knowledge.linting.words import ids, labels, references, slots

if TYPE_CHECKING:
    from knowledge.linting.likeness import Likeness

__all__ = ["Means", "Problem", "Said", "Slip", "ToneCheck", "lint", "lint_documents"]

_WEIGHT = {"error": 0, "warning": 1, "hint": 2}


def lint(
    records: Iterable[Record],
    on: date,
    *,
    soon_days: int = SOON_DAYS,
    versions: Mapping[str, int] | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong with records by themselves on a day, ordered by document and rule.

    Scripts that end within `soon_days` are named too; retired ones are left in peace.
    """
    given = list(records)
    found = [*ids(given), *twins(given, versions or {}), *references(given)]
    for record in given:
        found.extend(labels(record))
        if record.status != "retired":
            found.extend(fields(record))
        if isinstance(record, Script) and record.status != "retired":
            found.extend(slots(record))
            found.extend(days(name_of(record), record.valid_to, on, soon_days=soon_days))
    return _ordered(found)


@dataclass(frozen=True)
class Means:
    """What a whole base is looked at with; what is not given is not looked at.

    `likeness` are the vectors that doubles are told by; `check` applies the tone rules, to
    `phrases` from elsewhere too; `search` tells which scripts can be reached, which takes a while.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    likeness: "Likeness | None" = None
    check: ToneCheck | None = None
    phrases: Sequence[Said] = ()
    search: Callable[[Query], tuple[Hit, ...]] | None = None
    on_progress: Callable[[int, int], None] | None = None


def lint_documents(documents: Sequence[Document], on: date, means: Means) -> tuple[Problem, ...]:
    """Return what is wrong with a whole base on a day: see `lint`, and what documents do together."""
    records = [one.record for one in documents if one.record]
    found = [*lint(records, on, versions=means.versions)]
    for one in documents:
        if one.record is None and one.status != "retired":
            found.extend(article_fields(one))
            found.extend(days(one.id, one.valid_to, on, soon_days=SOON_DAYS))
    found.extend(_together(documents, means.likeness))
    if means.check:
        found.extend(tone(documents, means.phrases, means.check))
    if means.search:
        from knowledge.linting.reach import reach

        found.extend(reach(documents, means.search, on, means.on_progress))
    return _ordered(found)


def _together(documents: Sequence[Document], alike: "Likeness | None") -> Iterator[Problem]:
    """Yield doubles and contradictions."""
    from knowledge.linting.doubles import exact, near
    from knowledge.linting.likeness import MOST, Pair, by_pool
    from knowledge.linting.terms import contradictions

    yield from exact(documents)
    records: list[Pair] = []
    articles: list[Pair] = []
    for (kind, _, plain), pool in by_pool(documents).items():
        if alike is None or len(pool) > MOST or (plain and kind != "script"):
            continue
        pairs = list(alike.article_pairs(pool) if plain else alike.record_pairs(pool))
        (articles if plain else records).extend(pairs)
        yield from near(pool, pairs, alike)
    yield from contradictions(documents, records, articles, alike)


def _ordered(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by document, the gravest first, each once."""
    unique = {problem.model_dump_json(): problem for problem in found}
    return tuple(
        sorted(
            unique.values(),
            key=lambda one: (one.document, _WEIGHT[one.severity], one.rule, one.place, one.others),
        )
    )
