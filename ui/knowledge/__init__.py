"""The knowledge page: upload, browse, edit, gaps, lint, calendar."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copilot import Copilot
    from knowledge import Locale


def make_blocks(copilot: "Copilot", language: "Locale") -> Any:
    """Build the screen in a language; `ui.shell` mounts it."""
    from ui.knowledge.desk import Desk
    from ui.knowledge.screen import screen

    return screen(Desk(copilot, language))
