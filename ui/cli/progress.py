"""A progress bar for long work, on the terminal's error stream, and how such work is stopped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

_INTERRUPTED = 130  # as shells count it


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Any], None] | None]:
    """Give a callback that takes `Progress` values and shows them; none when `quiet`.

    Ctrl+C ends the command; what was committed stays.
    """
    try:
        if quiet:
            yield None
        else:
            yield from _shown()
    except KeyboardInterrupt:
        typer.echo(
            "Stopped. What was taken in stays; the same command goes on from there.", err=True
        )
        raise typer.Exit(_INTERRUPTED) from None


def _shown() -> Iterator[Callable[[Any], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(step: Any) -> None:
            name = step.path.rsplit("/", 1)[-1]
            bar.update(
                task,
                description=f"{name} ({step.file}/{step.files})",
                completed=step.done,
                total=step.total,
            )

        yield show
