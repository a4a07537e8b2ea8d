"""The command that holds the rule detectors against labelled lines."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli import lines

if TYPE_CHECKING:
    from rich.table import Table

    from evals.detectors import DetectorReport
    from evals.tally import Estimate

_WIDTH = 110


def detectors(
    *,
    part: Annotated[str, typer.Option(help="test: put away before the rules; dev: read.")] = "test",
    json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
    quotes: Annotated[
        int, typer.Option(min=0, help="How many disagreements to quote for each detector.")
    ] = 10,
) -> None:
    """Precision, recall and F1 of every rule detector on labelled lines, with intervals."""
    from evals.detectors import measure

    if part not in ("dev", "test"):
        raise typer.BadParameter(f"{part!r} is neither dev nor test.")
    report = measure("dev" if part == "dev" else "test")
    if json:
        typer.echo(lines.as_json(report))
        return
    _print(report, quotes)


def _print(report: "DetectorReport", quotes: int) -> None:
    from rich.console import Console

    console = Console(width=None if Console().is_terminal else _WIDTH, highlight=False)
    console.print(_scores(report), _rates(report))
    by_detector: dict[str, int] = {}
    for one in report.disagreements:
        by_detector[one.detector] = by_detector.get(one.detector, 0) + 1
        if by_detector[one.detector] <= quotes:
            text = " ".join(one.text.split())
            console.print(
                f"{one.kind:6} {one.detector}/{one.label}  {one.id}: {text}", markup=False
            )
    left = sum(max(0, n - quotes) for n in by_detector.values())
    console.print(f"{report.part}, {report.seconds} s" + (f"; {left} more" if left else ""))


def _scores(report: "DetectorReport") -> "Table":
    from rich.table import Table

    table = Table("detector", "label", "marked", "found", "precision", "recall", "F1")
    for score in report.scores:
        table.add_row(
            score.detector,
            score.label,
            str(score.marked),
            str(score.found),
            *(_shown(value) for value in (score.precision, score.recall, score.f1)),
        )
    return table


def _rates(report: "DetectorReport") -> "Table":
    from rich.table import Table

    table = Table("detector", "measure", "lines", "value")
    for rate in report.rates:
        table.add_row(rate.detector, rate.name, str(rate.n), _shown(rate.estimate))
    return table


def _shown(value: "Estimate | None") -> str:
    return "–" if value is None else f"{value.value:.2f} [{value.low:.2f}–{value.high:.2f}]"
