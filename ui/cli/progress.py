"""A progress bar for long work, on the terminal's error stream."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Any], None] | None]:
    """Give a callback that takes `Progress` values and shows them; none when `quiet`."""
    if quiet:
        yield None
        return
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
