"""What is asked of the knowledge and what comes back."""

from datetime import date
from typing import Literal, Protocol

from pydantic import Field

from knowledge.documents import Kind, Locale, Record, Value

Strength = Literal["strong", "weak", "none"]


class Query(Value):
    """A question to the knowledge.

    `on` is the day on which a document must be valid; `channel` leaves out tone rules and cases that
    were written for other channels.
    """

    text: str
    kind: Kind = "script"
    locale: Locale | None = None
    brand: str | None = None
    channel: str | None = None
    on: date | None = None
    top_k: int = Field(default=5, ge=1, le=100)


class Hit(Value):
    """A chunk that may answer, best first; `score` orders hits of one query and is no probability.

    `id` is `document#n`; `kind` is `card` for a note on the customer card. `confidence` in 0..1 is
    the calibrated chance that this hit answers the query, and `strength` its three-step form.
    """

    id: str
    document: str
    kind: Literal["script", "tone", "case", "card"]
    title: str
    text: str
    score: float
    strength: Strength
    confidence: float = Field(default=0.0, ge=0, le=1)
    locale: Locale = "ru"
    question: str = ""
    answer: str = ""
    record: Record | None = Field(default=None, exclude=True, repr=False)


class Retriever(Protocol):
    """Finds what the company knows. Never raises for odd text: it finds nothing."""

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return at most `query.top_k` hits, best first, weak ones included and marked."""
        ...
