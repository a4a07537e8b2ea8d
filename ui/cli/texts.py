"""Commands about an operator's own texts: improve a draft, sum up a conversation."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from ui.cli import lines

Input = Annotated[
    Path | None, typer.Argument(help="A file with the conversation; none or -: standard input.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write the whole result as one line of JSON.")]
AsLines = Annotated[
    bool, typer.Option("--jsonl", help="Read many, one JSON object a line; write one line each.")
]
Way = Annotated[
    str,
    typer.Option(
        "--how",
        help="fix, shorter, warmer, plainer, formal, ty, vy, add_step, or with a model to_ru, "
        "to_en; else under `how`.",
    ),
]
Masked = Annotated[bool, typer.Option("--masked", help="Put placeholders for personal data.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(improve)
    app.command()(summary)


def improve(
    source: Input = None, *, how: Way = "", json: AsJson = False, jsonl: AsLines = False
) -> None:
    """Rewrite a reply that you wrote: the conversation with its text under `draft`."""
    from copilot import Copilot, read_settings

    copilot = Copilot(read_settings())
    now = lines.now()

    def answer(given: dict[str, Any] | bytes) -> dict[str, Any]:
        data = given if isinstance(given, dict) else lines.whole_object(given)
        draft, way = _draft(data), _way(how or data.get("how"))
        conversation = copilot.read(data, now=now)
        improved = copilot.improve(conversation, draft, way)
        told = improved.model_dump(mode="json")
        return {"v": 1, "conversation": conversation.id, "how": way, **told}

    lines.run(source, answer, _improved_text, json=json, jsonl=jsonl)


def summary(
    source: Input = None, *, masked: Masked = False, json: AsJson = False, jsonl: AsLines = False
) -> None:
    """Sum a conversation up for a private note or a hand-over."""
    from copilot import Copilot, read_settings

    copilot = Copilot(read_settings())
    now = lines.now()

    def answer(given: dict[str, Any] | bytes) -> dict[str, Any]:
        conversation = copilot.read(given, now=now)
        return copilot.summarise(conversation, masked=masked).model_dump(mode="json")

    lines.run(source, answer, _summary_text, json=json, jsonl=jsonl)


def _draft(data: dict[str, Any]) -> str:
    from copilot.errors import BadConversation

    draft = data.get("draft")
    if not isinstance(draft, str) or not draft.strip():
        raise BadConversation('draft: give the reply to improve as text under "draft".')
    return draft


def _way(how: Any) -> Any:
    from copilot.errors import BadConversation
    from copilot.improve import How

    if how not in get_args(How):
        raise BadConversation(f"how: {how!r} is none of {', '.join(get_args(How))}.")
    return how


def _improved_text(told: dict[str, Any]) -> str:
    changes = [f"  {c['before']!r} → {c['after']!r}  {c['why']}" for c in told["changes"]]
    return "\n".join([told["text"], *changes, *(f"note  {note}" for note in told["notes"])])


def _summary_text(told: dict[str, Any]) -> str:
    return "\n".join([told["text"], *(f"note  {notice}" for notice in told["notices"])])
