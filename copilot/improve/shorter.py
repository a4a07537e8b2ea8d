"""Shorter: what tells the customer nothing goes; facts, conditions, promises and questions stay."""

from collections.abc import Iterator

import regex

from copilot.improve.cutting import dropped, rephrased
from copilot.improve.facts import facts_of, protected, touches
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.splitting import sentences
from copilot.improve.words import pattern, sentence_pattern, swaps
from copilot.rules.lexicon import fold
from copilot.rules.parts import Part
from copilot.rules.stems import stems

_ASIDE = regex.compile(r"(?<=\S) \(([^()\n?]{3,160}+)\)")
_LETTERS = regex.compile(r"\p{L}")
_TELLING = 3  # stems from which two sentences can be told to say the same
_ALIKE = 0.8  # share of common stems from which they do


def fillers(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that drop sentences which say nothing, and greetings in mid-conversation."""
    empty = sentence_pattern(setting.language, "shorter", "fillers")
    greeting = sentence_pattern(setting.language, "shorter", "greetings")
    idle, greeted = [], []
    for n, sentence in enumerate(sentences(text)):
        low = fold(sentence.text.lower())
        if tells(text, sentence, setting):
            continue
        if empty.match(low):
            idle.append(n)
        elif setting.started and greeting.match(low):
            greeted.append(n)
    why = "filler" if idle else "greeting"
    yield from dropped(text, [*idle, *greeted], why)


def repeats(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that drop a sentence which says again what the text has said."""
    said: list[frozenset[str]] = []
    gone: list[int] = []
    for n, sentence in enumerate(sentences(text)):
        own = stems(sentence.text)
        if any(_alike(own, other) for other in said) and not tells(text, sentence, setting):
            gone.append(n)
        said.append(own)
    yield from dropped(text, gone, "repeat")


def asides(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that cut asides in brackets without facts or conditions."""
    kept = pattern(setting.language, "shorter", "conditions")
    held = protected(text)
    for match in _ASIDE.finditer(text):
        inner = match[1]
        plain = inner == inner.lower() and _LETTERS.search(inner)
        if plain and not kept.search(fold(inner)) and not touches(*match.span(), held):
            yield Edit(match.start(), match.end(), "", "aside")


def idle_words(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that cut idle words out of sentences."""
    yield from rephrased(text, swaps(setting.language, "shorter", "phrases"), "filler", setting)


def wordy(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that say longer phrases shorter."""
    yield from rephrased(text, swaps(setting.language, "shorter", "wordy"), "wordy", setting)


def tells(text: str, sentence: Part, setting: Setting) -> bool:
    """Say whether a sentence holds a fact, a name, a question, a promise or a condition."""
    facts = facts_of(sentence.text, setting.language, setting.today)
    if facts.questions or facts.promises or facts.meanings or facts.names:
        return True
    if pattern(setting.language, "shorter", "firm_conditions").search(fold(sentence.text.lower())):
        return True
    return touches(sentence.start, sentence.end, protected(text))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if len(one) < _TELLING or len(other) < _TELLING:
        return False
    return len(one & other) >= _ALIKE * len(one | other)
