"""The operator panel: Gradio screens behind the gate."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from copilot import quiet_vendors

if TYPE_CHECKING:
    from ui.kept import Keeper
    from ui.panel.answerer import Answerer


def mount_panel(app: FastAPI, copilot: "Answerer", *, keeper: "Keeper | None" = None) -> FastAPI:
    """Mount the panel at the root of `app` and return it; Gradio takes seconds to import.

    Without a `keeper` no kept conversations are opened.
    """
    quiet_vendors()
    from ui.panel.operator import Desk
    from ui.panel.page import head
    from ui.panel.screens import OperatorScreen
    from ui.shell.mounting import mount_blocks

    blocks = OperatorScreen(Desk(copilot, keeper=keeper)).blocks
    return mount_blocks(app, blocks, path="/", head=head(), max_file="10mb")
