"""Commands about Chatwoot: check the connection, take its canned replies in."""

from typing import Annotated

import typer

from ui.cli import lines

AsJson = Annotated[bool, typer.Option("--json", help="Write one line of JSON.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    chatwoot = typer.Typer(help="Work beside a Chatwoot.", no_args_is_help=True)
    for command in (check, canned):
        chatwoot.command()(command)
    app.add_typer(chatwoot, name="chatwoot")


def check(*, json: AsJson = False) -> None:
    """Say whether Chatwoot answers, its webhook is set, calls get through, and what to do."""
    from copilot import Copilot, read_settings
    from copilot.doctor import Health
    from ui.chatwoot.checking import examine_chatwoot
    from ui.view.text import doctor_text

    copilot = Copilot(read_settings())
    try:
        checks = examine_chatwoot(copilot.settings, copilot.records)
    finally:
        copilot.close()
    report = Health(healthy=all(one.ok for one in checks), checks=checks)
    typer.echo(lines.as_json(report) if json else doctor_text(report))
    if not report.healthy:
        raise typer.Exit(1)


def canned(
    *,
    account: Annotated[int, typer.Option(help="The number of the account.")] = 1,
    json: AsJson = False,
) -> None:
    """Take the canned replies of an account in as drafts; publish them in the knowledge page."""
    from contextlib import closing

    from copilot import Copilot, read_settings
    from ui.chatwoot.canned import import_canned
    from ui.chatwoot.client import open_chatwoot

    copilot = Copilot(read_settings())
    try:
        with closing(open_chatwoot(copilot.settings)) as chatwoot:
            done = import_canned(copilot.library, chatwoot, account)
    finally:
        copilot.close()
    if json:
        typer.echo(lines.as_json(done))
        return
    counts = (
        f"{len(done.added)} added as drafts, {len(done.updated)} updated, "
        f"{len(done.unchanged)} unchanged, {len(done.kept)} published here and left as they are"
    )
    typer.echo(counts)
    for code, why in done.refused:
        typer.echo(f"refused {code!r}: {why}", err=True)
