"""The operator panel: Gradio screens behind the gate."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from copilot import quiet_vendors

if TYPE_CHECKING:
    from ui.panel.operator import Answerer


def mount_panel(app: FastAPI, copilot: "Answerer") -> FastAPI:
    """Mount the panel at the root of `app` and return it; Gradio takes seconds to import."""
    quiet_vendors()
    from ui.panel.operator import Desk
    from ui.panel.page import head
    from ui.panel.screens import OperatorScreen
    from ui.shell.mounting import mount_blocks

    blocks = OperatorScreen(Desk(copilot)).blocks
    return mount_blocks(app, blocks, path="/", head=head(), max_file="10mb")
