"""The desk of the knowledge page: each request goes to its action, each refusal into a notice."""

import logging
from typing import TYPE_CHECKING

from pydantic import ValidationError

from copilot.errors import TeploError
from knowledge import Locale
from ui.jobs import jobs_of
from ui.knowledge import checks, document, gaps, shelf, terms, uploads, writing
from ui.knowledge.room import Action, Room
from ui.knowledge.wire import MAX_ASK_CHARS, Asked, Notice, Telling

if TYPE_CHECKING:
    from copilot import Copilot

LOG = logging.getLogger("teplo.knowledge")

TABS = ("documents", "upload", "gaps", "lint", "terms")
ACTIONS: dict[str, Action] = {
    "documents": shelf.opened,
    "list": shelf.listed,
    "bin": shelf.in_bin,
    "document": document.shown,
    "version": document.old,
    "try": document.tried,
    "new": writing.new,
    "create": writing.create,
    "save": writing.save,
    "status": writing.set_status,
    "validity": writing.set_validity,
    "delete": writing.delete,
    "restore": writing.restore,
    "erase": writing.erase,
    "revert": writing.revert,
    "upload": uploads.opened,
    "job": uploads.followed,
    "starter": uploads.take_starter,
    "gaps": gaps.opened,
    "gap": gaps.shown,
    "gap-ignore": gaps.ignore,
    "gap-draft": gaps.draft,
    "gap-attach": gaps.attach,
    "gap-undo": gaps.undo,
    "gap-erase": gaps.erase,
    "lint": checks.opened,
    "lint-run": checks.run,
    "terms": terms.opened,
}


class Desk:
    """The desk of one installation in one language; it remembers nothing between requests."""

    def __init__(self, copilot: "Copilot", language: Locale) -> None:
        """Take the installation."""
        self.language = language
        self._room = Room(copilot, language, jobs_of(copilot.settings.data_home))

    @property
    def title(self) -> str:
        """The title of the window."""
        return str(self._room.said["title"])

    def frame(self) -> str:
        """Return the places that answers go to."""
        return self._room.paint("frame", tabs=TABS)

    def listen(self, raw: str) -> Telling:
        """Answer a request of the page."""
        if not raw:
            return Telling()
        if len(raw) > MAX_ASK_CHARS:
            return Telling(
                notice=Notice(text=str(self._room.said["errors"]["TooLong"]), grave=True)
            )
        try:
            asked = Asked.model_validate_json(raw)
        except ValidationError:
            LOG.warning("The page sent something that cannot be read.")
            return self._odd()
        return self._answer(asked).model_copy(update={"serial": asked.serial})

    def _answer(self, asked: Asked) -> Telling:
        action = ACTIONS.get(asked.do)
        if action is None:
            return self._odd()
        try:
            return action(self._room, asked)
        except TeploError as error:
            return self._room.trouble(error)
        except ValidationError:
            LOG.warning("The page sent a value that does not fit.", exc_info=True)
            return self._odd()
        except Exception:
            LOG.exception("The knowledge page broke off.")
            return Telling(notice=Notice(text=str(self._room.said["errors"]["Bug"]), grave=True))

    def _odd(self) -> Telling:
        return Telling(notice=Notice(text=str(self._room.said["errors"]["Odd"]), grave=True))
