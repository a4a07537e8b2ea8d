"""The last look at a draft before a person sees it: every rule over every draft."""

from collections.abc import Sequence

from copilot.brief import Brief
from copilot.rules import Ruleset, review
from copilot.suggestion import SLOT, Draft, Finding, Suggestion

MAX_SUGGESTIONS = 3


def guard(drafts: Sequence[Draft], brief: Brief, rules: Ruleset) -> tuple[Suggestion, ...]:
    """Return the drafts as suggestions with findings; a model's draft that breaks a critical rule,
    or that says the same as an earlier one, is dropped, an operator's own text never is.
    """
    kept: list[Suggestion] = []
    texts: set[str] = set()
    for draft in drafts:
        found = review(draft, brief, rules)
        suggestion = Suggestion(draft=draft, findings=_without_slots(found, draft))
        broken = draft.origin == "llm" and any(finding.blocks for finding in suggestion.findings)
        if draft.origin != "operator" and (broken or not draft.text or draft.text in texts):
            continue
        texts.add(draft.text)
        kept.append(suggestion)
    return tuple(kept[:MAX_SUGGESTIONS])


def _without_slots(findings: tuple[Finding, ...], draft: Draft) -> tuple[Finding, ...]:
    """Leave out what the rules say of open brackets: those block by themselves, and are named."""
    open_slots = [match.span() for match in SLOT.finditer(draft.text)]
    return tuple(
        finding
        for finding in findings
        if not any(start <= finding.start and finding.end <= end for start, end in open_slots)
    )
