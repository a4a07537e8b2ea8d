"""Changes of a document, each with the way to take it back."""

from datetime import date
from typing import Any, get_args

from knowledge import Fault, InvalidForm, Locale, Status
from knowledge.forms import FORMS, Form, defaults_of, filled_in
from ui.knowledge.document import painted, telling
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Odd, Telling
from ui.view.knowledge_form import form_view
from ui.view.knowledge_schema import parts_of, values_from

_NOTE_CHARS = 400


def new(room: Room, asked: Asked) -> Telling:
    """Show an empty form."""
    form, locale = _form(asked), _locale(room, asked)
    html = _new(room, form, locale, {**defaults_of(form), "status": "draft"})
    return Telling(parts={"k-document": html}, focus="k-document-title")


def create(room: Room, asked: Asked) -> Telling:
    """Write a new document, or say at once everything that is wrong with it."""
    form, locale = _form(asked), _locale(room, asked)
    values = values_from(form, dict(asked.fields))
    name, note = asked.field("k-name").strip(), asked.field("k-note")[:_NOTE_CHARS]
    try:
        sheet = room.editor.create(form, locale, values, name=name, note=note)
    except InvalidForm as error:
        faults = _every(form, values, error)
        html = _new(room, form, locale, values, faults, name=name, note=note)
        return Telling(parts={"k-document": html}, focus="k-faults", say=_count(room, faults))
    told = telling(room, sheet)
    undo = {"do": "delete", "id": sheet.id, "version": str(sheet.version)}
    notice = room.notice("created", title=sheet.title, undo=undo)
    return told.and_also(notice=notice, again=("list",))


def save(room: Room, asked: Asked) -> Telling:
    """Write a form as the next version, or say at once everything that is wrong with it."""
    sheet = room.editor.sheet(asked.arg("id"))
    version = asked.number("version")
    values, note = values_from(sheet.form, dict(asked.fields)), asked.field("k-note")
    try:
        saved = room.editor.save(sheet.id, version, values, note=note[:_NOTE_CHARS])
    except InvalidForm as error:
        faults = _every(sheet.form, values, error)
        html = painted(
            room,
            sheet.model_copy(update={"version": version}),
            "edit",
            values=values,
            faults=faults,
            note=note,
        )
        return Telling(parts={"k-document": html}, focus="k-faults", say=_count(room, faults))
    undo = {"do": "revert", "id": saved.id, "version": str(saved.version), "to": str(version)}
    notice = room.notice("saved", n=saved.version, undo=undo)
    return telling(room, saved).and_also(notice=notice, again=("list",))


def set_status(room: Room, asked: Asked) -> Telling:
    """Publish, unpublish or retire."""
    before = room.editor.sheet(asked.arg("id"))
    wish: Status | None = next(
        (one for one in get_args(Status) if one == asked.arg("status")), None
    )
    if wish is None:
        raise Odd(f"There is no status {asked.arg('status')!r}.")
    sheet = room.editor.set_status(before.id, asked.number("version"), wish)
    undo = {"do": "status", "id": sheet.id, "version": str(sheet.version), "status": before.status}
    notice = room.notice(wish, title=sheet.title or sheet.name, undo=undo)
    told = telling(room, sheet, asked.arg("view"))
    return told.and_also(notice=notice, again=("list",))


def set_validity(room: Room, asked: Asked) -> Telling:
    """Say from when to when it holds."""
    first, last = asked.field("k-from"), asked.field("k-to")
    before = room.editor.sheet(asked.arg("id"))
    version = asked.number("version")
    try:
        sheet = room.editor.set_validity(before.id, version, _day(first), _day(last))
    except InvalidForm as error:
        _, slips = form_view(before.form, before.values, error.faults, room.language)
        notice = room.notice("refused", why=" ".join(slip.text for slip in slips))
        return Telling(notice=notice.model_copy(update={"grave": True}))
    undo = {"do": "revert", "id": sheet.id, "version": str(sheet.version), "to": str(version)}
    told = telling(room, sheet, asked.arg("view"))
    return told.and_also(notice=room.notice("validity", undo=undo), again=("list",))


def delete(room: Room, asked: Asked) -> Telling:
    """Put a document into the bin."""
    sheet = room.editor.sheet(asked.arg("id"))
    room.editor.delete(sheet.id, asked.number("version"))
    notice = room.notice(
        "deleted", title=sheet.title or sheet.name, undo={"do": "restore", "id": sheet.id}
    )
    html = room.paint("gone", sheet=sheet)
    return Telling(
        parts={"k-document": html}, notice=notice, again=("list",), url={"tab": "documents"}
    )


def restore(room: Room, asked: Asked) -> Telling:
    """Bring a document back out of the bin."""
    sheet = room.editor.restore(asked.arg("id"))
    notice = room.notice("restored", title=sheet.title or sheet.name)
    return telling(room, sheet).and_also(notice=notice, again=("list",))


def erase(room: Room, asked: Asked) -> Telling:
    """Erase a document for good, with everything that was made of it."""
    name = asked.arg("id")
    room.editor.history(name)  # says so when there is none
    room.copilot.library.forget([name])
    html = room.paint("bin", lines=room.editor.bin())
    return Telling(
        parts={"k-document": html}, notice=room.notice("erased", title=name), again=("list",)
    )


def revert(room: Room, asked: Asked) -> Telling:
    """Bring an old version back as the newest."""
    version = asked.number("version")
    sheet = room.editor.revert(asked.arg("id"), version, asked.number("to"))
    undo = {"do": "revert", "id": sheet.id, "version": str(sheet.version), "to": str(version)}
    notice = room.notice("reverted", n=asked.number("to"), undo=undo)
    return telling(room, sheet).and_also(notice=notice, again=("list",))


def _new(
    room: Room,
    form: Form,
    locale: Locale,
    values: dict[str, Any],
    faults: tuple[Fault, ...] = (),
    **more: str,
) -> str:
    sections, slips = form_view(form, values, faults, room.language)
    told = {"name": "", "note": "", **more}
    return room.paint("new", form=form, locale=locale, sections=sections, slips=slips, **told)


def _form(asked: Asked) -> Form:
    return next((form for form in FORMS if form == asked.arg("form")), "article")


def _locale(room: Room, asked: Asked) -> Locale:
    return next((one for one in get_args(Locale) if one == asked.arg("locale")), room.language)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Odd(f"{text!r} is no day.") from error


def _every(form: Form, values: dict[str, Any], error: InvalidForm) -> tuple[Fault, ...]:
    """Return the faults of a form, and those that show only where nothing is of a wrong type."""
    wrong = {fault.path[0] for fault in error.faults}
    named = tuple(one for one in error.faults if one.path != ("id",))  # the name says it already
    sound = {key: value for key, value in values.items() if key not in wrong}
    stand_in = {
        part.name: part.choices[0] for part in parts_of(form) if part.choices and part.name in wrong
    }
    try:
        filled_in(form, "ru:form", {**sound, **stand_in})
    except InvalidForm as more:
        return (*named, *(fault for fault in more.faults if fault.path[0] not in wrong))
    return named


def _count(room: Room, faults: tuple[Fault, ...]) -> str:
    return str(room.said["form"]["faults"]).format(n=len(faults))
