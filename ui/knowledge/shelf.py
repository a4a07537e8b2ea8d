"""The list of documents: filters, search by words or by meaning, the bin."""

from typing import Any, get_args

from knowledge import Kind, Locale, Status
from knowledge.forms import FORMS
from knowledge.listing import Filter, Page, Sort
from knowledge.sheets import Origin, State
from ui.api_answers import today
from ui.knowledge.room import Room
from ui.knowledge.wire import Asked, Telling
from ui.trying import found_for

PER_PAGE = 40
FOUND = 20  # hits of a search by meaning
CHOICES: dict[str, tuple[str, ...]] = {
    "form": FORMS,
    "locale": get_args(Locale),
    "status": get_args(Status),
    "state": get_args(State),
    "origin": get_args(Origin),
}
SORTS: tuple[Sort, ...] = ("title", "-updated", "valid_to", "id")


def opened(room: Room, asked: Asked) -> Telling:
    """Show the filters and the list; ids that came along are put into the filters."""
    given = {name: asked.arg(name) for name in (*CHOICES, "brand", "q")}
    chosen = given if any(given.values()) else {**given, "locale": _own_language(room)}
    page = _page(room, {"sort": SORTS[0], **chosen}, 1)
    filters = room.paint(
        "filters",
        counts=page.counts,
        choices=CHOICES,
        brands=[name for name in page.counts["brand"] if name],
        sorts=SORTS,
        chosen=chosen,
    )
    url = {"tab": "documents", **{name: own for name, own in given.items() if own}}
    empty = sum(page.counts["form"].values()) == 0
    parts = {"k-filters": filters, "k-list": _list(room, page)}
    if not asked.arg("document"):
        parts["k-document"] = room.paint("start", empty=empty, counts=page.counts)
    return Telling(parts=parts, url=url)


def listed(room: Room, asked: Asked) -> Telling:
    """Show the list again, or what search finds."""
    chosen = dict(asked.fields)
    if chosen.get("how") == "meaning" and chosen.get("q", "").strip():
        hits = _hits(room, chosen)
        strong, weak = (sum(hit["strength"] == n for hit in hits) for n in ("strong", "weak"))
        key = "found" if strong or weak else "found_none"
        told = room.said["list"][key].format(strong=strong, weak=weak)
        return Telling(parts={"k-list": room.paint("hits", hits=hits, told=told)}, say=told)
    page = _page(room, chosen, max(1, asked.number("page")))
    told = room.said["list"]["total"].format(n=page.total)
    return Telling(parts={"k-list": _list(room, page)}, say=told)


def in_bin(room: Room, _: Asked) -> Telling:
    """Show what was deleted and can be brought back."""
    html = room.paint("bin", lines=room.editor.bin())
    return Telling(parts={"k-document": html}, focus="k-document-title")


def _page(room: Room, chosen: dict[str, str], number: int) -> Page:
    given: dict[str, Any] = {
        name: chosen[name] for name, own in CHOICES.items() if chosen.get(name) in own
    }
    if chosen.get("brand"):
        given["brand"] = chosen["brand"]
    if chosen.get("sort") in SORTS:
        given["sort"] = chosen["sort"]
    wanted = Filter(q=chosen.get("q", "")[:400], page=number, per_page=PER_PAGE, **given)
    return room.copilot.library.overview.page(wanted, today())


def _own_language(room: Room) -> str:
    """Return the language of the screen, if there are documents in it."""
    there = room.copilot.library.overview.page(Filter(per_page=1), today()).counts["locale"]
    return room.language if room.language in there else ""


def _list(room: Room, page: Page) -> str:
    whole = sum(page.counts["form"].values())
    return room.paint("list", page=page, whole=whole)


def _hits(room: Room, chosen: dict[str, str]) -> list[dict[str, Any]]:
    form = chosen.get("form", "")
    kind: Kind = "tone" if form == "tone" else "case" if form == "case" else "script"
    locale: Locale | None = next(
        (one for one in get_args(Locale) if one == chosen.get("locale")), None
    )
    return found_for(
        room.copilot,
        chosen["q"][:2_000],
        kind=kind,
        locale=locale,
        brand=chosen.get("brand") or None,
        on=today(),
        top=FOUND,
    )
