"""A draft as the rules see it: folded once, cut once, with the evidence gathered once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from copilot.brief import Brief
from copilot.rules.commitments import judge
from copilot.rules.evidence import Evidence, gather
from copilot.rules.lexicon import fold, language_of, load_lexicon
from copilot.rules.parts import Part, sentences_of
from copilot.rules.promises import Promise
from copilot.rules.ruleset import Ruleset
from copilot.rules.screen import Letters, letters
from copilot.rules.squeeze import Squeezed, squeeze
from copilot.suggestion import SLOT, CommitmentCheck, Draft, Finding
from knowledge import Locale, Severity


@dataclass(frozen=True)
class View:
    """A draft in its brief."""

    draft: Draft
    brief: Brief
    rules: Ruleset

    @cached_property
    def text(self) -> str:
        """The reply as the customer reads it."""
        return self.draft.text

    @cached_property
    def folded(self) -> str:
        """The text with yo as ye and plain spaces, case kept, same length; the question mark of an
        open slot, which the customer will never see, is blanked out.
        """
        return fold(SLOT.sub(lambda slot: slot[0].replace("?", " "), self.text))

    @cached_property
    def squeezed(self) -> Squeezed:
        """The folded text without endless words and gaps, on which a company's patterns run."""
        return squeeze(self.folded)

    @cached_property
    def low(self) -> str:
        """The folded text in lower case, same length."""
        lowered = self.folded.lower()
        return lowered if len(lowered) == len(self.folded) else self.folded

    @cached_property
    def letters(self) -> Letters:
        """The letters of the text on which a company's patterns run, for quick tests of them."""
        return letters(self.squeezed.text.lower())

    @cached_property
    def language(self) -> Locale:
        """The language the draft is written in."""
        return language_of(self.text, otherwise=self.brief.perception.language)

    @cached_property
    def sentences(self) -> tuple[Part, ...]:
        """The sentences of the text with offsets."""
        return sentences_of(self.text)

    @cached_property
    def theirs(self) -> str:
        """What the customer has written, folded and in lower case."""
        messages = self.brief.conversation.messages
        return fold("\n".join(m.text for m in messages if m.role == "customer").lower())

    @cached_property
    def promises(self) -> tuple[tuple[Promise, CommitmentCheck], ...]:
        """The promises of the draft with their verdicts."""
        return judge(self.draft, self.brief, self.evidence)

    @cached_property
    def evidence(self) -> Evidence:
        """What the draft may rest on."""
        return gather(self.brief)

    @property
    def wording(self) -> dict[str, Any]:
        """The wording of findings in the language of the draft."""
        loaded: dict[str, Any] = load_lexicon(self.language, "wording")
        return loaded

    def has_own_rule(self, check: str) -> bool:
        """Say whether the company's own rule with patterns looks for the same."""
        rule = self.rules.named(self.wording["ids"][check], self.language)
        return rule is not None and bool(rule.patterns)

    def finding(
        self, check: str, kind: str, severity: Severity, place: tuple[int, int], *, why: str = "",
        replacement: str = "",
    ) -> Finding:  # fmt: skip
        """Build a finding of one of the engine's own checks; `check` is a key of `wording.ids`."""
        start, end = place
        words = self.wording
        return Finding(
            rule=words["ids"][check],
            type=kind,
            severity=severity,
            span=self.text[start:end],
            start=start,
            end=end,
            why=why or words["whys"][kind],
            replacement=replacement or words["replacements"].get(check, ""),
        )
