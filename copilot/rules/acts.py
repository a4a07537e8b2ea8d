"""What the sentences of a reply do: apologise, empathise, take up the facts, blame, promise a time."""

from functools import cache
from typing import Literal

import regex
from pydantic import Field

from copilot.conversation import Frozen
from copilot.rules.act_model import shown
from copilot.rules.act_signs import signs_of
from copilot.rules.lexicon import compile_any, fold, load_lexicon
from copilot.rules.parts import sentences_of
from copilot.rules.stems import stems
from knowledge import Locale

_SPECIFIC = 2  # content words beside the formula from which a sentence speaks of this very case
_THEIRS = 1.5  # log odds that two words of the customer's own add to a paraphrase
_FEELING = ("apologise", "empathy", "ack")
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
        for kind, name in _names(low, language, theirs=theirs):
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
    signs = signs_of(low, language)
    echo = {"ack": _THEIRS} if theirs and len(stems(low) & theirs) >= _SPECIFIC else None
    heard = shown(signs, extra=echo)
    acts = [name for name, pattern in _patterns(language, "acts").items() if pattern.search(low)]
    faults = [n for n, pattern in _patterns(language, "faults").items() if pattern.search(low)]
    for names, group in ((acts, "acts"), (faults, "faults")):
        by_sign: dict[str, str] = load_lexicon(language, "acts")["by_sign"][group]
        names += [name for name, sign in by_sign.items() if sign in signs and name not in names]
    # «What happened on your side?» wonders; a question blames only by more than naming the side.
    wonders = "question" in signs and "your_side" in signs and "why_you" not in signs
    blames = "blame_customer" in (shown(signs - {"your_side"}) if wonders else heard)
    acts += [name for name in heard if name != "blame_customer" and not (blames and name == "ack")]
    if "check_right" in signs or ("recap" in signs and "question" in signs):
        acts.append("confirm_understanding")
    elif "question" in signs:
        acts = [name for name in acts if name not in ("follow_up", "answer")]
    faults += ["blame_customer"] * blames
    return [*(("act", name) for name in acts), *(("fault", name) for name in faults)]


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
