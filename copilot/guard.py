"""The last look at a draft before a person sees it: every rule over every draft."""

from collections.abc import Sequence

from copilot.brief import Brief
from copilot.rules import Ruleset, review
from copilot.suggestion import Draft, Suggestion

MAX_SUGGESTIONS = 3


def guard(drafts: Sequence[Draft], brief: Brief, rules: Ruleset) -> tuple[Suggestion, ...]:
    """Return the drafts as suggestions with findings; a model's draft that breaks a critical rule,
    or that says the same as an earlier one, is dropped, an operator's own text never is.
    """
    kept: list[Suggestion] = []
    texts: set[str] = set()
    for draft in drafts:
        suggestion = Suggestion(draft=draft, findings=review(draft, brief, rules))
        broken = draft.origin == "llm" and any(finding.blocks for finding in suggestion.findings)
        if draft.origin != "operator" and (broken or not draft.text or draft.text in texts):
            continue
        texts.add(draft.text)
        kept.append(suggestion)
    return tuple(kept[:MAX_SUGGESTIONS])
