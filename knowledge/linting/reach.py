"""Scripts that their own trigger examples do not find."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from knowledge.documents import Document, Script
from knowledge.hits import Hit, Query
from knowledge.linting.problem import Problem, Rule, problem

TOP = 3
_Search = Callable[[Query], tuple[Hit, ...]]


def reach(
    documents: Sequence[Document],
    search: _Search,
    on: date,
    on_progress: Callable[[int, int], None] | None = None,
) -> Iterator[Problem]:
    """Yield scripts that no example brings among the first three hits, or fewer than half do."""
    asked = [
        one
        for one in documents
        if isinstance(one.record, Script) and one.status == "active" and _holds(one, on)
    ]
    for n, document in enumerate(asked, start=1):
        yield from _reached(document, search, on)
        if on_progress:
            on_progress(n, len(asked))


def _reached(document: Document, search: _Search, on: date) -> Iterator[Problem]:
    script = document.record
    examples = script.trigger_examples if isinstance(script, Script) else ()
    found, instead = 0, ""
    for example in examples:
        if 2 * found >= len(examples):
            return
        query = Query(
            text=example, kind="script", locale=document.locale, brand=document.brand or None,
            on=on, top_k=TOP,
        )  # fmt: skip
        hits = [hit.document for hit in search(query)]
        found += document.id in hits
        if document.id not in hits and hits and not instead:
            instead = hits[0]
    if 2 * found >= len(examples):
        return
    rule: Rule = "hard_to_reach" if found else "unreachable"
    yield problem(
        document.id,
        rule,
        "warning" if found else "error",
        place="trigger_examples",
        others=(instead,) if instead else (),
        found=found,
        examples=len(examples),
        other=instead,
    )


def _holds(document: Document, on: date) -> bool:
    first, last = document.valid_from, document.valid_to
    return (first is None or first <= on) and (last is None or last >= on)
