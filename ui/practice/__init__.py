"""The practice page: talk with a made-up customer, then read what moved them.

`gym` keeps and plays sessions, `screens` is the page, `coach` answers what the page asks; what is
shown is made in `ui/view/practice*` and put into the templates here, which escape everything.
"""

from typing import TYPE_CHECKING, Any

from knowledge import Locale

if TYPE_CHECKING:
    from copilot import Copilot


def make_blocks(copilot: "Copilot", language: Locale) -> Any:
    """Return the page as Gradio blocks; importing Gradio takes seconds."""
    from ui.practice.screens import practice_blocks

    return practice_blocks(copilot, language)
