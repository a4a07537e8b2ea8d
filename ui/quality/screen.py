"""The Gradio screen for QA: four tabs, and a clock that ticks while a job goes."""

from html import escape
from typing import Any

import gradio as gr

from ui.quality.cases import Wanted
from ui.quality.room import SHOWN, Room
from ui.shell.painted import painted
from ui.shell.top import strip

_QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
_TICK_S = 2  # how often a page asks how far a job is, while one goes


def screen(room: Room) -> gr.Blocks:
    """Lay the screen out and connect it."""
    words = room.words
    blocks = gr.Blocks(title=f"Teplo · {words['title']}", analytics_enabled=False, fill_width=True)
    with blocks:
        painted(strip(room.language, "quality"), elem_classes="tp-strip")
        with gr.Column(elem_id="tp-page"), gr.Column(elem_id="q-page"):
            painted(
                f'<h1>{escape(words["title"])}</h1><p class="q-lead">{escape(words["lead"])}</p>'
            )
            said = painted(elem_id="q-said")
            going = painted(elem_id="q-going")
            stop = gr.Button(words["run"]["stop"], visible=False, elem_id="q-stop", size="sm")
            with gr.Tabs(elem_id="q-tabs") as tabs:
                with gr.Tab(words["tabs"]["runs"], id="runs"):
                    week, form, resume, listed = _runs(room)
                with gr.Tab(words["tabs"]["compare"], id="compare"):
                    base, candidate = _compare(room)
                with gr.Tab(words["tabs"]["cases"], id="cases"):
                    chosen = _cases(room)
                with gr.Tab(words["tabs"]["audit"], id="audit"):
                    painted(room.painter.upload(), elem_id="q-upload")
                    audits = painted(elem_id="q-audits")
        clock = gr.Timer(_TICK_S, active=False)
        lists = [going, stop, clock, week, listed, resume[0], resume[1], resume[2], base, candidate,
                 chosen, audits]  # fmt: skip
        _connect(room, blocks, lists, said, tabs, form)
    return blocks


def _runs(room: Room) -> tuple[Any, list[Any], list[Any], Any]:
    """The regression of the week, the form of a new run, stopped runs, the list."""
    words = room.words["run"]
    week = painted(elem_id="q-week")
    with gr.Column(elem_id="q-new"):
        painted(f"<h2>{escape(words['title'])}</h2>")
        with gr.Row():
            split = gr.Dropdown(
                _named(words["splits"]), value="", label=words["split"], elem_id="q-split"
            )
            lang = gr.Dropdown(
                _named(words["langs"]), value="", label=words["lang"], elem_id="q-lang"
            )
            tag = gr.Dropdown(room.tags(), value="", label=words["tag"], elem_id="q-tag")
            base = gr.Dropdown(
                [(str(name), key) for key, name in words["bases"].items()],
                value="sample", label=words["base"], elem_id="q-base",
            )  # fmt: skip
        painted(f'<p class="kind">{escape(words["base_why"])}</p>')
        start = gr.Button(words["start"], variant="primary", elem_id="q-start")
    with gr.Column(visible=False, elem_id="q-stopped") as stopped, gr.Row():
        which = gr.Dropdown([], label=words["stopped"], elem_id="q-which")
        resume = gr.Button(words["resume"], elem_id="q-resume")
    listed = painted(elem_id="q-list")
    return week, [split, lang, tag, base, start], [stopped, which, resume], listed


def _compare(room: Room) -> tuple[Any, Any]:
    words = room.words["compare"]
    with gr.Row():
        base = gr.Dropdown([], label=words["base"], elem_id="q-before")
        candidate = gr.Dropdown([], label=words["candidate"], elem_id="q-after")
    go = gr.Button(words["go"], variant="primary", elem_id="q-compare")
    result = painted(f'<p class="empty">{escape(words["choose"])}</p>', elem_id="q-compared")

    def compared(older: str | None, newer: str | None) -> str:
        return room.compared(older or "", newer or "")

    go.click(compared, [base, candidate], [result], **_QUIET)
    return base, candidate


