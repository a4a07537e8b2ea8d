"""Commands about kept conversations: list, what drafts were worth, erase."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, get_args

import typer

from ui.cli import lines

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    kept = typer.Typer(help="Conversations that are kept.", no_args_is_help=True)
    kept.command("list")(list_kept)
    kept.command()(value)
    kept.command()(erase)
    app.add_typer(kept, name="conversations")


def list_kept(
    words: Annotated[str, typer.Argument(help="Words that were said in it.")] = "",
    *,
    view: Annotated[str, typer.Option(help="waiting, mine, recent or all.")] = "all",
    assignee: Annotated[str, typer.Option(help="Whose: an e-mail address.")] = "",
    json: AsJson = False,
) -> None:
    """List conversations, newest first; those who wait, longest waiting first."""
    from copilot import Copilot, read_settings
    from copilot.records import View

    if view not in get_args(View):
        raise typer.BadParameter(f"{view!r} is none of {', '.join(get_args(View))}.")
    copilot = Copilot(read_settings())
    try:
        page = copilot.records.conversations.page(
            view,  # type: ignore[arg-type]  # checked above
            assignee=assignee,
            words=words,
            per_page=100,
        )
    finally:
        copilot.close()
    if json:
        typer.echo(lines.as_json(page))
        return
    for line in page.items:
        waits = f"waits since {line.waiting_since:%d.%m %H:%M}" if line.waiting_since else ""
        typer.echo(f"{line.id}  {line.source:<9} {line.draft:<5}  {waits:<24}  {line.preview[:60]}")
    typer.echo(f"{page.total} conversations, {page.waiting} wait for an answer.")


def value(
    *,
    days: Annotated[int, typer.Option(help="Of how many days.", min=1)] = 30,
    json: AsJson = False,
) -> None:
    """Say what became of drafts, as a whole, by topic and by script; never by person."""
    from copilot import Copilot, read_settings

    copilot = Copilot(read_settings())
    try:
        worth = copilot.records.drafts.worth(since=datetime.now(UTC) - timedelta(days=days))
    finally:
        copilot.close()
    if json:
        typer.echo(lines.as_json(worth))
        return
    tallies = {"all": worth.total, **worth.topics, **worth.scripts}
    for name, one in tallies.items():
        accepted = "-" if one.acceptance is None else f"{one.acceptance:.0%}"
        typer.echo(
            f"{name:<24} accepted {accepted:>4}  as is {one.as_is}, edited {one.edited}, "
            f"rewritten {one.rewritten}, dismissed {one.dismissed}, unseen {one.unseen}"
        )


def erase(
    customer: Annotated[str, typer.Argument(help="An address, a phone, any key it is kept under.")],
    *,
    json: AsJson = False,
) -> None:
    """Erase every conversation of a customer, for good."""
    from copilot import Copilot, read_settings

    copilot = Copilot(read_settings())
    try:
        erased = copilot.records.conversations.forget_customer(customer)
    finally:
        copilot.close()
    typer.echo(lines.as_json({"erased": erased}) if json else f"{erased} conversations erased.")
