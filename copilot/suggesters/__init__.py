"""Suggesters: they draft replies from a brief."""

from typing import Protocol

from copilot.brief import Brief
from copilot.errors import SuggesterError
from copilot.suggesters.embedded import EmbeddedComposer
from copilot.suggesters.fallback import FallbackSuggester
from copilot.suggesters.llm import LlmSuggester
from copilot.suggestion import Draft


class Suggester(Protocol):
    """Drafts replies from a brief. Raises SuggesterError when it cannot."""

    @property
    def name(self) -> str:
        """What it is called in notices and logs."""
        ...

    def draft(self, brief: Brief) -> list[Draft]:
        """Return at most three drafts, best first."""
        ...

    def notices(self) -> tuple[str, ...]:
        """Return what the operator should know about the last drafts, for example a fallback."""
        ...


__all__ = [
    "EmbeddedComposer",
    "FallbackSuggester",
    "LlmSuggester",
    "Suggester",
    "SuggesterError",
]
