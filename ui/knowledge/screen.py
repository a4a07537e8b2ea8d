"""The Gradio screen: the strip, the places that are painted, and the wire."""

from typing import Any

import gradio as gr

from ui.accounts import who_of
from ui.knowledge.desk import Desk
from ui.knowledge.rights import closed_to
from ui.shell.top import strip

_QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def screen(desk: Desk) -> gr.Blocks:
    """Lay the screen out and connect it."""
    blocks = gr.Blocks(title=desk.title, analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML(strip(desk.language, "knowledge"), elem_classes="tp-strip")
        with gr.Column(elem_id="tp-page"):
            gr.HTML(desk.frame(), elem_id="k-frame")
        ask, tell = _wire("k-ask"), _wire("k-tell")

        def listen(raw: str, request: gr.Request) -> str:
            told = desk.listen(raw)
            return told.and_also(closed=closed_to(who_of(request))).model_dump_json()

        ask.change(listen, [ask], [tell], trigger_mode="multiple", **_QUIET)
    return blocks


def _wire(name: str) -> gr.Textbox:
    return gr.Textbox(elem_id=name, visible="hidden", lines=1, max_lines=1, label=name)
