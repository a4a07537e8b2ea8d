"""What the company knows: documents, ingest, index and search. Import from here only."""

from typing import TYPE_CHECKING, Any

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
    Status,
    ToneRule,
)
from knowledge.errors import (
    EmbeddingUnavailable,
    Exists,
    Fault,
    IndexBusy,
    InvalidForm,
    KnowledgeError,
    NotFound,
    Refused,
    Stale,
    TeploError,
)
from knowledge.hits import Hit, Query, Retriever, Strength
from knowledge.langchain_face import as_langchain_retriever
from knowledge.library import Library, open_library
from knowledge.lint import Problem, Said, Slip, ToneCheck, lint
from knowledge.normalise import normalise
from knowledge.report import FileLine, Progress, Refusal, Report, Stats, Upload
from knowledge.starter import load_starter
from knowledge.vocabulary import vocabulary

if TYPE_CHECKING:
    from knowledge.embedding import open_embedder

__all__ = [
    "Applies",
    "Case",
    "Commitment",
    "Document",
    "EmbeddingUnavailable",
    "Exists",
    "FactNeeded",
    "Failure",
    "Fault",
    "FileLine",
    "Framework",
    "Hit",
    "IndexBusy",
    "InvalidForm",
    "Kind",
    "KnowledgeError",
    "Library",
    "Limits",
    "Locale",
    "NotFound",
    "Problem",
    "Progress",
    "Query",
    "Record",
    "Refusal",
    "Refused",
    "Register",
    "Reply",
    "Report",
    "Retriever",
    "Said",
    "Script",
    "Severity",
    "Slip",
    "Slot",
    "Stale",
    "Stats",
    "Status",
    "Strength",
    "TeploError",
    "ToneCheck",
    "ToneRule",
    "Upload",
    "as_langchain_retriever",
    "lint",
    "load_starter",
    "normalise",
    "open_embedder",
    "open_library",
    "vocabulary",
]


def __getattr__(name: str) -> Any:
    """Import the vector model's door when it is first asked for: it needs numpy."""
    if name != "open_embedder":
        raise AttributeError(f"module 'knowledge' has no attribute {name!r}")
    from knowledge.embedding import open_embedder

    return open_embedder
