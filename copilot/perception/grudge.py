"""Turns of phrase that betray a grudge, or content, in messages without a word of anger."""

from collections import Counter
from functools import cache, lru_cache
from typing import Literal

from copilot.perception.lexicon import EXCEPT, phrases_of
from copilot.perception.phrases import Match, Phrasebook
from copilot.perception.turns import Turn
from knowledge import Locale

Turned = Literal["in_vain", "again", "aggrieved", "mocking", "satisfied"]
TURNED: tuple[Turned, ...] = ("in_vain", "again", "aggrieved", "mocking", "satisfied")
_FILE = "grudge"
_LOCALES: tuple[Locale, ...] = ("ru", "en")


def grudges(turn: Turn) -> Counter[str]:
    """Count the different turns of phrase of each kind in a turn; they are no signals."""
    total = Counter[str]()
    for heard in turn.heard:
        total.update(_counted(heard.folded))
    return total


@lru_cache(maxsize=1_024)
def _counted(folded: str) -> Counter[str]:
    total = Counter[str]()
    for language in _LOCALES:
        matches = list(_book(language).find(folded))
        for label in TURNED:
            undone = [match for match in matches if match.label == EXCEPT + label]
            end = -1
            for match in matches:
                if match.label == label and match.start >= end and not _inside(match, undone):
                    total[label] += 1
                    end = match.end
    return total


def _inside(match: Match, undone: list[Match]) -> bool:
    return any(other.start < match.end and match.start < other.end for other in undone)


@cache
def _book(language: Locale) -> Phrasebook:
    return Phrasebook(phrases_of(language, (_FILE,)))
