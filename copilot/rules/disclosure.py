"""Secrets that nobody may ask for, and personal details where everybody reads along."""

from collections.abc import Iterator

from copilot.rules.lexicon import fold, patterns
from copilot.rules.privacy import mask
from copilot.rules.view import View
from copilot.suggestion import Finding

_PUBLIC = ("review", "social")
_REACH = 60


def secrets(view: View) -> Iterator[Finding]:
    """Yield requests for codes, passwords, PINs and whole card numbers."""
    if view.has_own_rule("ask_secret"):
        return
    for sentence in view.sentences:
        low = fold(sentence.text.lower())
        things = list(patterns(view.language, "disclosure", "secret_things").finditer(low))
        if not things or patterns(view.language, "disclosure", "secret_innocent").search(low):
            continue
        asks = list(patterns(view.language, "disclosure", "secret_asks").finditer(low))
        if any(0 <= thing.start() - ask.start() <= _REACH for ask in asks for thing in things):
            yield view.finding(
                "ask_secret", "ask_secret", "critical", (sentence.start, sentence.end)
            )


def public_details(view: View) -> Iterator[Finding]:
    """Yield personal details of anybody in a reply that the public reads."""
    if view.brief.conversation.channel not in _PUBLIC:
        return
    for span in mask(view.text).spans:
        if span.kind != "NAME":
            place = (span.start, span.end)
            yield view.finding("public_details", "public_details", "critical", place)
