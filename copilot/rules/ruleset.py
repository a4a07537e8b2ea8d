"""The tone rules of a company, compiled for search."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from copilot.rules.lexicon import compile_any, fold
from copilot.rules.screen import Demands, Letters, alternatives_of, needed, passes
from knowledge import Locale, ToneRule


class Screened(NamedTuple):
    """A pattern with the letters without which it cannot match."""

    pattern: "regex.Pattern[str]"
    demands: Demands

    def spans(self, text: str, there: Letters) -> list[tuple[int, int]]:
        """Return where the pattern matches something in a text with these letters."""
        if not passes(self.demands, there):
            return []
        return [match.span() for match in self.pattern.finditer(text) if match[0]]


class CompiledRule(NamedTuple):
    """A tone rule with its patterns, cut into alternatives."""

    rule: ToneRule
    patterns: tuple[Screened, ...]
    innocent: tuple[Screened, ...]
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
    return CompiledRule(
        rule,
        _screened(rule.patterns, regex.IGNORECASE | regex.MULTILINE),
        _screened(rule.innocent, regex.IGNORECASE),
        compile_any([fold(pattern) for pattern in rule.applies.only_if_missing]),
    )


def _screened(patterns: Iterable[str], flags: int) -> tuple[Screened, ...]:
    return tuple(
        Screened(regex.compile(one, flags), needed(one))
        for pattern in patterns
        for one in alternatives_of(fold(pattern))
    )
