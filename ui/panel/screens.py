"""The Gradio screen: the boxes and buttons, the places that the page paints, and the wires."""

from collections.abc import Iterator
from typing import Any, get_args

import gradio as gr

from copilot.conversation import Channel, Conversation
from knowledge import Locale
from ui.accounts import account_of
from ui.locales import words
from ui.panel.operator import Desk
from ui.panel.thread import card_text, demo_in
from ui.paste import MAX_PASTE_CHARS
from ui.view.screen import Telling, titles

CHANNELS = get_args(Channel)
MODEL_AT_ONCE = 8
_QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


class OperatorScreen:
    """The screen of the operator; `blocks` is what Gradio mounts."""

    def __init__(self, desk: Desk) -> None:
        """Lay the screen out and connect it."""
        self._desk = desk
        language = desk.copilot.settings.language
        self.blocks = gr.Blocks(title="Teplo", analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._lay_out(language)
            self._connect()

    def _lay_out(self, language: Locale) -> None:
        gr.Column(elem_id="tp-top")
        with gr.Row(elem_id="tp-desk"):
            with gr.Column(elem_id="tp-left"):
                gr.Column(elem_id="tp-thread-place")
                self._inputs(language)
            gr.Column(elem_id="tp-mid")
            gr.Column(elem_id="tp-right")
        self.ask = _wire("tp-ask")
        self.ask_model = _wire("tp-ask-model")
        self.held = _wire("tp-held")
        self.tell = _wire("tp-tell")

    def _inputs(self, language: Locale) -> None:
        demo = demo_in(language)
        self.message = gr.Textbox(
            elem_id="tp-message", lines=2, max_lines=10, max_length=MAX_PASTE_CHARS, autofocus=False
        )
        with gr.Row(elem_id="tp-actions"):
            self.answer = gr.Button(elem_id="tp-answer", variant="primary", min_width=90)
            self.clear = gr.Button(elem_id="tp-clear", variant="secondary", min_width=90)
        with gr.Column(elem_id="tp-more"):
            self.notes = gr.Textbox(
                elem_id="tp-notes",
                lines=2,
                max_lines=6,
                max_length=8000,
                value=card_text(demo.card, language),
            )
            with gr.Row(elem_id="tp-small"):
                self.channel = gr.Dropdown(
                    list(CHANNELS), value=demo.channel, elem_id="tp-channel", filterable=False
                )
                self.demo = gr.Dropdown([0], value=0, elem_id="tp-demo", filterable=False)

    def _worded(self) -> tuple[Any, ...]:
        return (self.message, self.answer, self.clear, self.notes, self.channel, self.demo)

    def _connect(self) -> None:
        desk, tell = self._desk, self.tell
        told = [tell, self.message, self.notes, self.channel, self.demo]
        inputs = [self.message, self.channel, self.notes, self.held]

        def answer(message: str, channel: str, notes: str, held: str) -> Any:
            return self._shown(desk.answer(message, channel, notes, held), held)

        def clear(held: str) -> Any:
            return self._shown(desk.clear(held), held)

        def open_demo(number: int | None, held: str) -> Any:
            return self._shown(desk.open_demo(number, held), held)

        def listen(raw: str, channel: str, notes: str) -> Any:
            said = desk.listen(raw, channel, notes)
            labels = _labels(desk.language(raw)) if said.words else [{} for _ in self._worded()]
            if said.words or said.kept:
                _place(labels, said, desk.language(raw))
            return (said.model_dump_json(), *(gr.update(**label) for label in labels))

        def write(raw: str, channel: str, notes: str, request: gr.Request) -> Iterator[str]:
            for said in desk.write(raw, channel, notes, account_of(request)):
                yield said.model_dump_json()

        self.answer.click(answer, inputs, told, **_QUIET)
        self.clear.click(clear, [self.held], told, **_QUIET)
        self.demo.input(open_demo, [self.demo, self.held], told, **_QUIET)
        self.channel.input(answer, inputs, told, **_QUIET)
        wire = [self.channel, self.notes]
        self.ask.change(
            listen, [self.ask, *wire], [tell, *self._worded()], trigger_mode="multiple", **_QUIET
        )
        self.ask_model.change(
            write, [self.ask_model, *wire], [tell], trigger_mode="multiple",
            **{**_QUIET, "queue": True, "concurrency_limit": MODEL_AT_ONCE},
        )  # fmt: skip

    def _shown(self, said: Telling, held: str) -> tuple[Any, ...]:
        """Empty the box that was read, and show the card and the channel of the conversation."""
        if said.thread is None:
            return (said.model_dump_json(), *(gr.skip() for _ in range(4)))
        channel = said.thread.conversation["channel"]
        notes = _notes_of(said, self._desk.language(held))["value"]
        return (
            said.model_dump_json(),
            "",
            notes,
            channel,
            None if not said.thread.demo else gr.skip(),
        )


def _wire(name: str) -> gr.Textbox:
    return gr.Textbox(elem_id=name, visible="hidden", lines=1, max_lines=1, label=name)


def _notes_of(said: Telling, language: Locale) -> dict[str, str]:
    conversation = Conversation.model_validate(said.thread.conversation) if said.thread else None
    return {"value": card_text(conversation.card, language) if conversation else ""}


def _place(labels: list[dict[str, Any]], said: Telling, language: Locale) -> None:
    """Put the card, the channel and the example of a conversation into the boxes."""
    if said.thread is None:
        return
    labels[3] |= _notes_of(said, language)
    labels[4]["value"] = said.thread.conversation["channel"]
    labels[5]["value"] = labels[5]["choices"][0][1] if said.thread.demo else None


def _labels(language: Locale) -> list[dict[str, Any]]:
    """What the boxes and buttons say, in the order of `_worded`."""
    w = words(language)
    c = w["conversation"]
    return [
        {"label": c["message"], "placeholder": c["placeholder"]},
        {"value": c["answer"]},
        {"value": c["clear"]},
        {"label": c["notes"], "placeholder": c["notes_placeholder"]},
        {"label": c["channel"], "choices": [(w["channels"][key], key) for key in CHANNELS]},
        {"label": c["demo"], "choices": [(t, n) for n, t in enumerate(titles(language))]},
    ]
