"""The look of a draft: open brackets, length, long sentences, repetition."""

from collections.abc import Iterator

import regex

from copilot.conversation import Channel
from copilot.rules.lexicon import fold, patterns
from copilot.rules.tone import applies
from copilot.rules.view import View
from copilot.suggestion import SLOT, Finding
from knowledge import ToneRule

_CHANNEL_CHARS: dict[Channel, int] = {"sms": 160, "push": 90, "review": 500, "social": 500}
_CHAT_CHARS = 700
_SENTENCE_WORDS = 40
_TELLING = 4  # words from which a repeated sentence is more than a courtesy
_WORD = regex.compile(r"[\p{L}\d]+(?:[-'][\p{L}\d]+)*")


def brackets(view: View) -> Iterator[Finding]:
    """Yield placeholders that nobody filled in."""
    slots = [match.span() for match in SLOT.finditer(view.text)]
    for place in slots:
        why = view.wording["details"]["slot"]
        yield view.finding("slot", "template_leak", "critical", place, why=why)
    if view.has_own_rule("template_leak"):
        return
    for match in patterns(view.language, "disclosure", "template_leak").finditer(view.folded):
        if not any(match.start() < end and start < match.end() for start, end in slots):
            yield view.finding("template_leak", "template_leak", "critical", match.span())


def length(view: View) -> Iterator[Finding]:
    """Yield one finding when the draft is longer than its channel or its moment allows."""
    channel = view.brief.conversation.channel
    most, check = _CHANNEL_CHARS.get(channel, 0), "channel"
    if not most and channel == "chat":
        check = "wall_of_text"
        own = [r.applies.max_chars for r in _limits(view) if r.applies.max_chars]
        most = min(own) if own else _CHAT_CHARS if view.brief.perception.hostility >= 2 else 0
    if most and len(view.text) > most:
        text: str = view.wording["replacements"][check]
        yield view.finding(
            check, "wall_of_text", "medium", (most, len(view.text)),
            replacement=text.replace("{max}", str(most)),
        )  # fmt: skip


def long_sentences(view: View) -> Iterator[Finding]:
    """Yield sentences of more than forty words, or of what the company's rule says."""
    own = [r.applies.max_sentence_words for r in _limits(view)]
    most = min([words for words in own if words], default=_SENTENCE_WORDS)
    for sentence in view.sentences:
        if len(_WORD.findall(sentence.text)) > most:
            why: str = view.wording["details"]["long_sentence"]
            yield view.finding(
                "wall_of_text", "wall_of_text", "medium", (sentence.start, sentence.end),
                why=why.replace("{max}", str(most)),
                replacement=view.wording["replacements"]["long_sentence"],
            )  # fmt: skip


def repeated(view: View) -> Iterator[Finding]:
    """Yield sentences that we have already written in this conversation, word for word."""
    said = fold("\n".join(view.brief.conversation.operator_texts).lower())
    if not said:
        return
    for sentence in view.sentences:
        body = fold(sentence.text.lower()).rstrip(" .!?")
        if len(_WORD.findall(body)) >= _TELLING and body in said:
            why = view.wording["details"]["repeated"]
            place = (sentence.start, sentence.end)
            yield view.finding("repeated", "script_opening", "low", place, why=why)


def _limits(view: View) -> list[ToneRule]:
    return [rule for rule in view.rules.limits(view.language) if applies(rule.applies, view.brief)]
