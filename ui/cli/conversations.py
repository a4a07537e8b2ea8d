"""Commands that take conversations: perceive, suggest, check, mask."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ui.cli import lines

Input = Annotated[
    Path | None, typer.Argument(help="A file with the conversation; none or -: standard input.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write the whole result as one line of JSON.")]
AsLines = Annotated[
    bool, typer.Option("--jsonl", help="Read many, one JSON object a line; write one line each.")
]
FrameworkChoice = Annotated[
    str, typer.Option("--framework", help="LEAD, CARE, HEAR or NONE instead of the table's choice.")
]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (perceive, suggest, check, mask):
        app.command()(command)


def perceive(source: Input = None, *, json: AsJson = False, jsonl: AsLines = False) -> None:
    """Say what a conversation tells: mood, signals, facts, request, framework."""
    from copilot import Copilot, read_settings
    from ui.view.text import perceived_text

    copilot = Copilot(read_settings())
    now = lines.now()

    def answer(given: dict[str, Any] | bytes) -> Any:
        return copilot.perceive(copilot.read(given, now=now))

    lines.run(source, answer, perceived_text, json=json, jsonl=jsonl)


def suggest(
    source: Input = None,
    *,
    json: AsJson = False,
    jsonl: AsLines = False,
    framework: FrameworkChoice = "",
) -> None:
    """Draft up to three replies to a conversation, with their sources."""
    from copilot import Copilot, read_settings
    from ui.view.text import result_text

    chosen = _framework(framework)
    copilot = Copilot(read_settings())
    now = lines.now()

    def answer(given: dict[str, Any] | bytes) -> Any:
        return copilot.suggest(copilot.read(given, now=now), framework=chosen)

    lines.run(source, answer, result_text, json=json, jsonl=jsonl)


def check(source: Input = None, *, json: AsJson = False, jsonl: AsLines = False) -> None:
    """Check a reply that you wrote: the conversation with its text under `draft`."""
    from copilot import Copilot, read_settings
    from copilot.errors import BadConversation
    from ui.view.text import review_text

    copilot = Copilot(read_settings())
    now = lines.now()

    def answer(given: dict[str, Any] | bytes) -> Any:
        data = given if isinstance(given, dict) else lines.whole_object(given)
        draft = data.get("draft")
        if not isinstance(draft, str):
            raise BadConversation('draft: give the reply to check as text under "draft".')
        return copilot.check(copilot.read(data, now=now), draft)

    lines.run(source, answer, review_text, json=json, jsonl=jsonl)


def mask(source: Input = None, *, jsonl: AsLines = False) -> None:
    """Mask personal data in a text, or in many: one {"id", "text"} a line."""
    from copilot import mask as mask_text
    from copilot.errors import BadConversation

    raw = lines.read_input(source)
    if not jsonl:
        typer.echo(mask_text(raw.decode("utf-8", "replace")).text)
        return

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        text = given.get("text")
        if not isinstance(text, str):
            raise BadConversation('text: give the text to mask as a string under "text".')
        masked = mask_text(text)
        spans = [span.model_dump() for span in masked.spans]
        return {"id": given.get("id"), "text": masked.text, "spans": spans}

    lines.each_line(raw, answer)


def _framework(name: str) -> Any:
    if not name:
        return None
    if name.upper() not in {"LEAD", "CARE", "HEAR", "NONE"}:
        raise typer.BadParameter(f"{name!r} is none of LEAD, CARE, HEAR, NONE.")
    return name.upper()
