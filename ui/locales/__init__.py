"""The words of the screens, one file a language, and how they are read."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge import Locale

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LANGUAGES: tuple[Locale, ...] = ("ru", "en")


@cache
def words(language: Locale, page: str = "") -> dict[str, Any]:
    """Return the texts of the panel, or of one page beside it, in one language, by section."""
    name = f"{page}_{language}.yaml" if page else f"{language}.yaml"
    text = files(__name__).joinpath(name).read_text("utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=_LOADER)  # noqa: S506 – both loaders are the safe one
    return found


def name_of(section: str, key: str, language: Locale) -> str:
    """Return the shown name of a label; an unknown one is shown as it is, without underscores."""
    return str(words(language)[section].get(key) or key.replace("_", " "))
