"""The command line: one module per subject, wired here."""

import sys

import typer

from copilot import quiet_vendors
from ui.cli import (
    audit,
    chatwoot,
    conversations,
    evals,
    incident,
    kept,
    knowledge,
    roleplay,
    service,
    texts,
    users,
)

app = typer.Typer(
    name="teplo",
    help="Teplo: replies that calm first, then solve, from your company's own words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
service.add_to(app)
knowledge.add_to(app)
conversations.add_to(app)
kept.add_to(app)
chatwoot.add_to(app)
users.add_to(app)
incident.add_to(app)
texts.add_to(app)
roleplay.add_to(app)
evals.add_to(app)
audit.add_to(app)


def main() -> None:
    """Run the command line; what a user can mend is said in one line, without a traceback."""
    quiet_vendors()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away, as `| head` does
        sys.exit(0)
    except Exception as error:
        from copilot.errors import TeploError

        if not isinstance(error, TeploError):
            raise
        typer.echo(f"teplo: {error}", err=True)
        sys.exit(1)
