"""Our own sentences under our own tone rules: scripts, and the phrases that replies are made of."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Literal

import regex

from copilot import Copilot
from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Conversation, Message
from copilot.perception import perceive
from copilot.rules import Ruleset
from copilot.rules.tone import tone
from copilot.rules.view import View
from copilot.suggestion import Draft
from knowledge import Locale, Problem, Said, Slip, ToneCheck, ToneRule
from prompts import load_bank

_SLOT = regex.compile(r"\{[^{}]*\}|\[[^\[\]]*\?\]")
_FILLED = "N"  # what a slot is read as: something filled in, that no rule speaks of


def lint_all(
    copilot: Copilot,
    on: date,
    *,
    reach: bool,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong with the knowledge on a day, tone included."""
    library = copilot.library
    rules = (*library.tone_rules("ru"), *library.tone_rules("en"))
    return library.overview.lint(
        on, check=tone_check(rules), phrases=our_phrases(), reach=reach, on_progress=on_progress
    )


def tone_check(rules: Sequence[ToneRule]) -> ToneCheck:
    """Return a check of sentences by those rules that can be told from one sentence alone."""
    ruleset = Ruleset([rule for rule in rules if _speaks_of_one_sentence(rule)])

    def check(said: Sequence[Said]) -> Iterator[tuple[Said, Slip]]:
        for sentence in said:
            draft = Draft.from_text(_SLOT.sub(_FILLED, sentence.text))
            brief = _calm(sentence.locale, "ty" if sentence.address == "ty" else "vy")
            for finding in tone(View(draft, brief, ruleset)):
                formal_only = ruleset.by_id[finding.rule].applies.address == "vy"
                if not (formal_only and _to_friends(sentence.asked)):
                    yield sentence, Slip(finding.rule, finding.severity, finding.span)

    return check


def our_phrases() -> tuple[Said, ...]:
    """Return the sentences of the phrase banks."""
    languages: tuple[Locale, ...] = ("ru", "en")
    return tuple(
        Said(f"phrases:{language}", f"{phrase.id} {address}", language, text, address)
        for language in languages
        for phrase in load_bank(language)
        for address, text in (("vy", phrase.text), ("ty", phrase.ty))
        if text
    )


def _speaks_of_one_sentence(rule: ToneRule) -> bool:
    """Say whether a rule needs neither the rest of a reply nor a particular customer."""
    applies = rule.applies
    return (
        bool(rule.patterns)
        and applies.min_count == 1
        and not applies.only_if_missing
        and not applies.max_chars
        and not applies.max_sentence_words
    )


@cache
def _to_friends(asked: tuple[str, ...]) -> bool:
    """Say whether those who are answered so have asked for first names themselves."""
    said = [_conversation(text) for text in asked]
    friends = sum(perceive(each).address == "ty" for each in said)
    return bool(said) and 2 * friends >= len(said)


def _calm(language: Locale, address: Literal["vy", "ty"]) -> Brief:
    """Return the brief of a customer who is neither upset nor particular."""
    return Brief(
        conversation=_conversation("?"),
        perception=Perception(language=language, address=address),
        frame=Frame(framework="NONE"),
    )


def _conversation(text: str) -> Conversation:
    return Conversation(messages=(Message(role="customer", text=text),))
