"""Commands about suites of cases: what is in one, and what it can show."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli import lines

if TYPE_CHECKING:
    from evals.suite import Suite

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]
SuitePaths = Annotated[
    list[Path] | None, typer.Option("--suite", help="Files and folders of cases; none: ours.")
]
Split = Annotated[str, typer.Option(help="Only this split: dev or test.")]
Language = Annotated[str, typer.Option(help="Only cases in this language: ru or en.")]


def suite(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; none: ours.")
    ] = None,
) -> None:
    """Check a suite and count what is in it; every fault is listed with file and line."""
    found = chosen_suite(paths)
    families = {case.family for case in found.cases}
    attacks = sum(case.injection is not None for case in found.cases)
    replies = sum(len(case.replies) for case in found.cases)
    typer.echo(
        f"{len(found.cases)} cases in {len(families)} families, {attacks} attacks, "
        f"{sum(case.no_answer for case in found.cases)} without an answer, "
        f"{sum(case.retrieval_only for case in found.cases)} for retrieval alone, "
        f"{replies} replies of other hands; {found.hash[:12]}"
    )


def power(
    *,
    suite_paths: SuitePaths = None,
    split: Split = "",
    language: Language = "",
    changed: Annotated[
        float, typer.Option(min=0.001, max=1, help="Share of verdicts that differ.")
    ] = 0.1,
    json: AsJson = False,
) -> None:
    """Say how small a difference a suite can show."""
    from evals.power import cases_for, power_of

    found = power_of(
        chosen_suite(suite_paths).only(split=split, lang=language).cases, changed=changed
    )
    if json:
        typer.echo(lines.as_json(found))
        return
    typer.echo(
        f"{found.cases} cases in {found.families} families count as {found.effective:.0f}: a rate "
        f"that changes by {found.detectable:.1%} is found in 8 of 10 comparisons when "
        f"{changed:.0%} of the verdicts differ. For 3 points it takes {cases_for(0.03, found)} cases."
    )


def chosen_suite(paths: list[Path] | None) -> "Suite":
    """Read the suites of these files and folders, or ours."""
    from evals.suite import HOME, read_suite

    return read_suite(paths or [HOME])
