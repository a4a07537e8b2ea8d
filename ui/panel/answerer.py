"""What the panel asks of a copilot."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from copilot.conversation import Conversation
from copilot.llm import Terms
from copilot.settings import Settings
from copilot.streaming import Progress
from copilot.suggestion import Result
from knowledge import Framework

if TYPE_CHECKING:
    from copilot import Review
    from copilot.improve import How, Improved
    from copilot.summary import Summary


class Answerer(Protocol):
    """The part of `Copilot` that the desk needs."""

    @property
    def settings(self) -> Settings:
        """What is set."""
        ...

    def suggest(
        self, conversation: Conversation, *, framework: Framework | None = None, llm: bool = True
    ) -> Result:
        """Draft replies."""
        ...

    def suggest_stream(
        self,
        conversation: Conversation,
        *,
        framework: Framework | None = None,
        terms: Terms | None = None,
    ) -> Iterator[Progress]:
        """Draft replies step by step."""
        ...

    def improve(self, conversation: Conversation, text: str, how: "How") -> "Improved":
        """Rewrite an operator's own text."""
        ...

    def summarise(self, conversation: Conversation, *, masked: bool = False) -> "Summary":
        """Sum a conversation up."""
        ...

    def check(self, conversation: Conversation, text: str) -> "Review":
        """Run the rules over a text."""
        ...
