"""Small signs in what was written: acts of our own messages, and words that change the answer.

The wording lives in `copilot/wording`; patterns there are searched in lower case with \u0451 folded
to \u0435. What a message of ours does is read by the rule engine, so that everybody sees the same.
"""

from functools import cache, lru_cache
from typing import Any

import regex

from copilot.brief import Perception
from copilot.packaged import packaged
from knowledge import Locale

_COUNTS = (2, 3, 4, 5, 6, 10)  # that the wording files have words for
_READ_CHARS = 4_000  # an act shows within the first lines; the rest of a long mail adds none


@cache
def wording(language: Locale) -> dict[str, Any]:
    """Return the wording file of a language as it stands."""
    loaded: dict[str, Any] = packaged("wording", f"{language}.yaml")
    return loaded


@cache
def speech(language: Locale, name: str) -> dict[str, Any]:
    """Return one more wording file of a language: how things are put, for one purpose."""
    loaded: dict[str, Any] = packaged("wording", f"{name}_{language}.yaml")
    return loaded


def folded(text: str) -> str:
    """Return `text` in lower case with \u0451 as \u0435, cut to what is worth reading."""
    return text[:_READ_CHARS].lower().replace("\u0451", "\u0435").replace("\u2019", "'")


@cache
def _patterns(language: Locale, group: str) -> dict[str, regex.Pattern[str]]:
    table: dict[str, Any] = wording(language)[group]
    return {
        name: regex.compile("|".join(alternatives), regex.MULTILINE)
        for name, alternatives in table.items()
        if isinstance(alternatives, list) and all(isinstance(a, str) for a in alternatives)
    }


# What the acts of the rule engine are called here, where it goes by another name.
_KNOWN_AS = {"apologise": "apology", "ack": "paraphrase", "ask": "question"}


@lru_cache(maxsize=1024)
def acts_of(text: str, language: Locale) -> frozenset[str]:
    """Return the acts that one of our messages shows, such as apology, paraphrase or options."""
    from copilot.rules import acts_of as labelled

    found = {act.name for act in labelled(text[:_READ_CHARS], language) if act.kind == "act"}
    return frozenset(found | {_KNOWN_AS[name] for name in found if name in _KNOWN_AS})


@cache
def _signs(language: Locale, book: str, sign: str) -> regex.Pattern[str]:
    patterns: list[str] = speech(language, book)[sign]
    return regex.compile("|".join(patterns), regex.IGNORECASE)


def shows(text: str, sign: str, language: Locale, *, book: str = "cards") -> bool:
    """Say whether a text shows a sign of one of the further wording files."""
    return _signs(language, book, sign).search(folded(text)) is not None


def without(text: str, sign: str, language: Locale, *, book: str = "cards") -> str:
    """Return a text, folded, without what shows a sign of one of the further wording files."""
    return _signs(language, book, sign).sub(" ", folded(text))


def hears(text: str, cue: str, language: Locale, *, group: str = "cues") -> bool:
    """Say whether a text holds a cue such as `no_apology` or `bot_question`."""
    return _patterns(language, group)[cue].search(folded(text)) is not None


def themes_of(text: str, language: Locale) -> tuple[str, ...]:
    """Return what the matter touches in the person's life: child, gift, work and so on."""
    read = folded(text)
    return tuple(name for name, p in _patterns(language, "themes").items() if p.search(read))


def contact_number(perception: Perception) -> str:
    """Return which contact this is, as the customer counts ("third"), or an empty string."""
    count = contact_count(perception)
    return ordinal(count, perception.language) if count else ""


def contact_count(perception: Perception) -> int:
    """Return which contact this is as a number, or 0 where the customer does not count."""
    for signal in perception.signals:
        if signal.name != "repeat_contact":
            continue
        read = folded(signal.span)
        if _patterns(perception.language, "cues")["counts_days"].search(read):
            continue
        ordinals = list(_patterns(perception.language, "ordinals").values())
        for count, pattern in reversed(list(zip(_COUNTS, ordinals, strict=True))):
            if pattern.search(read):
                return count
    return 0


def ordinal(count: int, language: Locale) -> str:
    """Return a count as the word that numbers it: 3 is "third"."""
    return str(list(wording(language)["ordinals"])[_COUNTS.index(count)])
