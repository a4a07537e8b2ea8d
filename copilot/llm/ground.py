"""What a model's answer is measured by: what it was told, by whom, and how it was masked."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from copilot.llm.sealing import Block, Mask, Masked
from copilot.packaged import packaged
from knowledge import Locale
from prompts import PromptMessage


@dataclass(frozen=True)
class Ground:
    """A request and what its answer must not go beyond.

    `company` holds everything that the company says, `thread` what the customer says, both as they
    were sent, masked; `language` is the one that the answer must be in.
    """

    messages: tuple[PromptMessage, ...]
    block: Block
    language: Locale
    company: str
    thread: str
    masked: Masked
    mask: Mask

    @property
    def system(self) -> str:
        """The instructions."""
        return "\n".join(m.text for m in self.messages if m.role == "system")


@cache
def model_words(language: Locale) -> dict[str, Any]:
    """Return the wording of notices and the signs of a model that speaks of itself."""
    loaded: dict[str, Any] = packaged("wording", "model", f"{language}.yaml")
    return loaded
