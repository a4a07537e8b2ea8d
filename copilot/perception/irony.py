"""Sarcasm: words of praise beside words of failure, and phrases that are never meant as said."""

import regex

from copilot.perception.hearing import Cue, Heard
from copilot.perception.hostility import FAILURES
from copilot.perception.lexicon import words
from copilot.perception.text import Span, sentences
from copilot.perception.turns import Turn

_TROUBLE = (*sorted(FAILURES), "heat2", "heat3", "churn_threat", "profanity")
_WORD = regex.compile(r"[\p{L}']++")
_BRIEF = 5  # words; praise in a sentence of its own is ironic only when it is an exclamation


def sarcastic_words(turn: Turn) -> tuple[int, str] | None:
    """Return the number of the message and the words that are meant otherwise than said."""
    if not turn.has("ironic", "irony"):
        return None
    trouble = turn.has(*_TROUBLE, "heat1")
    for message, heard, cue in turn.cues("ironic"):
        if trouble:
            return message, heard.span(cue)
    for message, heard in zip(turn.messages, turn.heard, strict=True):
        if beside := _beside_failure(heard):
            return message, heard.span(beside)
    return None


def _beside_failure(heard: Heard) -> Cue | None:
    cut = sentences(heard.text)
    for number, sentence in enumerate(cut):
        for cue in _inside(heard, sentence, ("irony",)):
            if _contradicted(heard, cut, number, cue):
                return cue
    return None


def _contradicted(heard: Heard, cut: tuple[Span, ...], number: int, cue: Cue) -> bool:
    sentence = cut[number]
    trouble = [
        c for c in _inside(heard, sentence, _TROUBLE) if c.end <= cue.start or c.start >= cue.end
    ]
    if trouble:
        return not _turned(heard.folded[sentence.start : sentence.end])
    following = cut[number + 1] if number + 1 < len(cut) else None
    brief = len(_WORD.findall(sentence.text)) <= _BRIEF
    if following is None or not brief or (number == 0 and _polite(cue, heard)):
        return False
    after = heard.folded[following.start : following.end]
    return bool(_inside(heard, following, _TROUBLE)) and not _turned(after)


def _inside(heard: Heard, sentence: Span, labels: tuple[str, ...]) -> list[Cue]:
    return [c for c in heard.of(*labels) if sentence.start <= c.start and c.end <= sentence.end]


def _turned(folded: str) -> bool:
    """Say whether a sentence turns («but»): then its praise is meant."""
    turns = words("ru").adversatives | words("en").adversatives
    return any(word in turns for word in _WORD.findall(folded))


def _polite(cue: Cue, heard: Heard) -> bool:
    return heard.folded[cue.start : cue.end].startswith(
        ("thank", "\u0441\u043f\u0430\u0441\u0438\u0431")
    )
