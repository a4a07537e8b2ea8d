"""What is heard in one message: phrases of the lexicons, with negation, quotes and disguise minded."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from copilot.perception.language import respelled
from copilot.perception.lexicon import EXCEPT, masked, phrasebook, words
from copilot.perception.phrases import Match
from copilot.perception.text import View, fold, undisguise
from knowledge import Locale

CRITICAL = frozenset({
    "self_harm", "violence_threat", "prompt_injection", "legal_threat", "regulator_threat",
    "publicity_threat", "extortion", "fraud_suspected", "account_takeover", "data_leak",
    "bereavement", "health_risk", "safety_risk",
})  # fmt: skip
_DISGUISED = CRITICAL | {"profanity", "insult_operator"}
_UNNEGATED = frozenset({
    "profanity", "refund_request", "cancel_request", "want_human", "thanks", "politeness",
    "greeting", "farewell", "nudge", "assent", "question", "ask_verb", "how_to", "status_request",
    "helpless", "waiting_unanswered", "distress1", "distress2", "distress3", "heat2", "heat3",
    "typos", "ty_us", "propose_ty", "ironic", "confused_word", "deadline", "suggestion", "argument",
    "b2b", "vulnerable", "accessibility", "child_involved", "prompt_injection", "language_barrier",
})  # fmt: skip
_REPORTED = frozenset({"insult_operator", "violence_threat", "self_harm"})
_GRIEVANCES = frozenset({
    "heat2", "heat3", "ironic", "delay", "non_delivery", "defect", "quality", "rude_staff",
    "waiting_unanswered", "broken_promise", "repeat_contact", "ultimatum", "wrong_item",
})  # fmt: skip
_NOISE = regex.compile(
    r"<[^<>\n]{1,400}>|https?://\S++|www\.\S++|&[a-z]{2,8};|(?m:^[ \t]*>[^\n]*+)", regex.IGNORECASE
)
_QUOTE = regex.compile(r"\u00ab[^\u00ab\u00bb\n]{1,300}\u00bb|\"[^\"\n]{1,300}\"")
_BEFORE = regex.compile(r"[\p{L}\p{N}_]++")
_BREAK = regex.compile(r"[.!?;:,\n]")
_LOOK_BACK = 32  # characters; two short words and the blanks around them
_LONGEST = 8_000  # characters heard of one message: its head and its tail


class Cue(NamedTuple):
    """A label heard at `text[start:end]`; `quoted` when it stands inside quotation marks."""

    label: str
    start: int
    end: int
    quoted: bool = False


class Heard(NamedTuple):
    """One message and the cues in it, in order of their place."""

    text: str
    folded: str
    cues: tuple[Cue, ...]

    def of(self, *labels: str) -> tuple[Cue, ...]:
        """Return the cues with these labels."""
        return tuple(cue for cue in self.cues if cue.label in labels)

    def span(self, cue: Cue) -> str:
        """Return the words of a cue as they were written."""
        return self.text[cue.start : cue.end]


@lru_cache(maxsize=4_096)
def hear(text: str) -> Heard:
    """Listen to one message; the same text is heard only once."""
    clean = _blank(text)
    folded = fold(clean)
    quotes = [match.span() for match in _QUOTE.finditer(clean)]
    cues = [Cue(*match) for match in _masked(clean)]
    cues += [Cue(*match) for match in _listen(folded)]
    if view := undisguise(folded):
        cues += _through(view, _DISGUISED)
    if view := respelled(folded):
        cues += _through(view, None)
    unique = {(cue.label, cue.start, cue.end): cue for cue in cues}
    placed = (
        cue._replace(quoted=any(first < cue.start and cue.end < last for first, last in quotes))
        for cue in unique.values()
    )
    kept = _meant([cue for cue in placed if not (cue.quoted and cue.label in _REPORTED)])
    return Heard(text, folded, tuple(sorted(kept, key=lambda cue: (cue.start, cue.end, cue.label))))


def _meant(cues: list[Cue]) -> list[Cue]:
    """Drop the «threat» to tell everybody from somebody who is delighted."""
    labels = {cue.label for cue in cues}
    if "praise" in labels and not labels & _GRIEVANCES:
        return [cue for cue in cues if cue.label != "publicity_threat"]
    return cues


def _through(view: View, labels: frozenset[str] | None) -> list[Cue]:
    """Listen to a rewritten text and place what is found in the original."""
    found = [match for match in _listen(view.text) if labels is None or match.label in labels]
    return [
        Cue(label, view.origins[start], view.origins[end - 1] + 1) for label, start, end in found
    ]


def _listen(folded: str) -> Iterator[Match]:
    for language in _languages(folded):
        matches = list(phrasebook(language).find(folded))
        taken_back = [match for match in matches if match.label.startswith(EXCEPT)]
        for match in matches:
            if match.label.startswith(EXCEPT) or _overlaps(match, taken_back):
                continue
            if match.label in _UNNEGATED or not _negated(folded, match.start, language):
                yield match


def _languages(folded: str) -> tuple[Locale, ...]:
    found: list[Locale] = []
    if any("\u0400" <= char <= "\u04ff" for char in folded):
        found.append("ru")
    if any("a" <= char <= "z" for char in folded):
        found.append("en")
    return tuple(found)


def _overlaps(match: Match, others: Iterable[Match]) -> bool:
    label = EXCEPT + match.label
    return any(o.label == label and o.start < match.end and match.start < o.end for o in others)


def _negated(folded: str, start: int, language: Locale) -> bool:
    before = folded[max(0, start - _LOOK_BACK) : start]
    if breaks := list(_BREAK.finditer(before)):
        before = before[breaks[-1].end() :]
    tokens = _BEFORE.findall(before)
    closed = words(language)
    while tokens and tokens[-1] in closed.negation_helpers and tokens[-1] not in closed.negations:
        tokens.pop()
    return bool(tokens) and tokens[-1] in closed.negations


def _masked(clean: str) -> Iterator[Match]:
    lowered = clean.lower()
    if len(lowered) != len(clean) or not any(sign in clean for sign in "*@#$%&"):
        return
    for language in ("ru", "en"):
        for match in masked(language).finditer(lowered):
            yield Match("profanity", match.start(), match.end())


def _blank(text: str) -> str:
    """Blank out markup, addresses and quoted mail, and the middle of an endless message."""
    if len(text) > _LONGEST:
        half = _LONGEST // 2
        text = text[:half] + " " * (len(text) - _LONGEST) + text[-half:]
    return _NOISE.sub(lambda match: " " * len(match.group()), text)
