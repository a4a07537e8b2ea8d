"""What the sentences of a reply do: apologise, empathise, take up the facts, blame, promise a time."""

from functools import cache
from typing import Literal

import regex
from pydantic import Field

from copilot.conversation import Frozen
from copilot.rules.lexicon import compile_any, fold, load_lexicon
from copilot.rules.morphology import is_past
from copilot.rules.parts import sentences_of
from copilot.rules.stems import stems
from knowledge import Locale

_SPECIFIC = 2  # content words beside the formula from which a sentence speaks of this very case
_FEELING = ("apologise", "empathy", "ack")
_WORD = regex.compile(r"\p{L}{4,}")
_NUMBER = regex.compile(r"\d")
_QUOTED = regex.compile(
    r"\u00ab[^\u00bb]{0,300}\u00bb|\u201c[^\u201d]{0,300}\u201d|\"[^\"\n]{0,300}\""
)


class Act(Frozen):
    """A reply act or fault of the label vocabulary in one sentence, `text[start:end]`.

    `specific` says that the sentence names something of this case and is no formula; for acts of
    which that cannot be said it is true.
    """

    name: str
    kind: Literal["act", "fault"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    specific: bool = True


def acts_of(text: str, language: Locale, *, about: str = "") -> tuple[Act, ...]:
    """Label every sentence of a reply with the acts and faults it shows, in order.

    A sentence may do several things at once, and most replies put two steps into one sentence.

    Args:
        text: The reply.
        language: The language it is written in.
        about: What the customer wrote, if known: a statement in their words takes up their facts.
    """
    theirs = stems(about)
    found: list[Act] = []
    for sentence in sentences_of(text):
        low = _QUOTED.sub(lambda m: " " * len(m[0]), fold(sentence.text.lower()))
        names = _names(low, language, theirs=theirs)
        for kind, name in names:
            found.append(
                Act(
                    name=name,
                    kind=kind,
                    start=sentence.start,
                    end=sentence.end,
                    text=sentence.text,
                    specific=name not in _FEELING or _is_specific(low, language),
                )
            )
    return tuple(found)


def _names(
    low: str, language: Locale, *, theirs: frozenset[str]
) -> list[tuple[Literal["act", "fault"], str]]:
    acts = [name for name, pattern in _patterns(language, "acts").items() if pattern.search(low)]
    faults = [n for n, pattern in _patterns(language, "faults").items() if pattern.search(low)]
    if "ack" not in acts and _takes_up(low, acts, language, theirs):
        acts.append("ack")
    if low.rstrip().endswith("?") and "confirm_understanding" not in acts:
        acts = [name for name in acts if name not in ("ack", "follow_up", "answer")]
    if "blame_customer" in faults:
        acts = [name for name in acts if name not in ("ack", "empathy")]
    return [*(("act", name) for name in acts), *(("fault", name) for name in faults)]


def _takes_up(low: str, acts: list[str], language: Locale, theirs: frozenset[str]) -> bool:
    """Say whether a statement tells what happened: in the customer's words, or in the past."""
    if {"next_step", "thanks", "ask"} & set(acts):
        return False
    if len(stems(low) & theirs) >= _SPECIFIC:
        return True
    return language == "ru" and any(is_past(word) for word in _WORD.findall(low))


def _is_specific(low: str, language: Locale) -> bool:
    """Say whether words are left when the formula and its like are taken away."""
    left = stems(low) - _generic(language)
    return len(left) >= _SPECIFIC or _NUMBER.search(low) is not None


@cache
def _generic(language: Locale) -> frozenset[str]:
    words: list[str] = load_lexicon(language, "acts")["generic"]
    return frozenset(stem for word in words for stem in stems(word))


@cache
def _patterns(language: Locale, group: str) -> dict[str, "regex.Pattern[str]"]:
    table: dict[str, list[str]] = load_lexicon(language, "acts")[group]
    return {name: compile_any(alternatives) for name, alternatives in table.items()}
