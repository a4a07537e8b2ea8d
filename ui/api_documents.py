"""REST about documents: list, form, versions, bin, search."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from copilot import Copilot
from knowledge import Kind, Locale, Status
from knowledge.forms import Form, defaults_of, schema_of
from knowledge.listing import Filter, Page
from knowledge.sheets import Sheet
from ui.api_answers import today
from ui.trying import found_for, previewed


class Body(BaseModel):
    """A request that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class New(Body):
    """A document to be made."""

    form: Form
    locale: Locale
    name: str = ""
    values: dict[str, Any]
    note: Annotated[str, Field(max_length=400)] = ""


class Saved(Body):
    """The values of a form, and the version that they come from."""

    version: int
    values: dict[str, Any]
    note: Annotated[str, Field(max_length=400)] = ""


class StatusWish(Body):
    """Whether a document is to be offered."""

    version: int
    status: Status


class ValidityWish(Body):
    """From when to when a document is to hold."""

    version: int
    valid_from: date | None = None
    valid_to: date | None = None


class Reversal(Body):
    """Which version is to come back."""

    version: int
    to: int


class Trial(Body):
    """A form that nobody has saved yet, and what a customer may write."""

    form: Form
    locale: Locale
    values: dict[str, Any]
    message: Annotated[str, Field(max_length=4_000)] = ""


def document_routes(router: APIRouter, copilot: Copilot) -> None:
    """Add the routes about documents."""
    _read_routes(router, copilot)
    _write_routes(router, copilot)
    _version_routes(router, copilot)


def _read_routes(router: APIRouter, copilot: Copilot) -> None:
    @router.get("/documents")
    def documents(wanted: Annotated[Filter, Query()]) -> Page:
        """A page of documents."""
        return copilot.library.overview.page(wanted, today())

    @router.post("/documents/preview")
    def preview(trial: Trial) -> dict[str, Any]:
        """How a reply would use a document that is not saved yet."""
        return previewed(copilot, trial.form, trial.locale, trial.values, trial.message)

    @router.get("/documents/{document_id}")
    def document(document_id: str) -> Sheet:
        """A document as its form shows it."""
        return copilot.library.editor.sheet(document_id)

    @router.get("/schema/{form}")
    def schema(form: Form) -> dict[str, Any]:
        """The JSON schema of a form's values, and an empty form."""
        return {"schema": schema_of(form), "defaults": defaults_of(form)}

    @router.get("/search")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=2_000)],
        kind: Kind = "script",
        locale: Locale | None = None,
        brand: str | None = None,
        on: date | None = None,
        top: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> dict[str, Any]:
        """What search finds, and why."""
        hits = found_for(copilot, q, kind=kind, locale=locale, brand=brand, on=on, top=top)
        return {"query": q, "hits": hits}


def _write_routes(router: APIRouter, copilot: Copilot) -> None:
    @router.post("/documents", status_code=201)
    def create(new: New) -> Sheet:
        """Make a document."""
        editor = copilot.library.editor
        return editor.create(new.form, new.locale, new.values, name=new.name, note=new.note)

    @router.put("/documents/{document_id}")
    def save(document_id: str, saved: Saved) -> Sheet:
        """Save a form as the document's next version."""
        editor = copilot.library.editor
        return editor.save(document_id, saved.version, saved.values, note=saved.note)

    @router.post("/documents/{document_id}/status")
    def set_status(document_id: str, wish: StatusWish) -> Sheet:
        """Publish, unpublish or retire a document."""
        return copilot.library.editor.set_status(document_id, wish.version, wish.status)

    @router.post("/documents/{document_id}/validity")
    def set_validity(document_id: str, wish: ValidityWish) -> Sheet:
        """Say from when to when a document holds."""
        return copilot.library.editor.set_validity(
            document_id, wish.version, wish.valid_from, wish.valid_to
        )

    @router.delete("/documents/{document_id}")
    def delete(document_id: str, version: int) -> dict[str, Any]:
        """Put a document into the bin."""
        lies_at = copilot.library.editor.delete(document_id, version)
        return {"deleted": document_id, "version": lies_at}

    @router.post("/documents/{document_id}/erase")
    def erase(document_id: str) -> dict[str, Any]:
        """Erase a document for good, with all that was made of it."""
        copilot.library.editor.history(document_id)  # says so when there is none
        return {"erased": copilot.library.forget([document_id])}


def _version_routes(router: APIRouter, copilot: Copilot) -> None:
    @router.get("/documents/{document_id}/history")
    def history(document_id: str) -> dict[str, Any]:
        """The versions of a document, newest first."""
        lines = copilot.library.editor.history(document_id)
        return {"items": [line.model_dump(mode="json") for line in lines]}

    @router.get("/documents/{document_id}/history/{version}")
    def old(document_id: str, version: int) -> Sheet:
        """One version of a document."""
        return copilot.library.editor.sheet(document_id, version)

    @router.post("/documents/{document_id}/revert")
    def revert(document_id: str, reversal: Reversal) -> Sheet:
        """Bring an old version back as the newest."""
        return copilot.library.editor.revert(document_id, reversal.version, reversal.to)

    @router.get("/bin")
    def in_bin() -> dict[str, Any]:
        """What was deleted and can be restored."""
        lines = copilot.library.editor.bin()
        return {"items": [line.model_dump(mode="json") for line in lines]}

    @router.post("/documents/{document_id}/restore")
    def restore(document_id: str) -> Sheet:
        """Bring a document back out of the bin."""
        return copilot.library.editor.restore(document_id)
