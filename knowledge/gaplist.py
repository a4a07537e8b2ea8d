"""Gaps as people see them: values, and how they come from their rows."""

from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy.orm import Session

from knowledge.documents import Locale, Value
from knowledge.errors import NotFound
from knowledge.sheets import aware
from knowledge.tables import GapRow

GapState = Literal["open", "ignored", "drafted", "attached"]


class GapExample(Value):
    """What one customer wrote, masked."""

    request: str
    message: str
    at: str


class Gap(Value):
    """A matter that was asked for, how often, and what was done about it.

    `document` is the article drafted from it, or the one it was attached to.
    """

    id: int
    locale: Locale
    state: GapState
    request: str
    strength: Literal["weak", "none"]
    count: int = Field(ge=1)
    first_seen: datetime
    last_seen: datetime
    examples: tuple[GapExample, ...]
    document: str = ""
    undoable: bool = False


class GapPage(Value):
    """A page of the queue, most asked first; `counts` are of all gaps by state."""

    items: tuple[Gap, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


def row_of(session: Session, gap_id: int) -> GapRow:
    """Return the row of a gap.

    Raises:
        NotFound: there is none.
    """
    row = session.get(GapRow, gap_id)
    if row is None:
        raise NotFound(f"There is no gap {gap_id}.")
    return row


def gap_of(row: GapRow) -> Gap:
    """Return the gap of a row."""
    return Gap(
        id=row.id,
        locale=row.locale,
        state=row.state,
        request=row.request,
        strength=row.strength,
        count=row.count,
        first_seen=aware(row.first_seen),
        last_seen=aware(row.last_seen),
        examples=tuple(GapExample.model_validate(example) for example in row.examples),
        document=row.document,
        undoable=row.undo is not None,
    )
