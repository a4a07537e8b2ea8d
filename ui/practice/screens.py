"""The Gradio side of the practice page: the strip, one place that is painted, and the wire."""

from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from knowledge import Locale
from ui.accounts import account_of, who_of
from ui.locales import words
from ui.practice.coach import Coach
from ui.practice.gym import Gym, Person
from ui.practice.render import PAGE
from ui.shell.painted import painted
from ui.shell.top import strip

if TYPE_CHECKING:
    from copilot import Copilot

TRAINEE_COOKIE = "teplo_trainee"
_QUIET: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


def practice_blocks(copilot: "Copilot", language: Locale) -> gr.Blocks:
    """Lay the page out in one language and connect it."""
    coach = Coach(gym=Gym(copilot.records.roleplays), adviser=copilot, language=language)
    blocks = gr.Blocks(title=f"Teplo · {words(language, PAGE)['title']}", analytics_enabled=False, fill_width=True)  # fmt: skip
    with blocks:
        painted(strip(language, PAGE), elem_classes="tp-strip")
        with gr.Column(elem_id="tp-page"):
            painted(_frame(language))
        ask, tell = _wire("pr-ask"), _wire("pr-tell")

        def listen(raw: str, request: gr.Request) -> str:
            return coach.answer(raw, person_of(request))

        ask.change(listen, [ask], [tell], trigger_mode="multiple", **_QUIET)
    return blocks


def person_of(request: Any) -> Person:
    """Return whose sessions a request may see.

    With accounts it is the account. Without, a digest of the secret that this browser keeps:
    sign-ins end after a week, and people should find their practice afterwards; where a browser
    keeps none, the sign-in stands in for it.
    """
    if (who := who_of(request)) is not None:
        return Person(id=f"user:{who.user or who.id}", trains=who.may("training"))
    secret = str(request.cookies.get(TRAINEE_COOKIE, ""))
    if not secret:
        return Person(id=account_of(request).user)
    return Person(id=blake2b(secret.encode(), digest_size=16, person=b"trainee").hexdigest())


def _frame(language: Locale) -> str:
    w = words(language, PAGE)
    return (
        f'<div id="pr-frame" data-gone="{escape(str(w["gone"]))}" '
        f'data-working="{escape(str(w["working"]))}">'
        '<p id="pr-problem" class="pr-problem" role="alert" hidden></p>'
        '<p id="pr-live" class="pr-sr" aria-live="polite"></p><div id="pr-view"></div></div>'
    )


def _wire(name: str) -> gr.Textbox:
    return gr.Textbox(elem_id=name, visible="hidden", lines=1, max_lines=1, label=name)
