"""The tone rules that come with the program find what they name and leave clean replies alone."""

import time
from collections.abc import Iterator

import pytest
import regex

from knowledge import Locale, Script, ToneRule, load_starter, vocabulary

FOLDED = str.maketrans({
    "ё": "е", "Ё": "Е", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
    "\u2019": "'", "\u02bc": "'", "\u2011": "-", "\u2010": "-", "\u2212": "-",
})  # fmt: skip
GROUPS = {
    "ru": {
        "A": 12,
        "B": 8,
        "C": 17,
        "D": 7,
        "E": 7,
        "F": 6,
        "G": 6,
        "H": 6,
        "I": 3,
        "J": 4,
        "K": 3,
    },
    "en": {"A": 9, "B": 5, "C": 9, "D": 3, "E": 4, "F": 4, "G": 5, "H": 3, "I": 2, "J": 2},
}
ALWAYS_ON = {
    "ru": {"RU-H1", "RU-H2", "RU-H3", "RU-H5", "RU-J3"},
    "en": {"EN-H1", "EN-H2", "EN-J1"},
}
COMPUTED = {"RU-E3", "RU-F1", "RU-F2", "RU-J1", "RU-J4", "EN-E2", "EN-F1"}
LENGTH = 100_000
SECONDS = 6.0  # a quadratic pattern needs minutes for such a text


class Matcher:
    """The meaning of a rule as `docs/knowledge-format.md` has it, written without haste."""

    def __init__(self, rule: ToneRule) -> None:
        self.applies = rule.applies
        self.patterns = [compiled(pattern) for pattern in rule.patterns]
        self.innocent = [compiled(pattern) for pattern in rule.innocent]
        self.missing = [compiled(pattern) for pattern in rule.applies.only_if_missing]

    def find(self, text: str) -> list[str]:
        """Return what the rule finds in a text, the context taken as given."""
        folded = text.translate(FOLDED)
        innocent = [span for pattern in self.innocent for span in spans(pattern, folded)]
        found: list[tuple[int, int]] = []
        for start, end in sorted({span for p in self.patterns for span in spans(p, folded)}):
            clear = not any(start < right and left < end for left, right in innocent)
            if clear and (not found or start >= found[-1][1]):
                found.append((start, end))
        if len(found) < self.applies.min_count or any(p.search(folded) for p in self.missing):
            return []
        return [text[start:end] for start, end in found]


def compiled(pattern: str) -> "regex.Pattern[str]":
    return regex.compile(pattern.translate(FOLDED), regex.IGNORECASE | regex.MULTILINE)


def spans(pattern: "regex.Pattern[str]", text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text) if match.group())


def rules(locale: Locale) -> list[ToneRule]:
    return [rule for rule in load_starter(locale=locale, kind="tone") if isinstance(rule, ToneRule)]


ALL = [*rules("ru"), *rules("en")]
SEARCHING = [rule for rule in ALL if rule.patterns]


def named(rule: ToneRule) -> str:
    return rule.id


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_set_of_rules_is_complete(locale: Locale) -> None:
    wanted = {
        f"{locale.upper()}-{group}{number}"
        for group, count in GROUPS[locale].items()
        for number in range(1, count + 1)
    }

    assert {rule.id for rule in rules(locale)} == wanted
    assert len(rules(locale)) == len(wanted)


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_only_the_named_rules_cannot_be_switched_off(locale: Locale) -> None:
    assert {rule.id for rule in rules(locale) if rule.always_on} == ALWAYS_ON[locale]


@pytest.mark.parametrize("rule", ALL, ids=named)
def test_a_rule_speaks_the_vocabulary_and_says_what_to_do(rule: ToneRule) -> None:
    signals = {*rule.applies.any_signal, *rule.applies.no_signal}

    assert rule.type in vocabulary("tone_violations")
    assert signals <= vocabulary("signals")
    assert rule.replacement.strip()
    assert not rule.always_on or rule.default_on


@pytest.mark.parametrize("rule", ALL, ids=named)
def test_a_rule_has_patterns_unless_a_person_or_the_engine_checks_it(rule: ToneRule) -> None:
    by_other_means = rule.check == "L" or rule.id in COMPUTED

    assert bool(rule.patterns) != by_other_means
    assert bool(rule.tests) == bool(rule.patterns)


@pytest.mark.parametrize("rule", SEARCHING, ids=named)
def test_a_rule_shows_enough_hits_and_clean_replies(rule: ToneRule) -> None:
    expected = [test.expect for test in rule.tests]

    assert expected.count("hit") >= 4
    assert expected.count("clean") >= 4


@pytest.mark.parametrize("rule", SEARCHING, ids=named)
def test_a_rule_finds_its_own_hits_and_no_clean_reply(rule: ToneRule) -> None:
    matcher = Matcher(rule)
    wrong = {
        test.text: found
        for test in rule.tests
        if bool(found := matcher.find(test.text)) != (test.expect == "hit")
    }

    assert not wrong


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_our_own_scripts_are_said_in_the_right_tone(locale: Locale) -> None:
    in_force = [
        (rule, Matcher(rule))
        for rule in rules(locale)
        if rule.patterns and rule.default_on and rule.check != "L" and rule.type != "template_leak"
    ]
    hits = [
        f"{script.id} {rule.id} {found}: {draft}"
        for script in load_starter(locale=locale, kind="script")
        if isinstance(script, Script)
        for rule, matcher in in_force
        if speaks_of(rule, script)
        for draft in drafts(script, whole=needs_whole(rule))
        if (found := matcher.find(draft))
    ]

    assert not hits


def speaks_of(rule: ToneRule, script: Script) -> bool:
    """Say whether the context of a rule may be that of a script, answered in a chat."""
    applies, signals = rule.applies, {*script.signals}
    return (
        (applies.b2b is None or applies.b2b == ("b2b" in signals))
        and (not applies.channels or "chat" in applies.channels)
        and (not applies.any_signal or not signals.isdisjoint(applies.any_signal))
        and signals.isdisjoint(applies.no_signal)
        and (applies.address is None or script.intent != "style_ty")
    )


def needs_whole(rule: ToneRule) -> bool:
    return bool(rule.applies.only_if_missing) or rule.applies.min_count > 1


def drafts(script: Script, *, whole: bool) -> Iterator[str]:
    """Yield the sentences of a script one by one, or its replies as a customer gets them."""
    for register in ("neutral", "formal", "friendly"):
        reply = script.reply_in(register)
        yield from reply.short
        parts = [getattr(reply, name) for name in type(reply).model_fields if name != "short"]
        if whole:
            first = [part[-1:] if at < 4 else part for at, part in enumerate(parts)]
            yield " ".join(sentence for part in first for sentence in part)
        else:
            yield from (sentence for part in parts for sentence in part)
    yield from (fact.ask for fact in script.facts_needed)
    if script.example_good:
        yield script.example_good


@pytest.mark.slow
@pytest.mark.parametrize("rule", SEARCHING, ids=named)
def test_a_rule_takes_linear_time(rule: ToneRule) -> None:
    own = rule.tests[0].text.rstrip(".!?") + " "
    pieces = (
        own,
        own.replace(" ", ", "),
        " ",
        "ж",
        "a",
        "слово ",
        "word ",
        "not ",
        "не ",
        '"',
        "{",
        "1",
    )
    part = LENGTH // len(pieces)
    text = "".join((piece * part)[:part] for piece in pieces)
    matcher = Matcher(rule)

    start = time.process_time()
    matcher.find(text)

    assert time.process_time() - start < SECONDS
