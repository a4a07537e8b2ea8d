"""The open request in one line: what the customer wants, without greeting, rant and insult."""

from typing import NamedTuple

import regex

from copilot.perception.hearing import CRITICAL, Heard
from copilot.perception.hostility import FAILURES
from copilot.perception.shape import shape_of
from copilot.perception.text import Span, sentences
from copilot.perception.turns import Turn

MAX_CHARS = 200  # of a request; longer ones blur the search
_SAYS_LITTLE = {"waiting_unanswered", "reask_complaint", "repeat_contact", "churn_threat"}
_MATTERS = ((FAILURES - _SAYS_LITTLE) | CRITICAL) | frozenset({
    "refund_request", "cancel_request", "how_to", "status_request", "privacy_request", "suggestion",
    "compensation_request", "customer_error", "impossible_request", "third_party_fault",
    "want_human", "off_topic", "praise",
})  # fmt: skip
_RANT = ("heat3", "heat2", "profanity", "insult_operator", "violence_threat", "ironic")
_EMPTY = ("greeting", "farewell", "thanks", "politeness", "nudge", "assent")
_STRIPPED = ("greeting", "insult_operator", "profanity")
_EDGE = regex.compile(r"^[\s,.!?;:\-\u2013\u2014()\"]++|[\s,;:\-\u2013\u2014(]++$")
_SPACES = regex.compile(r"\s++")
_WORD = regex.compile(r"[\p{L}\p{N}]++")


class _Candidate(NamedTuple):
    score: int
    asks: bool
    text: str


def requests_of(turns: tuple[Turn, ...]) -> tuple[str, ...]:
    """Return the open requests, the main one first, each in one line of at most 200 characters.

    A last turn that only nudges, agrees or names a number keeps the earlier request open; one that
    only thanks closes it.
    """
    for back, turn in enumerate(reversed(turns)):
        if found := _in_turn(turn):
            return found
        if back == 0 and _closes(turn):
            return ()
    return ()


def _closes(turn: Turn) -> bool:
    return turn.has("thanks", "praise") and not turn.has("nudge", *FAILURES)


def _in_turn(turn: Turn) -> tuple[str, ...]:
    candidates = [
        candidate
        for heard in turn.heard
        for sentence in sentences(heard.text)
        if (candidate := _candidate(heard, sentence))
    ]
    best = [c for c in candidates if c.score > 0] or _anything_said(turn, candidates)
    if not best:
        return ()
    asking = [c.text for c in best if c.asks and c.score >= 2]
    main = _joined(best)
    others = [text for text in asking if text not in main] if len(asking) > 1 else []
    return tuple(dict.fromkeys([main, *(asking if len(asking) > 1 else others)]))[:6]


def _anything_said(turn: Turn, candidates: list[_Candidate]) -> list[_Candidate]:
    """Take a rant as the request when there is nothing else and it is more than a nod."""
    if turn.has("nudge", "thanks", "praise") and shape_of(turn.text).words <= 6:
        return []
    return [c for c in candidates if shape_of(c.text).words >= 4]


def _joined(candidates: list[_Candidate]) -> str:
    """Join the weightiest sentences in their own order while they fit into one line."""
    order = sorted(range(len(candidates)), key=lambda n: (-candidates[n].score, n))
    chosen: list[int] = []
    room = MAX_CHARS
    for number in order:
        size = len(candidates[number].text) + 1
        if size <= room:
            chosen.append(number)
            room -= size
    if not chosen:
        return _cut(candidates[order[0]].text)
    return " ".join(candidates[number].text for number in sorted(chosen))


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    end = text.rfind(" ", 0, MAX_CHARS)
    return text[: end if end > 0 else MAX_CHARS]


def _candidate(heard: Heard, sentence: Span) -> _Candidate | None:
    text = _stripped(heard, sentence)
    if not _WORD.search(text):
        return None
    labels = {c.label for c in heard.cues if sentence.start <= c.start and c.end <= sentence.end}
    asks = sentence.text.rstrip(')" ').endswith("?") or bool(labels & {"ask_verb", "how_to"})
    score = _score(labels, asks=asks, text=text)
    return _Candidate(score, asks, _SPACES.sub(" ", text))


def _score(labels: set[str], *, asks: bool, text: str) -> int:
    matters = len(labels & _MATTERS)
    words = shape_of(text).words
    if not matters and (words <= 1 or _says_nothing(labels, words)):
        return 0
    score = 2 * min(matters, 3) + 2 * asks + ("question" in labels) + ("ask_verb" in labels)
    if labels.intersection(_RANT) and not matters:
        score -= 2
    told = words >= 4 and not labels.intersection(("thanks", "praise", "farewell", *_RANT))
    return score + int(told)


def _says_nothing(labels: set[str], words: int) -> bool:
    return words <= 4 and bool(labels.intersection(_EMPTY)) and not labels & {"how_to"}


def _stripped(heard: Heard, sentence: Span) -> str:
    """Cut greeting and abuse out of a sentence."""
    kept: list[str] = []
    at = sentence.start
    for cue in heard.of(*_STRIPPED):
        inside = at <= cue.start and cue.end <= sentence.end
        if inside and (cue.label != "greeting" or cue.start - sentence.start <= 2):
            kept.append(heard.text[at : cue.start].rstrip(" ,"))
            at = cue.end
    kept.append(heard.text[at : sentence.end])
    return str(_EDGE.sub("", "".join(kept)))
