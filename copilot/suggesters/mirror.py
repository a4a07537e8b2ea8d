"""Mirror: what happened, in the customer's own words, said back to them in the second person.

The clearest sign of having been read. Only plain statements are taken: no question, no rage, no
opinion, nothing about us unless it is settled that we failed, nothing whose person is uncertain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from copilot.cues import folded, speech
from copilot.suggesters import turned_en, turned_ru
from copilot.suggesters.scene import Scene
from knowledge import Locale

_LEAST = 0.2  # a run that tells less says nothing of the matter
_LONGEST = 130  # characters; a longer sentence said back is a recital
_SHORTEST = 3  # words
_CONTESTED = (7, 13, 14)  # rows in which a claim is told as the customer's own
_TELLING = 4  # words that with a figure among them tell a matter without a verb
_SENTENCES = 12  # of the last turn; rants are long, what happened is told early
_BREAK = regex.compile(r",(?!\d)\s*|\s+[\u2014\u2013-]\s+|;\s*|\(|\)|:\s+")
_STOP = regex.compile(
    r"(?<=\w{2}[.!]|\d ?\p{Ll}[.!])\s+(?=[\p{Lu}\p{Sc}])|(?<=\d\.)\s+(?=\p{Ll}{3})"
)
_FIGURE = regex.compile(r"\d")
_WORDS = regex.compile(r"[\p{L}\d]+")
_SHOUTED = regex.compile(r"\b\p{Lu}{4,}\b")
_CAPITALS = regex.compile(r"\b\p{Lu}{2,3}\b")
_QUOTES = regex.compile(r"[\u00ab\u00bb\u201c\u201d\"]|(?<!\p{L})'|'(?!\p{L})")
_ENDS = " \t\n.!\u2026,;:)*\"'-\u2013\u2014\u00ab\u00bb"
_VOWELS = regex.compile(r"[\p{Emoji_Presentation}\p{Extended_Pictographic}]")


@dataclass(frozen=True)
class _Run:
    """Clauses that stand together: their text, whose they are, and how much they tell."""

    text: str
    yours: bool
    score: float


def mirrored(scene: Scene, *, settled: bool) -> str:
    """Return a sentence that tells the customer's matter back, or an empty string.

    Args:
        scene: The conversation.
        settled: Whether it is certain that we failed; else a claim is reported as theirs.
    """
    runs = [run for run in _runs(scene, settled=settled) if run.score >= _LEAST]
    if not runs:
        return ""
    best = max(runs, key=lambda run: run.score)
    if best.yours or settled or scene.brief.frame.row not in _CONTESTED:
        return _finished(best.text)
    words = speech(scene.language, "mirror")["unsettled"]
    lower = (turned_ru if scene.language == "ru" else turned_en).uncapital
    return _finished(words.format(words=lower(best.text)))


def _runs(scene: Scene, *, settled: bool) -> Iterator[_Run]:
    from copilot.perception.text import sentences

    language = scene.language
    text = _VOWELS.sub(" ", scene.brief.conversation.last_customer_text)
    cut = [piece for span in sentences(text) for piece in _STOP.split(span.text)]
    for place, raw in enumerate(cut[:_SENTENCES]):
        if len(_SHOUTED.findall(raw)) > 1:
            continue
        clauses = _stated(_clauses(raw, language), raw, language)
        for first in range(len(clauses)):
            if first + place and _pattern(language, "leaning").search(folded(clauses[first])):
                continue
            earlier = ", ".join(clauses[:first]) or (cut[place - 1] if place else "")
            run = _run(clauses[first:], scene, settled=settled, before=earlier)
            if run is not None:
                yield _Run(run.text, run.yours, run.score - 0.4 * place - 0.3 * first)


def _stated(clauses: list[str], raw: str, language: Locale) -> list[str]:
    """Return the clauses before the first that asks or quotes: what follows hangs on it."""
    kept: list[str] = []
    for n, clause in enumerate(clauses):
        asks = "?" in raw and (
            n + 1 == len(clauses) or _pattern(language, "asking").search(folded(clause))
        )
        if asks or _QUOTES.search(clause):
            break
        kept.append(_unshouted(clause, language))
    return kept


def _unshouted(clause: str, language: Locale) -> str:
    """Return a clause without shouting; short words in capitals may be abbreviations."""
    calm = _SHOUTED.sub(lambda match: match[0].lower(), clause)
    words = frozenset(speech(language, "mirror")["shouted"])
    return _CAPITALS.sub(lambda m: m[0].lower() if m[0].lower() in words else m[0], calm)


def _clauses(sentence: str, language: Locale) -> list[str]:
    words = speech(language, "mirror")
    text = sentence.strip(_ENDS)
    for _ in range(4):
        stripped = _pattern(language, "lead").sub("", text, count=1).lstrip(_ENDS)
        if stripped == text:
            break
        text = stripped
    for pattern, by in zip(words["commas"][::2], words["commas"][1::2], strict=True):
        text = regex.sub(pattern, by, text)
    return [clause.strip(_ENDS) for clause in _BREAK.split(text) if clause.strip(_ENDS)]


def _run(clauses: list[str], scene: Scene, *, settled: bool, before: str) -> _Run | None:
    """Take clauses from the first one on, while each can be said back and room is left."""
    language = scene.language
    turn = turned_ru.turned if language == "ru" else turned_en.turned
    clauses = [_pattern(language, "lead").sub("", clauses[0], count=1).lstrip(_ENDS), *clauses[1:]]
    head = folded(clauses[0])
    if _pattern(language, "opens").search(head) or _pattern(language, "starts").search(head):
        return None
    said: list[str] = []
    raw: list[str] = []
    carried = yours = False
    for clause in clauses:
        low = folded(clause)
        if any(_pattern(language, name).search(low) for name in ("never", "commands")):
            break
        ty = scene.address == "ty"
        done = turn(clause, ours=settled, carried=carried, ty=ty, before=before)
        before = clause
        if done is None or sum(map(len, said)) + len(done.text) > _LONGEST:
            break
        if not said and not _tells(done.text, language):
            return None
        said.append(done.text)
        raw.append(clause)
        carried = done.yours
        yours = yours or (len(said) == 1 and done.yours)
    rest = clauses[len(said) :]
    if rest and _pattern(language, "complement").search(folded(rest[0])):
        said, raw = said[:-1], raw[:-1]
    if len(" ".join(said).split()) < _SHORTEST - _lacks(" ".join(said), language):
        return None
    return _Run(", ".join(said), yours, _weight(" ".join(raw), scene))


def _tells(text: str, language: Locale) -> bool:
    """Say whether a clause is a whole statement: it has a verb, or tells plainly what lacks."""
    if _lacks(text, language):
        return True
    if language == "en":
        return _pattern("en", "verbal").search(text.lower()) is not None
    counted = _FIGURE.search(text) is not None and len(_WORDS.findall(text)) >= _TELLING
    return counted or turned_ru.has_verb(text)


def _lacks(text: str, language: Locale) -> bool:
    words = _WORDS.findall(text.lower())
    return any(word in speech(language, "mirror")["nothing"] for word in words)


def _weight(raw: str, scene: Scene) -> float:
    """Return how much of the matter a piece of the message tells."""
    low = raw.lower()
    score = 0.0
    for signal in scene.brief.perception.signals:
        if signal.name in scene.topics and signal.span and _shares(signal.span.lower(), low):
            score += 2.0
    for fact in scene.brief.perception.facts:
        if fact.message >= 0 and fact.span and fact.span.lower() in low:
            score += 1.0
    return score + min(len(raw), 90) / 60


def _shares(span: str, text: str) -> bool:
    return span in text or text in span


def _finished(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip(_ENDS)}."


@cache
def _pattern(language: Locale, name: str) -> "regex.Pattern[str]":
    patterns: Any = speech(language, "mirror")[name]
    return regex.compile("|".join(patterns), regex.IGNORECASE)
