"""The tone rules of a company, compiled for search."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from copilot.rules.lexicon import compile_any, fold
from copilot.rules.screen import Demands, needed
from knowledge import Locale, ToneRule


class CompiledRule(NamedTuple):
    """A tone rule with its patterns, each with the triples of letters one of which it needs."""

    rule: ToneRule
    patterns: tuple[tuple["regex.Pattern[str]", Demands], ...]
    innocent: "regex.Pattern[str]"
    missing: "regex.Pattern[str]"


class Ruleset:
    """The tone rules in force.

    Args:
        tone_rules: Every rule of the company, in any language.
        off: Ids of rules that the brand does without; rules that are always on stay on.
        on: Ids of rules that are off by default and wanted here.

    Raises:
        regex.error: a pattern is not well-formed (on first use of its language).
    """

    def __init__(
        self, tone_rules: Sequence[ToneRule], *, off: Sequence[str] = (), on: Sequence[str] = ()
    ) -> None:
        """Keep the rules in force; patterns are compiled when a language is first asked for."""
        self._off = frozenset(off) - {rule.id for rule in tone_rules if rule.always_on}
        self._on = frozenset(on)
        self._rules = tuple(rule for rule in tone_rules if self._in_force(rule))
        self._compiled: dict[Locale, tuple[CompiledRule, ...]] = {}

    @cached_property
    def by_id(self) -> dict[str, ToneRule]:
        """The rules in force by id."""
        return {rule.id: rule for rule in self._rules}

    def allows(self, rule_id: str) -> bool:
        """Say whether a check that reports under this id is to run."""
        return rule_id not in self._off

    def rules(self, language: Locale) -> tuple[CompiledRule, ...]:
        """Return the rules of a language that look for words, compiled."""
        if language not in self._compiled:
            self._compiled[language] = tuple(_compile(r) for r in self._searching(language))
        return self._compiled[language]

    def limits(self, language: Locale) -> tuple[ToneRule, ...]:
        """Return the rules that only limit length."""
        return tuple(
            rule
            for rule in self._rules
            if rule.locale == language
            and not rule.patterns
            and (rule.applies.max_chars or rule.applies.max_sentence_words)
        )

    def checklist(self, language: Locale) -> tuple[ToneRule, ...]:
        """Return the rules that no machine can check: questions for a person to ask of a draft."""
        return tuple(r for r in self._rules if r.locale == language and r.check == "L")

    def _searching(self, language: Locale) -> Iterable[ToneRule]:
        return (r for r in self._rules if r.locale == language and r.check != "L" and r.patterns)

    def _in_force(self, rule: ToneRule) -> bool:
        if rule.status != "active" or rule.id in self._off:
            return False
        return rule.always_on or rule.default_on or rule.id in self._on


def _compile(rule: ToneRule) -> CompiledRule:
    flags = regex.IGNORECASE | regex.MULTILINE
    return CompiledRule(
        rule,
        tuple((regex.compile(fold(p), flags), needed(fold(p))) for p in rule.patterns),
        compile_any([fold(pattern) for pattern in rule.innocent]),
        compile_any([fold(pattern) for pattern in rule.applies.only_if_missing]),
    )
