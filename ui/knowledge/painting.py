"""HTML of the page from templates that escape whatever is put into them."""

from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from knowledge import Locale
from ui.locales import words


def paint(template: str, language: Locale, **values: Any) -> Markup:
    """Return a template filled in; `w` are the words of the page."""
    html = _environment(language).get_template(f"{template}.html").render(**values)
    return Markup(html)  # noqa: S704 - the template has escaped what was put into it


@cache
def _environment(language: Locale) -> Environment:
    environment = Environment(
        loader=PackageLoader("ui.knowledge"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said = words(language, "library")
    environment.globals.update(w=said, language=language)
    environment.filters.update(
        fill=lambda text, **values: str(text).format(**values),
        day=lambda moment: day(moment, language),
        moment=lambda when: f"{day(when.astimezone(), language)}, {when.astimezone():%H:%M}",
        named=lambda key, section: str(said[section].get(key, key)),
    )
    return environment


def day(moment: date | datetime, language: Locale) -> str:
    """Return a day in words, as in `22 November 2026`."""
    months = words(language, "library")["months_of"]
    return f"{moment.day} {months[moment.month - 1]} {moment.year}"
