"""Similar cases: what was said once in a matter like this, and whether it worked."""

from collections.abc import Sequence

from copilot.conversation import Frozen
from knowledge import Case, Framework, Hit

MAX_CASES = 3


class SimilarCase(Frozen):
    """A past case as the operator sees it beside the reply; never a source of facts.

    `reply` is our first message in it; `antipattern` marks what is shown as "not like this".
    """

    hit: str
    title: str
    framework: Framework
    worked: bool
    antipattern: bool
    lesson: str
    reply: str = ""


def similar_cases(hits: Sequence[Hit], *, limit: int = MAX_CASES) -> tuple[SimilarCase, ...]:
    """Return at most `limit` cases, best first, each document once; an antipattern stands last.

    Of several antipatterns only the nearest is kept: one warning is read, three are noise.
    """
    found: dict[str, SimilarCase] = {}
    for hit in hits:
        if hit.kind == "case" and hit.strength != "none" and isinstance(hit.record, Case):
            found.setdefault(hit.document, _case(hit, hit.record))
    good = [case for case in found.values() if not case.antipattern]
    bad = [case for case in found.values() if case.antipattern][:1]
    return (*good[: limit - len(bad)], *bad)


def _case(hit: Hit, case: Case) -> SimilarCase:
    replies = [turn.text for turn in case.turns if turn.role == "operator"]
    return SimilarCase(
        hit=hit.id,
        title=case.title,
        framework=case.framework,
        worked=case.outcome == "worked",
        antipattern=case.antipattern,
        lesson=case.lesson or case.worked_because,
        reply=replies[0] if replies else "",
    )
