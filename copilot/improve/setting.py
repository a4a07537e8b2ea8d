"""What an editor of a text may know: the brief, the rules, the language of the text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from copilot.brief import Brief
from copilot.improve.revision import Edit
from copilot.improve.words import words
from copilot.rules import Ruleset
from copilot.suggestion import Sentence
from knowledge import Locale

How = Literal[
    "fix", "shorter", "warmer", "plainer", "formal", "ty", "vy", "add_step", "to_ru", "to_en",
]  # fmt: skip
TRANSLATIONS: tuple[How, ...] = ("to_ru", "to_en")  # by a model only

_CAPITAL_CHANNELS = ("email",)  # where a capital polite pronoun is custom


@dataclass(frozen=True)
class Setting:
    """One text to improve, in its brief."""

    brief: Brief
    rules: Ruleset
    language: Locale

    @cached_property
    def today(self) -> date | None:
        """The day on which the reply is written, if it is known."""
        now = self.brief.conversation.now
        return now.date() if now is not None else None

    @cached_property
    def composed(self) -> tuple[Sentence, ...]:
        """What the embedded composer would answer, by sentence with its step."""
        from copilot.suggesters.embedded import EmbeddedComposer

        drafts = EmbeddedComposer().draft(self.brief)
        return drafts[0].sentences if drafts else ()

    @cached_property
    def customer_text(self) -> str:
        """Everything the customer wrote."""
        messages = self.brief.conversation.messages
        return "\n".join(m.text for m in messages if m.role == "customer")

    @property
    def started(self) -> bool:
        """Whether somebody of ours has already written in this thread."""
        return bool(self.brief.conversation.operator_texts)

    @property
    def business(self) -> bool:
        """Whether a company writes."""
        return self.brief.perception.has("b2b")

    @property
    def capital_polite(self) -> bool:
        """Whether the polite pronoun may keep its capital letter."""
        return self.brief.conversation.channel in _CAPITAL_CHANNELS or self.business

    def wording(self, group: Literal["whys", "notes"], key: str) -> str:
        """Return a line of the wording, in the language of the text."""
        return str(words(self.language, "notes")[group][key])


Editor = Callable[[str, Setting], Iterable[Edit]]
