"""The templates of the practice page. Jinja escapes every value that is put in."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge import Locale
from ui.locales import name_of, words

PAGE = "practice"


def render(template: str, language: Locale, **values: Any) -> str:
    """Fill a template with values and the words of the page in one language."""
    w = words(language, PAGE)
    return _environment().get_template(f"{template}.html").render(w=w, language=language, **values)


@cache
def _environment() -> Environment:
    folder = str(files(__name__.rpartition(".")[0]).joinpath("templates"))
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["name_of"] = name_of
    return environment
