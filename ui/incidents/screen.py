"""The Gradio screen of incidents: the board, the form, what is done to an incident that is on."""

from html import escape
from importlib.resources import files
from typing import Any

import gradio as gr

from ui.incidents.board import MINUTES, Board, Form
from ui.incidents.painting import notice
from ui.shell.painted import painted
from ui.shell.top import strip

_QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
_EVERY_S = 60  # the board is painted anew


def screen(board: Board) -> gr.Blocks:
    """Lay the screen out and connect it."""
    words = board.words
    style = files(__name__.rpartition(".")[0]).joinpath("page.css").read_text("utf-8")
    blocks = gr.Blocks(title=f"Teplo · {words['title']}", analytics_enabled=False, fill_width=True)
    with blocks:
        painted(strip(board.language, "incidents"), elem_classes="tp-strip")
        with gr.Column(elem_id="tp-page"), gr.Column(elem_id="i-page"):
            painted(
                f"<style>{style}</style><h1>{escape(words['title'])}</h1>"
                f'<p class="i-lead">{escape(words["lead"])}</p>'
            )
            said = painted(elem_id="i-said")
            listed = painted(elem_id="i-list")
            chosen = gr.Radio([], label=words["now_on"], elem_id="i-chosen", visible=False)
            with gr.Row():
                change = gr.Button(words["change"], elem_id="i-change", visible=False)
                end = gr.Button(words["end"], elem_id="i-end", visible=False)
            with gr.Column(visible=False, elem_id="i-sure") as sure:
                painted(f'<p class="i-late">{escape(words["end_sure"])}</p>')
                with gr.Row():
                    yes = gr.Button(words["end_yes"], variant="primary", elem_id="i-end-yes")
                    no = gr.Button(words["end_no"], elem_id="i-end-no")
            with gr.Column(elem_id="i-form"):
                heading = painted(f"<h2>{escape(words['new'])}</h2>")
                fields, submit, cancel = _form(words)
            earlier = painted(elem_id="i-past")
        _connect(
            board,
            blocks,
            [said, listed, earlier, chosen, change, end],
            [heading, *fields, submit, cancel],
        )
        _connect_end(board, [said, listed, earlier, chosen, change, end], sure, yes, no)
    return blocks


def _form(words: dict[str, Any]) -> tuple[list[Any], gr.Button, gr.Button]:
    names = words["fields"]
    incident = gr.State("")
    title = gr.Textbox(label=names["title"], max_length=300, elem_id="i-title")
    about = gr.Textbox(
        label=names["about"], info=names["about_info"], lines=2, max_length=4_000, elem_id="i-about"
    )
    told = []
    for language in ("ru", "en"):
        facts = gr.Textbox(
            label=names[f"facts_{language}"], info=names["facts_info"], lines=2, max_length=2_000,
            elem_id=f"i-facts-{language}",
        )  # fmt: skip
        around = gr.Textbox(
            label=names[f"workaround_{language}"], placeholder=names["workaround_info"],
            max_length=300, elem_id=f"i-around-{language}",
        )  # fmt: skip
        told += [facts, around]
    allowance = gr.Textbox(label=names["allowance"], max_length=300, elem_id="i-allowance")
    low, high = MINUTES
    minutes = gr.Number(
        60, label=names["next_update"], minimum=low, maximum=high, precision=0, elem_id="i-minutes"
    )
    with gr.Row():
        submit = gr.Button(words["start"], variant="primary", elem_id="i-submit")
        cancel = gr.Button(words["cancel"], visible=False, elem_id="i-cancel")
    return [incident, title, about, *told, allowance, minutes], submit, cancel


def _connect(board: Board, blocks: gr.Blocks, shown: list[Any], form: list[Any]) -> None:
    said, listed, earlier, chosen, change, end = shown
    heading, *fields, submit, cancel = form
    lists = [listed, earlier, chosen, change, end]

    def lists_now(kept: str | None = None) -> tuple[Any, ...]:
        return _lists(board, kept)

    def filled(form: Form) -> tuple[Any, ...]:
        words = board.words
        name = words["edit"].format(title=form.title) if form.incident else words["new"]
        values = (
            form.incident, form.title, form.about, form.facts_ru, form.workaround_ru,
            form.facts_en, form.workaround_en, form.allowance, form.minutes,
        )  # fmt: skip
        return (
            f"<h2>{escape(name)}</h2>",
            *values,
            gr.update(value=words["save"] if form.incident else words["start"]),
            gr.update(visible=bool(form.incident)),
        )

    def sent(kept: str, *typed: Any) -> tuple[Any, ...]:
        values: list[Any] = ["" if one is None else one for one in typed]
        text, done = board.submit(Form(*values))
        after = filled(Form()) if done else (gr.skip(),) * (len(fields) + 3)
        return (notice(text, done=done), *lists_now(kept), *after)

    everything = [heading, *fields, submit, cancel]
    blocks.load(lists_now, [chosen], lists, **_QUIET)
    gr.Timer(_EVERY_S).tick(lists_now, [chosen], lists, **_QUIET)
    submit.click(sent, [chosen, *fields], [said, *lists, *everything], **_QUIET)
    change.click(lambda kept: filled(board.form(kept or "")), [chosen], everything, **_QUIET)
    cancel.click(lambda: filled(Form()), None, everything, **_QUIET)


def _connect_end(board: Board, shown: list[Any], sure: gr.Column, yes: Any, no: Any) -> None:
    said, listed, earlier, chosen, change, end = shown

    def ended(kept: str | None) -> tuple[Any, ...]:
        text, done = board.end(kept or "")
        return notice(text, done=done), *_lists(board, None), gr.update(visible=False)

    end.click(lambda: gr.update(visible=True), None, [sure], **_QUIET)
    no.click(lambda: gr.update(visible=False), None, [sure], **_QUIET)
    yes.click(ended, [chosen], [said, listed, earlier, chosen, change, end, sure], **_QUIET)


def _lists(board: Board, kept: str | None) -> tuple[Any, ...]:
    on = board.choices()
    names = [name for _, name in on]
    value = kept if kept in names else (names[0] if names else None)
    button = gr.update(visible=bool(on))
    many = gr.Radio(choices=on, value=value, visible=len(on) > 1)
    return *board.html(), many, button, button
