"""The command that says how far every rule detector may be believed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli import lines

if TYPE_CHECKING:
    from evals.calibrate import Calibration
    from evals.tally import Estimate

_WIDTH = 118


def calibrate(
    *,
    part: Annotated[str, typer.Option(help="test: put away before the rules; dev: read.")] = "test",
    detector: Annotated[
        str, typer.Option(help="Only this one: acts, tone, promises, masks, signals.")
    ] = "",
    rater: Annotated[
        list[Path] | None,
        typer.Option(help="A person's judgements (JSON lines); give two for the human ceiling."),
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, max=50, help="Lines to quote where a detector and people differ.")
    ] = 3,
    json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Agreement of every rule detector with people beyond chance, and of two people with each other."""
    from evals.calibrate import DETECTORS
    from evals.calibrate import calibrate as measure
    from evals.raters import read_judgements

    names = [name for name, _ in DETECTORS]
    if part not in ("dev", "test"):
        raise typer.BadParameter(f"{part!r} is neither dev nor test.")
    if detector and detector not in names:
        raise typer.BadParameter(f"{detector!r} is none of {', '.join(names)}.")
    raters = [read_judgements(path) for path in rater or ()]
    found = measure("dev" if part == "dev" else "test", raters, examples=examples)
    kept = [one for one in found if detector in ("", one.detector)]
    if json:
        for one in kept:
            typer.echo(lines.as_json(one))
        return
    _print(kept)


def _print(found: "list[Calibration]") -> None:
    from rich.console import Console
    from rich.table import Table

    from evals.calibrate import FEW

    console = Console(width=None if Console().is_terminal else _WIDTH, highlight=False)
    table = Table("detector", "label", "n", "yes", "κ", "AC1", "TPR", "TNR", "people κ / AC1")
    for one in found:
        table.add_row(
            one.detector, one.label + (" *" if one.few else ""), str(one.n), f"{one.base_rate:.0%}",
            *(_shown(value) for value in (one.kappa, one.ac1, one.tpr, one.tnr)), _ceiling(one),
        )  # fmt: skip
    console.print(table)
    console.print(f"* fewer than {FEW} lines with yes, or with no: too few to say anything.")
    for one in found:
        for example in one.examples:
            text = " ".join(example.text.split())
            console.print(
                f"{example.kind:6} {one.detector}/{one.label}  {example.id}: {text}", markup=False
            )


def _shown(value: "Estimate | None") -> str:
    return "–" if value is None else f"{value.value:.2f} [{value.low:.2f}–{value.high:.2f}]"


def _ceiling(one: "Calibration") -> str:
    if one.ceiling is None:
        return "–"
    k, a = ("–" if v is None else f"{v:.2f}" for v in (one.ceiling.kappa, one.ceiling.ac1))
    return f"{k} / {a} ({one.ceiling.n})"
