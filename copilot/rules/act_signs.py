"""Signs by which a sentence shows an act: constructions of the word lists, and verbs in the past."""

from functools import cache

import regex

from copilot.rules.lexicon import compile_any, load_lexicon
from copilot.rules.morphology import is_past
from knowledge import Locale

_MACRO = regex.compile(r"%([a-z_]+)%")
_DEPTH = 3  # words of words of words; deeper nesting is a mistake in the list
_WORD = regex.compile(r"\p{L}{4,}")
_PARTS = 2  # joints from which a sentence in the past tells a story
_LONG = 600  # characters of one sentence that are read; the rest says no more
_NEGATIVE = frozenset({"failure", "you_past", "neg_state"})
_WITH_PAST = frozenset({"past_plain", "past_contrast", "past_failure", "recap_past", "account"})
_JOINT = regex.compile(r", |; | [\u2014\u2013-] | (?:and|\u0438) ")


def signs_of(low: str, language: Locale) -> frozenset[str]:
    """Return the signs that a folded lower-case sentence shows."""
    text = low[:_LONG]
    found = {name for name, pattern in _patterns(language).items() if pattern.search(text)}
    if _has_past(text, language):
        found.add("past")
        if not found & {"i_do", "we_subject", "question"}:
            found.add("past_plain")
            if len(_JOINT.findall(text)) >= _PARTS and "company_cause" not in found:
                found.add("account")
        if "contrast" in found:
            found.add("past_contrast")
        if "failure" in found and "i_do" not in found:
            found.add("past_failure")
    if "recap" in found and "imperative" not in found and found & (_NEGATIVE | {"past"}):
        found.add("recap_past")
    return frozenset(found)


def names() -> tuple[str, ...]:
    """Return the name of every sign there is, in order."""
    return tuple(sorted({*_patterns("ru"), *_patterns("en"), "past", *_WITH_PAST}))


def _has_past(text: str, language: Locale) -> bool:
    if language == "ru":
        return any(is_past(word) for word in _WORD.findall(text))
    return _english_past().search(text) is not None


@cache
def _english_past() -> "regex.Pattern[str]":
    return regex.compile(rf"\b{load_lexicon('en', 'act_signs')['words']['past']}\b")


@cache
def _patterns(language: Locale) -> dict[str, "regex.Pattern[str]"]:
    lexicon = load_lexicon(language, "act_signs")
    words: dict[str, str] = lexicon["words"]
    signs: dict[str, list[str]] = lexicon["signs"]
    return {name: compile_any([_spell_out(p, words) for p in ps]) for name, ps in signs.items()}


def _spell_out(pattern: str, words: dict[str, str]) -> str:
    for _ in range(_DEPTH):
        pattern = _MACRO.sub(lambda match: words[match[1]], pattern)
    return pattern
