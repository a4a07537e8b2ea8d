"""What the actions of the page work with, and the pieces of an answer that several of them need."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from copilot.errors import TeploError
from knowledge import Locale
from ui.jobs import Jobs
from ui.knowledge.painting import paint
from ui.knowledge.wire import Asked, Notice, Telling
from ui.locales import words

if TYPE_CHECKING:
    from copilot import Copilot
    from knowledge.editing import Editor

Action = Callable[["Room", Asked], Telling]


@dataclass(frozen=True)
class Room:
    """One installation, in one language."""

    copilot: "Copilot"
    language: Locale
    jobs: Jobs

    @property
    def said(self) -> dict[str, Any]:
        """The words of the page."""
        return words(self.language, "library")

    @property
    def editor(self) -> "Editor":
        """What writes documents."""
        return self.copilot.library.editor

    def paint(self, template: str, **values: Any) -> Markup:
        """Return a template in this language."""
        return paint(template, self.language, **values)

    def notice(self, key: str, *, undo: dict[str, str] | None = None, **values: Any) -> Notice:
        """Say what came of an action."""
        return Notice(text=str(self.said["done"][key]).format(**values), undo=undo or {})

    def trouble(self, error: TeploError) -> Telling:
        """Say what went wrong: in the words of the page if it has some, else in those of the error."""
        said = self.said["errors"].get(type(error).__name__)
        text = str(said).format(message=error) if said else str(error)
        return Telling(notice=Notice(text=text, grave=True))
