"""What the company knows: documents, ingest, index and search. Import from here only."""

from knowledge.documents import (
    Applies,
    Case,
    Commitment,
    Document,
    FactNeeded,
    Failure,
    Framework,
    Kind,
    Limits,
    Locale,
    Record,
    Register,
    Reply,
    Script,
    Severity,
    Slot,
    ToneRule,
)
from knowledge.errors import EmbeddingUnavailable, IndexBusy, KnowledgeError, Refused, TeploError
from knowledge.hits import Hit, Query, Retriever, Strength
from knowledge.normalise import normalise

__all__ = [
    "Applies",
    "Case",
    "Commitment",
    "Document",
    "EmbeddingUnavailable",
    "FactNeeded",
    "Failure",
    "Framework",
    "Hit",
    "IndexBusy",
    "Kind",
    "KnowledgeError",
    "Limits",
    "Locale",
    "Query",
    "Record",
    "Refused",
    "Register",
    "Reply",
    "Retriever",
    "Script",
    "Severity",
    "Slot",
    "Strength",
    "TeploError",
    "ToneRule",
    "normalise",
]
