"""Which pages there are."""

from dataclasses import dataclass

from knowledge import Locale
from ui.locales import LANGUAGES


@dataclass(frozen=True)
class Place:
    """A page beside the panel.

    `key` is its path and its name in the section `nav` of the screens' words; `makes` names the
    function that builds it as `module:function`; the function takes the copilot and a language.
    """

    key: str
    makes: str

    def path(self, language: Locale) -> str:
        """Where the page is served in a language."""
        return f"/{self.key}/{language}"


PLACES: tuple[Place, ...] = (
    Place("practice", "ui.practice:make_blocks"),
    Place("knowledge", "ui.knowledge:make_blocks"),
    Place("incidents", "ui.incidents:make_blocks"),
    Place("quality", "ui.quality:make_blocks"),
)


def place_at(path: str) -> tuple[Place, Locale] | None:
    """Return the page and the language that a path of a request belongs to."""
    for place in PLACES:
        for language in LANGUAGES:
            own = place.path(language)
            if path == own or path.startswith(f"{own}/"):
                return place, language
    return None


def bare(path: str) -> Place | None:
    """Return the page whose path is named without a language."""
    return next((place for place in PLACES if path.rstrip("/") == f"/{place.key}"), None)
