"""What the operator may give: the limits of the scripts and the sums of the case."""

from copilot.brief import Brief
from copilot.rules.evidence import Evidence
from copilot.rules.parts import topics_of
from copilot.rules.promises import Promise
from copilot.rules.quantities import Quantity, quantities
from copilot.rules.verdicts import Verdict
from knowledge import Limits

_RECORDS = 3  # deeper hits are seldom about the matter at hand


def limit_verdict(
    promise: Promise, number: Quantity, brief: Brief, evidence: Evidence
) -> tuple[Verdict, str] | None:
    """Compare a sum with the limits of the best script that has one for it, or None."""
    if number.kind not in ("money", "percent") or number.top is None or number.bound == "min":
        return None
    limits = [
        (limit, source)
        for source, record in evidence.records[:_RECORDS]
        if (limit := _limit(record.limits, number)) is not None
    ]
    if not limits:
        return None
    limit, source = max(limits, key=lambda one: one[0])
    if number.top > limit:
        return "over_limit", source
    return _within(promise, number, brief), source


def _limit(limits: Limits, number: Quantity) -> float | None:
    if number.kind == "percent":
        return limits.discount_max_pct
    if number.unit == "bonus":
        return limits.bonus_max
    if number.unit != limits.currency:
        return None
    return limits.refund_max


def _within(promise: Promise, number: Quantity, brief: Brief) -> Verdict:
    """Within the limit the sum must still be the sum of the case, where that is known."""
    if number.unit == "bonus" or number.kind == "percent":
        return "derived"
    if "refund" not in topics_of(promise.clause):
        return "derived"
    known = _sums(brief, number.unit)
    if not known:
        return "derived"
    if number.top in known:
        return "exact"
    return "derived" if number.top is not None and number.top < max(known) else "contradicts"


def _sums(brief: Brief, unit: str) -> set[float]:
    """Return the sums named on the card and in the thread, in one currency."""
    texts = [*brief.conversation.card.facts.values(), *brief.conversation.card.notes]
    texts += [message.text for message in brief.conversation.messages]
    texts += [fact.value for fact in brief.perception.facts if fact.kind == "sum"]
    return {
        q.top
        for text in texts
        for q in quantities(text, brief.now.date())
        if q.kind == "money" and q.unit == unit and q.top is not None
    }
