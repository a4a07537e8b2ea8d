"""The page of incidents: what fails just now, what customers are told, whom to tell when it is over."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copilot import Copilot
    from knowledge import Locale


def make_blocks(copilot: "Copilot", language: "Locale") -> Any:
    """Build the screen in a language; `ui.shell` mounts it."""
    from ui.incidents.board import Board
    from ui.incidents.screen import screen

    return screen(Board(copilot, language))
