"""The one tree of errors that screens and the command line show as they are.

TeploError
├── KnowledgeError            documents, catalogue, index
│   ├── Refused               one file or row is not taken in
│   ├── IndexBusy             another process writes to the same data folder
│   ├── NotFound              no document, version, gap or job of this name
│   ├── Stale                 a document was changed since it was read
│   ├── Exists                a new document's id is taken
│   ├── InvalidForm           a form has faults, all of them named
│   └── EmbeddingUnavailable  no vectors to be had
├── BadConversation           the input is not a conversation
├── BadSettings               a setting is wrong, and which
├── NoSuchRecord              what was asked for is not kept
├── BadScenario               a role-play scenario has faults, all of them listed
└── SuggesterError            a suggester cannot draft
    ├── LlmUnavailable        the language model is away, slow or wrong
    └── Withheld              the language model must not be asked in this case
"""

from typing import Literal

from knowledge import (
    EmbeddingUnavailable,
    Exists,
    IndexBusy,
    InvalidForm,
    KnowledgeError,
    NotFound,
    Refused,
    Stale,
    TeploError,
)

__all__ = [
    "BadConversation",
    "BadScenario",
    "BadSettings",
    "EmbeddingUnavailable",
    "Exists",
    "IndexBusy",
    "InvalidForm",
    "KnowledgeError",
    "LlmUnavailable",
    "NoSuchRecord",
    "NotFound",
    "Refused",
    "Stale",
    "SuggesterError",
    "TeploError",
    "Withheld",
]


class BadConversation(TeploError):
    """The input is not a conversation; the message names the field and the value."""


class BadSettings(TeploError):
    """A setting is wrong; the message names it and the values it may have."""


class BadScenario(TeploError):
    """A role-play scenario has faults; the message lists every one with its place."""


class NoSuchRecord(TeploError):
    """What was asked for is not kept, or not any more."""


class SuggesterError(TeploError):
    """A suggester cannot draft a reply; the next one in line should."""


class LlmUnavailable(SuggesterError):
    """The language model gave no usable answer in time."""

    def __init__(self, base_url: str, reason: str, *, kind: str = "away") -> None:
        """Name the address and what happened there; `kind` picks the notice for the operator."""
        super().__init__(
            f"No usable answer from the language model at {base_url!r}: {reason}. "
            "Check OPENAI_BASE_URL and TEPLO_MODEL, or unset them to work in embedded mode."
        )
        self.base_url = base_url
        self.reason = reason
        self.kind = kind


class Withheld(SuggesterError):
    """The case is not one for a model: approved words stand, or the text gives it orders."""

    def __init__(self, kind: Literal["protocol", "injection"]) -> None:
        """Say which of the two."""
        super().__init__(f"The language model is not asked in this case ({kind}).")
        self.kind = kind
