"""The operator panel: Gradio screens behind the gate."""

from typing import TYPE_CHECKING

from fastapi import FastAPI

from copilot import quiet_vendors

if TYPE_CHECKING:
    from ui.panel.operator import Answerer


def mount_panel(app: FastAPI, copilot: "Answerer") -> FastAPI:
    """Mount the panel at the root of `app` and return it; Gradio takes seconds to import."""
    quiet_vendors()
    import gradio as gr

    from ui.panel.operator import Desk
    from ui.panel.page import head
    from ui.panel.screens import OperatorScreen

    blocks = OperatorScreen(Desk(copilot)).blocks
    blocks.queue(status_update_rate=30, default_concurrency_limit=8, max_size=64)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size="10mb",
        theme=gr.themes.Base(
            font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ),
        head=head(),
    )
    return mounted
