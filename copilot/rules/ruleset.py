"""The tone rules of a company, compiled for search."""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple, get_args

import regex

from copilot.rules.lexicon import compile_any, fold
from copilot.rules.screen import Demands, Letters, alternatives_of, needed, passes
from knowledge import Locale, ToneRule

LOG = logging.getLogger("teplo.rules")
_LONGEST_S = 0.2  # for one pattern on one draft; a sound one takes microseconds


class Screened:
    """A pattern with the letters without which it cannot match, compiled when they are there.

    Most of a company's patterns never meet a text that has their letters; compiling them all took
    a third of a cold start.
    """

    def __init__(self, source: str, flags: int) -> None:
        """Keep the source of the pattern."""
        self._source = source
        self._flags = flags

    @cached_property
    def demands(self) -> Demands:
        """The letters without which it cannot match."""
        return needed(self._source)

    @cached_property
    def pattern(self) -> "regex.Pattern[str]":
        """The compiled pattern; one that is not well-formed matches nothing and is told of."""
        try:
            return regex.compile(self._source, self._flags)
        except regex.error as error:
            LOG.warning("A tone rule's pattern is not well-formed: %r: %s", self._source, error)
            return compile_any(())

    def spans(self, text: str, there: Letters) -> list[tuple[int, int]]:
        """Return where the pattern matches something in a text with these letters."""
        if not passes(self.demands, there):
            return []
        try:
            found = self.pattern.finditer(text, timeout=_LONGEST_S)
            return [match.span() for match in found if match[0]]
        except TimeoutError:
            LOG.warning("A tone rule's pattern takes too long: %r", self._source)
            return []


class CompiledRule(NamedTuple):
    """A tone rule with its patterns, cut into alternatives."""

    rule: ToneRule
    patterns: tuple[Screened, ...]
    innocent: tuple[Screened, ...]
    missing: "regex.Pattern[str]"


class Ruleset:
    """The tone rules in force.

    Args:
        tone_rules: Every rule of the company in any language, or what reads those of a language;
            it is then asked for a language when a draft in it is first checked.
        off: Ids of rules that the brand does without; rules that are always on stay on.
        on: Ids of rules that are off by default and wanted here.

    Raises:
        regex.error: an `only_if_missing` pattern is not well-formed.
    """

    def __init__(
        self,
        tone_rules: Sequence[ToneRule] | Callable[[Locale], Sequence[ToneRule]],
        *,
        off: Sequence[str] = (),
        on: Sequence[str] = (),
    ) -> None:
        """Remember the rules; patterns are compiled when they are needed."""
        self._given = tone_rules
        self._off = frozenset(off)
        self._on = frozenset(on)
        self._in_force: dict[Locale, tuple[ToneRule, ...]] = {}
        self._compiled: dict[Locale, tuple[CompiledRule, ...]] = {}

    @cached_property
    def by_id(self) -> dict[str, ToneRule]:
        """The rules in force by id, in every language."""
        return {rule.id: rule for language in get_args(Locale) for rule in self._of(language)}

    def named(self, rule_id: str, language: Locale) -> ToneRule | None:
        """Return a rule in force of a language by its id."""
        return next((rule for rule in self._of(language) if rule.id == rule_id), None)

    def allows(self, rule_id: str) -> bool:
        """Say whether a check that reports under this id is to run."""
        return rule_id not in self._off or rule_id in self.by_id

    def rules(self, language: Locale) -> tuple[CompiledRule, ...]:
        """Return the rules of a language that look for words, compiled."""
        if language not in self._compiled:
            self._compiled[language] = tuple(_compile(r) for r in self._searching(language))
        return self._compiled[language]

    def limits(self, language: Locale) -> tuple[ToneRule, ...]:
        """Return the rules that only limit length."""
        return tuple(
            rule
            for rule in self._of(language)
            if not rule.patterns and (rule.applies.max_chars or rule.applies.max_sentence_words)
        )

    def checklist(self, language: Locale) -> tuple[ToneRule, ...]:
        """Return the rules that no machine can check: questions for a person to ask of a draft."""
        return tuple(r for r in self._of(language) if r.check == "L")

    def _searching(self, language: Locale) -> Iterable[ToneRule]:
        return (r for r in self._of(language) if r.check != "L" and r.patterns)

    def _of(self, language: Locale) -> tuple[ToneRule, ...]:
        if language not in self._in_force:
            given = self._given
            rules = given(language) if callable(given) else given
            self._in_force[language] = tuple(
                rule for rule in rules if rule.locale == language and self._is_on(rule)
            )
        return self._in_force[language]

    def _is_on(self, rule: ToneRule) -> bool:
        if rule.status != "active":
            return False
        if rule.always_on:
            return True
        return rule.id not in self._off and (rule.default_on or rule.id in self._on)


def _compile(rule: ToneRule) -> CompiledRule:
    return CompiledRule(
        rule,
        _screened(rule.patterns, regex.IGNORECASE | regex.MULTILINE),
        _screened(rule.innocent, regex.IGNORECASE),
        compile_any([fold(pattern) for pattern in rule.applies.only_if_missing]),
    )


def _screened(patterns: Iterable[str], flags: int) -> tuple[Screened, ...]:
    return tuple(
        Screened(one, flags) for pattern in patterns for one in alternatives_of(fold(pattern))
    )
