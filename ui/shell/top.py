"""The strip on top of every page: name, ways to the other pages, language, theme."""

from html import escape
from importlib.resources import files

from knowledge import Locale
from ui.locales import LANGUAGES, words
from ui.shell.places import PLACES, Place

PANEL = "panel"


def links(language: Locale) -> tuple[tuple[str, str, str], ...]:
    """Return (key, address, name) of the panel and of every page."""
    names = words(language)["nav"]
    pages = ((place.key, place.path(language), str(names[place.key])) for place in PLACES)
    return ((PANEL, "/", str(names[PANEL])), *pages)


def strip(language: Locale, here: str) -> str:
    """Return the strip as HTML; `here` is the key of the page that shows it."""
    said = words(language)
    page = said["page"]
    ways = "".join(
        f'<a href="{address}"{" aria-current=page" if key == here else ""}>{escape(name)}</a>'
        for key, address, name in links(language)
    )
    place = next((place for place in PLACES if place.key == here), Place(here, ""))
    codes = "".join(
        f'<a class="seg" lang="{code}" data-tp-language="{code}" href="{place.path(code)}" '
        f'role="radio" aria-checked="{str(code == language).lower()}">{code.upper()}</a>'
        for code in LANGUAGES
    )
    themes = " ".join(
        f'data-{kind}="{escape(str(page["theme_" + kind]))}"' for kind in ("auto", "light", "dark")
    )
    return (
        f'<a class="skip" href="#tp-page">{escape(str(said["nav"]["skip"]))}</a>'
        f'<header class="top"><div class="brand">{escape(str(page["title"]))}</div>'
        f'<nav class="ways" aria-label="{escape(str(said["nav"]["label"]))}">{ways}</nav>'
        f'<div class="tools"><div class="segs" role="radiogroup" '
        f'aria-label="{escape(str(page["language"]))}">{codes}</div>'
        f'<a class="icon" href="/account" aria-label="{escape(str(page["account"]))}" '
        f'title="{escape(str(page["account"]))}">@</a>'
        f'<button type="button" class="icon" id="tp-theme" {themes}></button></div></header>'
    )


def head(language: Locale, package: str = "") -> str:
    """Return the style and script of a page as elements for the head of the document.

    `package` is where the page lives: its `page*.css` and `page*.js` come after those of all pages.
    """
    style = files("ui").joinpath("style.css").read_text("utf-8")
    own = files(__name__.rpartition(".")[0])
    pages = own.joinpath("shell.css").read_text("utf-8")
    script = own.joinpath("shell.js").read_text("utf-8")
    return (
        f"<style>{style}\n{pages}\n{_assets(package, '.css')}</style>"
        f'<script>(() => {{ "use strict"; document.documentElement.lang = "{language}";\n'
        f"{script}\n}})();</script>"
        f'<script>(() => {{ "use strict";\n{_assets(package, ".js")}\n}})();</script>'
    )


def _assets(package: str, ending: str) -> str:
    own = files(package).iterdir() if package else ()
    named = (one for one in own if one.name.startswith("page") and one.name.endswith(ending))
    return "\n".join(one.read_text("utf-8") for one in sorted(named, key=lambda one: one.name))