def _cases(room: Room) -> Any:
    words = room.words["cases"]
    with gr.Row():
        run = gr.Dropdown([], label=words["run"], elem_id="q-run")
        metric = gr.Dropdown(room.metrics(), value="", label=words["metric"], elem_id="q-metric")
        search = gr.Textbox(
            label=words["search"], placeholder=words["search_info"], max_length=200,
            elem_id="q-search",
        )  # fmt: skip
    only = gr.Checkbox(value=True, label=words["only"], elem_id="q-only")
    shown = gr.State(SHOWN)
    found = painted(elem_id="q-cases")
    more = gr.Button(words["more"], visible=False, elem_id="q-more")

    def looked(count: int, name: str | None, by: str | None, text: str | None, few: bool) -> Any:
        html, left = room.cases(name or "", Wanted(by or "", text or "", few), count)
        return html, gr.update(visible=left), count

    def cases(*wanted: Any) -> Any:
        return looked(SHOWN, *wanted)

    def more_cases(count: int, *wanted: Any) -> Any:
        return looked(count + SHOWN, *wanted)

    fields: list[Any] = [run, metric, search, only]
    for field in fields:
        field.change(cases, fields, [found, more, shown], **_QUIET)
    more.click(more_cases, [shown, *fields], [found, more, shown], **_QUIET)
    return run


def _connect(  # what is shown, and where it is said
    room: Room, blocks: gr.Blocks, lists: list[Any], said: Any, tabs: Any, form: list[Any]
) -> None:
    _, stop, clock, *_ = lists
    which, resume, base, candidate, run = lists[6:11]
    kept = [which, base, candidate, run]
    *fields, start = form

    def opened(request: gr.Request, *names: str | None) -> tuple[Any, ...]:
        asked = str(request.query_params.get("open", ""))
        tab = gr.Tabs(selected="audit") if asked in room.words["said"] else gr.skip()
        return (room.said(asked), tab, *_lists(room, names))

    def ticked(*names: str | None) -> tuple[Any, ...]:
        now = room.going()
        if not now.going:
            return "", *_lists(room, names)
        return gr.skip(), now.html, *(gr.skip() for _ in lists[1:])

    def started(*typed: str | None) -> tuple[Any, ...]:
        told = room.start(*(one or "" for one in typed[:4]))
        return told, *_lists(room, typed[4:])

    def resumed(*names: str | None) -> tuple[Any, ...]:
        return room.resume(names[0] or ""), *_lists(room, names)

    def stopped() -> str:
        return room.stop()

    blocks.load(opened, kept, [said, tabs, *lists], **_QUIET)
    clock.tick(ticked, kept, [said, *lists], **_QUIET)
    start.click(started, [*fields, *kept], [said, *lists], **_QUIET)
    resume.click(resumed, kept, [said, *lists], **_QUIET)
    stop.click(stopped, None, [said], **_QUIET)


def _lists(room: Room, kept: tuple[str | None, ...]) -> tuple[Any, ...]:
    """Everything that may have changed, with what was chosen if it is still there."""
    now, finished, stopped, bases = room.going(), room.finished(), room.stopped(), room.bases()
    which, base, candidate, run = kept
    return (
        now.html, gr.update(visible=now.going), gr.Timer(active=now.going), room.week(),
        room.runs(), gr.update(visible=bool(stopped) and not now.going),
        _chosen(stopped, which), gr.skip(), _chosen(bases, base), _chosen(finished, candidate),
        _chosen(finished, run), room.audits(),
    )  # fmt: skip


def _chosen(choices: list[tuple[str, str]], kept: str | None) -> Any:
    names = [name for _, name in choices]
    value = kept if kept in names else (names[0] if names else None)
    return gr.Dropdown(choices=choices, value=value)


def _named(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(str(name), "" if key == "all" else key) for key, name in names.items()]
