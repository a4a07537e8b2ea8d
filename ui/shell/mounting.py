"""How Gradio screens are mounted: nothing of Gradio's own around them, nothing from elsewhere."""

import gradio as gr
from fastapi import FastAPI

from ui.permissions import note_handlers

MAX_FILE = "20mb"


def mount_blocks(
    app: FastAPI, blocks: gr.Blocks, *, path: str, head: str, max_file: str = MAX_FILE
) -> FastAPI:
    """Mount screens at a path of `app` and return it."""
    blocks.queue(status_update_rate=30, default_concurrency_limit=8, max_size=64)
    note_handlers(path, {number: str(one.name) for number, one in blocks.fns.items()})
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path=path,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=max_file,
        theme=gr.themes.Base(
            font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ),
        head=head,
    )
    return mounted
