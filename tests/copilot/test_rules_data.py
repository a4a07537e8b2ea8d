"""The word lists and the starter's tone rules are fit for the engine."""

import time
from datetime import datetime
from typing import Any

import pytest

from copilot.brief import Brief, Frame, Perception, Signal, Voice
from copilot.conversation import Conversation, Message
from copilot.rules import Ruleset, acts_of, commitments, load_lexicon, mask, review
from copilot.rules.lexicon import fold
from copilot.rules.screen import letters, needed, passes
from copilot.suggestion import SLOT, Draft
from knowledge import Applies, Locale, ToneRule, load_starter

NAMES = (
    "acts",
    "disclosure",
    "manner",
    "privacy",
    "promises",
    "quantities",
    "reask",
    "stopwords",
    "wording",
)
NOW = datetime.fromisoformat("2026-05-12T10:05:00+03:00")
RULES = tuple(rule for rule in load_starter(kind="tone") if isinstance(rule, ToneRule))
SEARCHED = tuple(rule for rule in RULES if rule.check != "L" and rule.tests)


def keys(node: Any, path: str = "", *, deep: bool = True) -> set[str]:
    if not isinstance(node, dict):
        return set()
    return {f"{path}/{key}" for key in node} | {
        found for key, value in node.items() if deep for found in keys(value, f"{path}/{key}")
    }


@pytest.mark.parametrize("name", NAMES)
def test_word_lists_are_twins(name: str) -> None:
    free = {"privacy", "quantities", "promises"}  # what only one language has need of
    ru, en = (
        keys(load_lexicon(language, name), deep=name not in free) for language in ("ru", "en")
    )

    assert ru - en <= {"/numbers"} or name in free
    if name not in free:
        assert ru == en


def test_both_languages_have_the_same_signs_of_acts() -> None:
    ru, en = (set(load_lexicon(language, "act_signs")["signs"]) for language in ("ru", "en"))

    assert ru == en


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_type_of_finding_has_its_reason(language: Locale) -> None:
    whys = load_lexicon(language, "wording")["whys"]

    assert {rule.type for rule in RULES if rule.locale == language} <= set(whys)


def context(applies: Applies, locale: Locale) -> Brief:
    """A brief in which a rule applies."""
    ours = (Message(role="operator", text="."),) if applies.thread_started else ()
    conversation = Conversation(
        now=NOW,
        channel=applies.channels[0] if applies.channels else "chat",
        messages=(Message(role="customer", text="?"), *ours),
    )
    names = [*applies.any_signal[:1], *(["b2b"] if applies.b2b else [])]
    low = applies.min_hostility or 0
    perception = Perception(
        language=locale,
        hostility=low if applies.max_hostility is None else min(max(low, 0), applies.max_hostility),
        failure=applies.failure or "unknown",
        address=applies.address or "vy",
        signals=tuple(Signal(name=name, span="?", message=0) for name in names),
    )
    voice = Voice(address=applies.address or "vy")
    return Brief(
        conversation=conversation, perception=perception, frame=Frame(framework="NONE"), voice=voice
    )


@pytest.mark.parametrize("rule", SEARCHED, ids=lambda rule: rule.id)
def test_a_rule_of_the_starter_passes_its_own_tests(rule: ToneRule) -> None:
    ruleset = Ruleset([rule], on=[rule.id])
    given = context(rule.applies, rule.locale)
    for case in rule.tests:
        found = review(Draft.from_text(case.text), given, ruleset)
        by_rule = [f for f in found if f.rule == rule.id and not SLOT.fullmatch(f.span)]
        graver = [f for f in found if f.severity == "critical"]  # of two on one span it is shown
        assert by_rule or graver if case.expect == "hit" else not by_rule, case.text


@pytest.mark.slow
def test_the_quick_test_before_a_pattern_never_loses_a_match() -> None:
    import regex

    for rule in SEARCHED:
        for source in rule.patterns:
            pattern = regex.compile(fold(source), regex.IGNORECASE | regex.MULTILINE)
            for case in rule.tests:
                text = fold(case.text)
                if pattern.search(text):
                    assert passes(needed(fold(source)), letters(text.lower())), source


ODD = (
    "1 " * 5000, "а" * 10_000, "ул. " * 2500, "a@" * 5000, "один " * 2000, "код " * 2500, "А. " * 3000,
    "«" * 5000, "верну " * 1600, "до 1 " * 2000, "?" * 10_000, "{" * 5000, "[a?" * 3000, "\n" * 10_000,
    "Ааа " * 2500, "1-" * 5000, "if we'll " * 1100, ", и " * 2500, "5 дней " * 1500, "\u0301" * 5000,
)  # fmt: skip


ODD_RULES = Ruleset(RULES)


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD, ids=lambda text: repr(text[:6]))
def test_odd_texts_cost_no_more_than_others(text: str) -> None:
    conversation = Conversation(now=NOW, messages=(Message(role="customer", text=text),))
    given = Brief(
        conversation=conversation,
        perception=Perception(language="ru"),
        frame=Frame(framework="NONE"),
    )
    draft = Draft.from_text(text)
    review(Draft.from_text("warm"), given, ODD_RULES)
    start = time.process_time()

    mask(text)
    acts_of(text, "ru")
    acts_of(text, "en")
    commitments(draft, given)
    review(draft, given, ODD_RULES)

    # A quadratic pattern takes minutes here, a linear one well under a second of processor time;
    # the bound leaves room for coverage and a busy machine.
    assert time.process_time() - start < 30


@pytest.mark.slow
def test_masking_grows_in_proportion() -> None:
    for piece in ("1 ", "a@", "А. ", "ул. ", "код 1", "12-"):
        mask(piece * 100)
        start = time.process_time()
        mask(piece * 4000)
        once = time.process_time() - start
        start = time.process_time()
        mask(piece * 16_000)
        assert time.process_time() - start < 12 * max(once, 0.2)
