"""Surges: many conversations about the same thing within a short time, told to a lead.

Pairs of content words are counted by conversation within the last half hour and compared with the
day before by the upper tail of a Poisson distribution: how surprising so many would be if they came
as they always do. Nothing is switched on by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from math import exp

import regex

from copilot.conversation import Frozen
from copilot.rules.stems import stems

WINDOW = timedelta(minutes=30)
BEFORE = timedelta(hours=24)
FEWEST = 5  # conversations; fewer are a coincidence
_CHANCE = 1e-3
_LEAST_USUAL = 0.5  # conversations a window, so that a quiet day does not make every word a surge
_MOST_STEMS = 40  # of one conversation; a long mail has no more matters than a short one
_MOST_SURGES = 3
_SAME = 0.5  # of the conversations shared makes two pairs one surge
_WORD = regex.compile(r"\p{L}{3,}")


class Spoken(Frozen):
    """What a customer wrote: in which conversation, when."""

    conversation: str
    at: datetime
    text: str


class Surge(Frozen):
    """Conversations about one thing: its words as they wrote them, and how many are usual."""

    words: tuple[str, ...]
    conversations: tuple[str, ...]
    usual: float


def surges(messages: Iterable[Spoken], now: datetime) -> tuple[Surge, ...]:
    """Return what is written about unusually often in the last half hour, largest first."""
    recent: dict[str, set[str]] = defaultdict(set)
    before: dict[str, set[str]] = defaultdict(set)
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for message in messages:
        if not now - WINDOW - BEFORE <= message.at <= now:
            continue
        fresh = message.at >= now - WINDOW
        (recent if fresh else before)[message.conversation] |= stems(message.text)
        if fresh:
            _remember(words, message.text)
    usual = _by_pair(before)
    found = [
        (pair, conversations, len(usual[pair]) * (WINDOW / BEFORE))
        for pair, conversations in _by_pair(recent).items()
        if len(conversations) >= FEWEST
    ]
    unusual = [one for one in found if _tail(len(one[1]), max(one[2], _LEAST_USUAL)) < _CHANCE]
    unusual.sort(key=lambda one: (-len(one[1]), one[2], one[0]))
    return tuple(
        Surge(
            words=tuple(words[stem].most_common(1)[0][0] for stem in pair if words[stem]),
            conversations=tuple(sorted(conversations)),
            usual=round(rate, 2),
        )
        for pair, conversations, rate in _apart(unusual)
    )


_Found = tuple[tuple[str, str], set[str], float]


def _apart(found: Sequence[_Found]) -> list[_Found]:
    """Keep one pair of those that the same conversations have."""
    kept: list[_Found] = []
    for one in found:
        if all(len(one[1] & other[1]) < _SAME * len(one[1]) for other in kept):
            kept.append(one)
    return kept[:_MOST_SURGES]


def _by_pair(said: dict[str, set[str]]) -> dict[tuple[str, str], set[str]]:
    pairs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for conversation, found in said.items():
        for first, second in combinations(sorted(found)[:_MOST_STEMS], 2):
            pairs[first, second].add(conversation)
    return pairs


def _remember(words: dict[str, Counter[str]], text: str) -> None:
    for word in _WORD.findall(text.lower()):
        for stem in stems(word):
            words[stem][word] += 1


def _tail(count: int, rate: float) -> float:
    """Return the chance of `count` or more where `rate` are expected (Poisson)."""
    term = exp(-rate)
    below = 0.0
    for n in range(count):
        below += term
        term *= rate / (n + 1)
    return max(0.0, 1.0 - below)
