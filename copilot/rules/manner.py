"""The customer's language and the right form of address."""

from collections.abc import Iterator

import regex

from copilot.rules.lexicon import patterns
from copilot.rules.parts import unquoted
from copilot.rules.tone import address_of
from copilot.rules.view import View
from copilot.suggestion import Finding

_LETTERS = regex.compile(r"\p{L}")
_FEW = 12  # a draft of fewer letters («OK», a link) is of no language


def language(view: View) -> Iterator[Finding]:
    """Yield one finding when the draft is not in the language of the customer."""
    wanted = view.brief.perception.language
    if view.language == wanted or len(_LETTERS.findall(view.text)) < _FEW:
        return
    why = view.wording["details"]["language"]
    yield view.finding("language", "jargon", "high", (0, len(view.text)), why=why)


def register(view: View) -> Iterator[Finding]:
    """Yield familiar address where it is not wanted, and both forms of address in one text."""
    if view.language != "ru":
        return
    text = unquoted(view.low)
    familiar = [match.span() for match in patterns("ru", "manner", "ty").finditer(text)]
    polite = [match.span() for match in patterns("ru", "manner", "vy").finditer(text)]
    if not familiar:
        return
    if address_of(view.brief) == "vy":
        if not view.has_own_rule("familiarity"):
            yield view.finding("familiarity", "familiarity", "high", familiar[0])
    elif polite:
        why = view.wording["details"]["mixed"]
        yield view.finding("mixed", "familiarity", "medium", polite[0], why=why)
