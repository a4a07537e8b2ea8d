"""The one tree of errors that screens and the command line show as they are.

TeploError
├── KnowledgeError            documents, catalogue, index
│   ├── Refused               one file or row is not taken in
│   ├── IndexBusy             another process writes to the same data folder
│   └── EmbeddingUnavailable  no vectors to be had
├── BadConversation           the input is not a conversation
├── BadSettings               a setting is wrong, and which
└── SuggesterError            a suggester cannot draft
    └── LlmUnavailable        the language model is away, slow or wrong
"""

from knowledge import EmbeddingUnavailable, IndexBusy, KnowledgeError, Refused, TeploError

__all__ = [
    "BadConversation",
    "BadSettings",
    "EmbeddingUnavailable",
    "IndexBusy",
    "KnowledgeError",
    "LlmUnavailable",
    "Refused",
    "SuggesterError",
    "TeploError",
]


class BadConversation(TeploError):
    """The input is not a conversation; the message names the field and the value."""


class BadSettings(TeploError):
    """A setting is wrong; the message names it and the values it may have."""


class SuggesterError(TeploError):
    """A suggester cannot draft a reply; the next one in line should."""


class LlmUnavailable(SuggesterError):
    """The language model gave no usable answer in time."""

    def __init__(self, base_url: str, reason: str) -> None:
        """Name the address and what happened there."""
        super().__init__(
            f"No usable answer from the language model at {base_url!r}: {reason}. "
            "Check OPENAI_BASE_URL and TEPLO_MODEL, or unset them to work in embedded mode."
        )
        self.reason = reason
