"""The page for QA: runs of the cases, two of them compared, their replies, audits of real chats."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copilot import Copilot
    from knowledge import Locale


def make_blocks(copilot: "Copilot", language: "Locale") -> Any:
    """Build the screen in a language; `ui.shell` mounts it."""
    from ui.quality.room import Room
    from ui.quality.screen import screen

    return screen(Room(copilot, language))
