"""One document: read it, try it, see its history."""

from typing import Any

from knowledge.sheets import Sheet
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Telling
from ui.locales import words
from ui.trying import PREVIEW, previewed
from ui.view.knowledge_form import changes, form_view
from ui.view.knowledge_schema import values_from

VIEWS = ("read", "try", "edit", "history")
_MESSAGE_CHARS = 4_000


def shown(room: Room, asked: Asked) -> Telling:
    """Show a document in the view that was asked for."""
    return telling(room, room.editor.sheet(asked.arg("id")), asked.arg("view"))


def telling(room: Room, sheet: Sheet, view: str = "read") -> Telling:
    """Return a document as an answer."""
    wanted = view if view in VIEWS else "read"
    return Telling(
        parts={"k-document": painted(room, sheet, wanted)},
        url={"tab": "documents", "document": sheet.id, "view": wanted},
        focus="k-document-title",
        say=sheet.title or sheet.name,
    )


def painted(room: Room, sheet: Sheet, view: str, **more: Any) -> str:
    """Return a document as HTML; `more` are values and faults of a form that was refused."""
    values = more.pop("values", sheet.values)
    sections, slips = form_view(sheet.form, values, more.pop("faults", ()), room.language)
    inside: dict[str, Any] = {"sections": sections, "slips": slips, "wordings": _wordings(sheet)}
    if view == "history":
        inside["versions"] = room.editor.history(sheet.id)
    return room.paint(
        "document", sheet=sheet, view=view, views=VIEWS, **{"note": "", **inside, **more}
    )


def old(room: Room, asked: Asked) -> Telling:
    """Show what an old version said differently from the one in force."""
    sheet = room.editor.sheet(asked.arg("id"))
    then = room.editor.sheet(sheet.id, asked.number("version"))
    differ = changes(sheet.form, then.values, sheet.values, room.language)
    html = room.paint("version", sheet=sheet, old=then, changes=differ)
    return Telling(parts={"k-version": html}, focus="k-version-title")


def tried(room: Room, asked: Asked) -> Telling:
    """Answer a message with this document alone, saved or as it stands in the form."""
    sheet = room.editor.sheet(asked.arg("id"))
    values = values_from(sheet.form, dict(asked.fields)) if asked.arg("unsaved") else sheet.values
    message = asked.field("k-message")[:_MESSAGE_CHARS]
    found = previewed(room.copilot, sheet.form, sheet.locale, values, message)
    labels = words(room.language)["drafts"]["labels"]
    own = f"{sheet.locale}:{PREVIEW}"
    for one in found["suggestions"]:
        for sentence in one["sentences"]:
            sentence["ours"] = any(source.startswith(own) for source in sentence["sources"])
    html = room.paint("tried", found=found, labels=labels, sheet=sheet)
    return Telling(parts={"k-tried": html}, focus="k-tried-title")


def _wordings(sheet: Sheet) -> list[str]:
    """Return what customers may ask this document, as far as it says so itself."""
    values = sheet.values
    said = [
        *values.get("trigger_examples", ()),
        *values.get("examples", ()),
        values.get("question") or "",
        sheet.title,
    ]
    return [one for one in dict.fromkeys(said) if one]
