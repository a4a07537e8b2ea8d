"""REST about the gap queue."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from copilot import Copilot
from knowledge import Locale
from knowledge import Query as Asked
from knowledge.gaplist import Gap, GapPage, GapState
from ui.api_answers import today

_NEAR = 5


class Answered(BaseModel):
    """What the operator answered, to become an article."""

    model_config = ConfigDict(extra="forbid")

    answer: Annotated[str, Field(max_length=20_000)]
    title: Annotated[str, Field(max_length=200)] = ""
    question: Annotated[str, Field(max_length=400)] = ""


class Attached(BaseModel):
    """The document that a gap belongs to, and the wording that it gets; the request by default."""

    model_config = ConfigDict(extra="forbid")

    document: str
    example: Annotated[str, Field(max_length=400)] = ""


def gap_routes(router: APIRouter, copilot: Copilot) -> None:
    """Add the routes about gaps."""
    _read_routes(router, copilot)
    _write_routes(router, copilot)


def _read_routes(router: APIRouter, copilot: Copilot) -> None:
    @router.get("/gaps")
    def gaps(
        state: GapState | Literal["all"] = "open",
        locale: Locale | None = None,
        page: Annotated[int, Query(ge=1)] = 1,
        per_page: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> GapPage:
        """A page of the queue, most asked first."""
        wanted = None if state == "all" else state
        return copilot.library.gaps.page(wanted, locale, page=page, per_page=per_page)

    @router.get("/gaps/{gap_id}")
    def gap(gap_id: int) -> dict[str, Any]:
        """A gap, and the documents that it may belong to."""
        found = copilot.library.gaps.gap(gap_id)
        query = Asked(text=found.request, locale=found.locale, on=today(), top_k=_NEAR)
        names = ("document", "title", "confidence", "strength")
        near = [
            {name: getattr(hit, name) for name in names} for hit in copilot.library.search(query)
        ]
        return {**found.model_dump(mode="json"), "near": near}


def _write_routes(router: APIRouter, copilot: Copilot) -> None:
    @router.post("/gaps/{gap_id}/ignore")
    def ignore(gap_id: int) -> Gap:
        """Put a gap aside."""
        return copilot.library.gaps.ignore(gap_id)

    @router.post("/gaps/{gap_id}/draft")
    def draft(gap_id: int, answered: Answered) -> dict[str, Any]:
        """Make a draft article of what the operator answered."""
        found, sheet = copilot.library.gaps.draft(
            gap_id, answered.answer, title=answered.title, question=answered.question
        )
        return {"gap": found.model_dump(mode="json"), "document": sheet.model_dump(mode="json")}

    @router.post("/gaps/{gap_id}/attach")
    def attach(gap_id: int, attached: Attached) -> dict[str, Any]:
        """Let a document that is there be found by the request."""
        found, sheet = copilot.library.gaps.attach(gap_id, attached.document, attached.example)
        return {"gap": found.model_dump(mode="json"), "document": sheet.model_dump(mode="json")}

    @router.post("/gaps/{gap_id}/undo")
    def undo(gap_id: int) -> Gap:
        """Take the last action on a gap back."""
        return copilot.library.gaps.undo(gap_id)

    @router.delete("/gaps/{gap_id}")
    def erase(gap_id: int) -> dict[str, int]:
        """Erase a gap with its examples for good."""
        copilot.library.gaps.erase(gap_id)
        return {"erased": 1}
