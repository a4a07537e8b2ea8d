"""Commands about the installation: serve, link, doctor, outbox."""

from typing import Annotated, Any

import typer

from ui.cli import lines


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (serve, link, doctor, outbox):
        app.command()(command)


def serve(
    *,
    port: Annotated[int, typer.Option(help="The port; 0: as set (7871).")] = 0,
    host: Annotated[str, typer.Option(help="The address; empty: as set (127.0.0.1).")] = "",
    starter: Annotated[
        bool, typer.Option("--starter", help="Index the sample shop first if nothing is indexed.")
    ] = False,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the panel in the browser when there is a screen.")
    ] = False,
) -> None:
    """Start the panel and the REST interface on this machine."""
    from copilot import Copilot, read_settings
    from ui.cli.progress import progress_bar
    from ui.server import serve_forever

    given: dict[str, Any] = {"port": port} if port else {}
    settings = read_settings(**given, **({"host": host} if host else {}))
    copilot = Copilot(settings)
    if starter and not copilot.library.stats().documents:
        typer.echo("Building the index of the sample shop; this happens once.", err=True)
        with progress_bar(quiet=False) as on_progress:
            copilot.library.ingest_starter(on_progress=on_progress)
    serve_forever(copilot, open_browser=open_browser)


def link() -> None:
    """Print a fresh link that opens the running panel once."""
    from copilot import read_settings
    from ui.server import sign_in_link

    typer.echo(sign_in_link(read_settings()))


def doctor(
    *,
    json: Annotated[
        bool, typer.Option("--json", help="Write the report as one line of JSON.")
    ] = False,
    llm: Annotated[
        bool, typer.Option("--llm", help="Try the configured model: what it can do, how fast.")
    ] = False,
) -> None:
    """Say what is set, what is there, and what is wrong with it."""
    from copilot import Copilot, examine, read_settings
    from ui.view.text import doctor_text

    copilot = Copilot(read_settings())
    try:
        report = examine(copilot, try_llm=llm)
    finally:
        copilot.close()
    typer.echo(lines.as_json(report) if json else doctor_text(report))
    if not report.healthy:
        raise typer.Exit(1)


def outbox(
    *,
    json: Annotated[
        bool, typer.Option("--json", help="Write one line of JSON for each request.")
    ] = False,
    last: Annotated[int, typer.Option(help="How many, newest first; 0: all that are kept.")] = 20,
) -> None:
    """Show exactly what was sent to the language model, newest first, and what it cost."""
    from itertools import islice

    from copilot import read_settings
    from copilot.outbox import Outbox
    from ui.view.outbox import entry_text

    kept = Outbox(read_settings().data_home / "outbox").entries()
    shown = list(islice(kept, last or None))
    for entry in shown:
        typer.echo(lines.as_json(entry) if json else entry_text(entry))
    if not shown:
        typer.echo("Nothing has been sent to a language model.", err=json)
