"""The pages outside the panel: those shown before or instead of it, and those of accounts."""

from functools import cache
from importlib.resources import files
from typing import Any

from knowledge import Locale


@cache
def page(name: str) -> str:
    """Return the HTML of a page by its name."""
    return _framed(files(__name__).joinpath(f"{name}.html").read_text("utf-8"))


def account_page(name: str, language: Locale, **values: Any) -> str:
    """Return a page of accounts filled in; the template escapes whatever is put into it."""
    from ui.locales import words

    said = words(language, "account")
    values = {"problem": "", "login": "", "next": "", "who": None, **values}
    template = _environment().get_template(f"account_{name}.html")
    body = template.render(w=said, language=language, **values)
    style = files(__name__).joinpath("account_form.css").read_text("utf-8")
    html = _framed(f"<style>{style}</style>{body}")
    return html.replace('<html lang="ru">', f'<html lang="{language}">', 1)


def _framed(body: str) -> str:
    frame = files(__name__).joinpath("frame.html").read_text("utf-8")
    return frame.replace("<!--body-->", body)


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("ui", "pages"), autoescape=True, undefined=StrictUndefined
    )
