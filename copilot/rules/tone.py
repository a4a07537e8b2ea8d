"""Tone: the company's rules on how it does not speak, applied to a draft in its context."""

from collections.abc import Iterator

from copilot.brief import Brief
from copilot.rules.ruleset import CompiledRule
from copilot.rules.view import View
from copilot.suggestion import Finding
from knowledge import Applies, ToneRule

_MOST = 3  # findings of one rule in one draft; more teach nothing
_MIRRORED = ("jargon", "emoji")  # fine where the customer writes so
_HEAD = 5  # letters by which a word of ours is known among theirs


def tone(view: View) -> Iterator[Finding]:
    """Yield what the tone rules of the draft's language find."""
    for compiled in view.rules.rules(view.language):
        if applies(compiled.rule.applies, view.brief):
            yield from _findings(compiled, view)


def applies(condition: Applies, brief: Brief) -> bool:
    """Say whether the context is the one a rule speaks of; all given conditions must hold."""
    perception = brief.perception
    low, high = condition.min_hostility, condition.max_hostility
    channels, failure = condition.channels, condition.failure
    return (
        (low is None or perception.hostility >= low)
        and (high is None or perception.hostility <= high)
        and (not channels or brief.conversation.channel in channels)
        and (failure is None or perception.failure == failure)
        and _of_thread(condition, brief)
        and (not condition.any_signal or perception.has(*condition.any_signal))
        and not (condition.no_signal and perception.has(*condition.no_signal))
    )


def _of_thread(condition: Applies, brief: Brief) -> bool:
    started, b2b, address = condition.thread_started, condition.b2b, condition.address
    return (
        (started is None or bool(brief.conversation.operator_texts) == started)
        and (b2b is None or brief.perception.has("b2b") == b2b)
        and (address is None or address_of(brief) == address)
    )


def address_of(brief: Brief) -> str:
    """Return how the customer is addressed: the brand's way, unless they asked for first names."""
    return "ty" if "ty" in (brief.voice.address, brief.perception.address) else "vy"


def _findings(compiled: CompiledRule, view: View) -> Iterator[Finding]:
    rule = compiled.rule
    places = [place for place in _matches(compiled, view) if not _mirrors(rule, place, view)]
    if len(places) < rule.applies.min_count:
        return
    if rule.applies.only_if_missing and compiled.missing.search(view.folded):
        return
    if rule.applies.min_count > 1:
        places = places[rule.applies.min_count - 1 :]
    for start, end in places[:_MOST]:
        yield Finding(
            rule=rule.id,
            type=rule.type,
            severity=rule.severity,
            span=view.text[start:end],
            start=start,
            end=end,
            why=view.wording["whys"].get(rule.type, ""),
            replacement=rule.replacement,
        )


def _mirrors(rule: ToneRule, place: tuple[int, int], view: View) -> bool:
    """Say whether a word stands there that the customer uses too."""
    if rule.type not in _MIRRORED:
        return False
    word = view.low[slice(*place)].strip()
    return word[:_HEAD] in view.theirs


def _matches(compiled: CompiledRule, view: View) -> list[tuple[int, int]]:
    """Return where the patterns match, without what stands in an innocent context."""
    text, there, place = view.squeezed.text, view.letters, view.squeezed.place
    found = {place(span) for one in compiled.patterns for span in one.spans(text, there)}
    if not found:
        return []
    innocent = [place(span) for one in compiled.innocent for span in one.spans(text, there)]
    places: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if any(start < right and left < end for left, right in innocent):
            continue
        if not places or start >= places[-1][1]:
            places.append((start, end))
    return places


__all__ = ["address_of", "applies", "tone"]
