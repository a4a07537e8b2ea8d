"""Signs by which a sentence shows an act: constructions of the word lists, and verbs in the past."""

from functools import cache, cached_property

import regex

from copilot.rules.lexicon import any_of, compile_any, load_lexicon
from copilot.rules.morphology import is_past, past_deed, verb
from copilot.rules.screen import Letters, letters, needed, passes
from knowledge import Locale

_MACRO = regex.compile(r"%([a-z_]+)%")
_DEPTH = 3  # words of words of words; deeper nesting is a mistake in the list
_WORD = regex.compile(r"\p{L}{4,}")
_PARTS = 2  # joints from which a sentence in the past tells a story
_RUSSIAN_WORD = regex.compile(r"\p{Cyrillic}{3,}")
_LONG = 600  # characters of one sentence that are read; the rest says no more
_NEGATIVE = frozenset({"failure", "you_past", "neg_state"})
_DERIVED = frozenset({
    "past_plain", "past_contrast", "past_failure", "recap_past", "account", "tally",
})  # fmt: skip
_BAD_SIDE = frozenset({"failure", "neg_state", "contrast"})
_NOT_TOLD_BACK = frozenset({"i_do", "to_come", "we_subject", "imperative", "rule"})
_YOU_DO = regex.compile(
    r"(?<!\p{L})\u0432\u044b,? (?:\p{L}+,? ){0,3}?(\p{L}+\u0442\u0435(?:\u0441\u044c)?)(?!\p{L})"
)
_JOINT = regex.compile(r", |; | [\u2014\u2013-] | (?:and|\u0438) ")


def signs_of(low: str, language: Locale) -> frozenset[str]:
    """Return the signs that a folded lower-case sentence shows."""
    text = low[:_LONG]
    there = letters(text)
    found = {name for name, sign in _signs(language).items() if sign.shows(text, there)}
    if language == "ru" and _acts_in_first_person(text):
        found.add("i_do")
    if language == "ru" and _tells_what_you_do(text):
        found.add("you_now")
    if _has_past(text, language):
        found |= _of_a_past(found, text)
    if "ordinal" in found and found & _BAD_SIDE and not found & _NOT_TOLD_BACK:
        found.add("tally")
    if "recap" in found and "imperative" not in found and found & (_NEGATIVE | {"past"}):
        found.add("recap_past")
    return frozenset(found)


def _of_a_past(found: set[str], text: str) -> set[str]:
    """Return the signs that a verb in the past adds to those found."""
    added = {"past"}
    if not found & {"i_do", "we_subject", "question"}:
        added.add("past_plain")
        if len(_JOINT.findall(text)) >= _PARTS and "company_cause" not in found:
            added.add("account")
    if "contrast" in found:
        added.add("past_contrast")
    if "failure" in found and "i_do" not in found:
        added.add("past_failure")
    return added


def names() -> tuple[str, ...]:
    """Return the name of every sign there is, in order."""
    return tuple(sorted({*_signs("ru"), *_signs("en"), "past", *_DERIVED}))


def _has_past(text: str, language: Locale) -> bool:
    if language == "ru":
        return any(is_past(word) for word in _WORD.findall(text))
    return _english_past().search(text) is not None


def _tells_what_you_do(text: str) -> bool:
    """Say whether it describes, in the present, what the customer does or goes through."""
    able = frozenset(load_lexicon("ru", "act_signs")["words"]["you_may"])
    forms = (verb(match[1]) for match in _YOU_DO.finditer(text))
    return any(f and f.tense == "present" and f.person == 2 and f.lemma not in able for f in forms)


def _acts_in_first_person(text: str) -> bool:
    """«Отправлю, проверяем», or «Отправил …» at the head: what we do, have done, or will do."""
    lists = load_lexicon("ru", "act_signs")["words"]
    idle, before = frozenset(lists["no_deed"]), frozenset(lists["before_deed"])
    words = [match.group() for match in _RUSSIAN_WORD.finditer(text)]
    for n, word in enumerate(words):
        form = verb(word)
        if form is not None and form.person == 1 and form.lemma not in idle:
            return True
        head = n == 0 or (n == 1 and words[0] in before)
        if head and (done := past_deed(word)) and done not in idle:
            return True
    return False


@cache
def _english_past() -> "regex.Pattern[str]":
    return regex.compile(rf"\b{load_lexicon('en', 'act_signs')['words']['past']}\b")


class _Sign:
    """The constructions of one sign, compiled when a sentence has the letters that they need."""

    def __init__(self, sources: list[str]) -> None:
        self._sources = sources
        self._demands = needed(any_of(sources))

    def shows(self, low: str, there: Letters) -> bool:
        return passes(self._demands, there) and self._pattern.search(low) is not None

    @cached_property
    def _pattern(self) -> "regex.Pattern[str]":
        return compile_any(self._sources)


@cache
def _signs(language: Locale) -> dict[str, _Sign]:
    lexicon = load_lexicon(language, "act_signs")
    words: dict[str, str] = lexicon["words"]
    signs: dict[str, list[str]] = lexicon["signs"]
    return {name: _Sign([_spell_out(p, words) for p in ps]) for name, ps in signs.items()}


def _spell_out(pattern: str, words: dict[str, str]) -> str:
    for _ in range(_DEPTH):
        pattern = _MACRO.sub(lambda match: words[match[1]], pattern)
    return pattern
