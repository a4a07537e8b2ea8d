"""The one engine: every rule over a draft, one finding a span."""

from collections.abc import Callable, Iterable, Iterator

from copilot.brief import Brief
from copilot.rules.disclosure import public_details, secrets
from copilot.rules.grounding import grounding, promises_kept
from copilot.rules.layout import brackets, length, long_sentences, repeated
from copilot.rules.ledger import broken
from copilot.rules.manner import language, register
from copilot.rules.reask import reask, retry
from copilot.rules.ruleset import Ruleset
from copilot.rules.tone import tone
from copilot.rules.view import View
from copilot.suggestion import Draft, Finding
from knowledge import Severity

Rule = Callable[[View], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    brackets,
    secrets,
    public_details,
    promises_kept,
    broken,
    grounding,
    reask,
    retry,
    language,
    register,
    tone,
    length,
    long_sentences,
    repeated,
)
_WEIGHT: dict[Severity, int] = {"critical": 3, "high": 2, "medium": 1, "low": 0}


def review(draft: Draft, brief: Brief, rules: Ruleset) -> tuple[Finding, ...]:
    """Return what the rules find in a draft, in order of place, at most one finding a span."""
    view = View(draft, brief, rules)
    found = [finding for rule in RULES for finding in rule(view)]
    return tuple(sorted(_apart(found, rules), key=lambda f: (f.start, f.end, f.rule)))


def _apart(found: Iterable[Finding], rules: Ruleset) -> Iterator[Finding]:
    """Keep the gravest of findings on one span; the narrower one among equals.

    Two findings are on one span when they are of one type and overlap, or share most of it: a word
    inside a long promise is a matter of its own.
    """
    kept: list[Finding] = []
    ordered = sorted(found, key=lambda f: (-_WEIGHT[f.severity], f.end - f.start, f.start, f.rule))
    for finding in ordered:
        if not rules.allows(finding.rule):
            continue
        if not any(_same_span(finding, other) for other in kept):
            kept.append(finding)
            yield finding


def _same_span(one: Finding, other: Finding) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    if shared <= 0:
        return False
    union = max(one.end, other.end) - min(one.start, other.start)
    return one.type == other.type or shared * 2 >= union
