"""Commands about evals: run, compare, gate, bless, report, explain, selftest."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli import lines
from ui.cli.detectors import detectors

if TYPE_CHECKING:
    from evals.compare import Comparison
    from evals.suite import Suite

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]
SuitePaths = Annotated[
    list[Path] | None, typer.Option("--suite", help="Files and folders of cases; none: ours.")
]
Split = Annotated[str, typer.Option(help="Only this split: dev or test.")]
Language = Annotated[str, typer.Option(help="Only cases in this language: ru or en.")]
BASELINE = Path(__file__).parent.parent.parent / "evals" / "baselines" / "embedded"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        help="Evals: is it good, did it get worse, may we believe the number.",
        no_args_is_help=True,
    )
    for command in (run, compare, gate, report, explain, selftest, suite, detectors):
        group.command()(command)
    app.add_typer(group, name="eval")


def run(  # noqa: PLR0913  # options of a command line
    *,
    suite_paths: SuitePaths = None,
    out: Annotated[Path, typer.Option(help="The folder of the run; a stopped one is resumed.")],
    backend: Annotated[
        str, typer.Option(help="embedded, openai, or replies: those of other hands.")
    ] = "embedded",
    trials: Annotated[int, typer.Option(min=1, max=64, help="Answers to each case.")] = 1,
    split: Split = "",
    language: Language = "",
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag.")] = None,
    json: AsJson = False,
) -> None:
    """Answer and score every case of a suite."""
    from copilot import Copilot, read_settings
    from evals.compare import metrics_of
    from evals.runs import Plan, run_suite, terminal_progress

    if backend not in ("embedded", "openai", "replies"):
        raise typer.BadParameter(f"{backend!r} is none of embedded, openai, replies.")
    chosen = _suite(suite_paths).only(split=split, lang=language, tags=tag or ())
    copilot = Copilot(read_settings())
    plan = Plan.model_validate({"backend": backend, "trials": trials, "split": split})
    try:
        done = run_suite(chosen, copilot, out, plan, progress=terminal_progress())
    finally:
        copilot.close()
    metrics = metrics_of(done)
    for metric in metrics:
        typer.echo(lines.as_json(metric) if json else _metric_line(metric))
    if done.errors:
        typer.echo(
            f"{len(done.errors)} of {len(done.rows)} rows failed: {done.errors[0].error}", err=True
        )
    if len(done.errors) > 0.02 * len(done.rows):
        raise typer.Exit(3)


def compare(
    base: Annotated[Path, typer.Argument(help="The folder of the older run.")],
    candidate: Annotated[Path, typer.Argument(help="The folder of the newer run.")],
    *,
    json: AsJson = False,
) -> None:
    """Compare two runs case by case."""
    compared = _compared(base, candidate)
    typer.echo(lines.as_json(compared) if json else _comparison_text(compared))


def gate(
    candidate: Annotated[Path, typer.Argument(help="The folder of the newer run.")],
    *,
    base: Annotated[Path, typer.Option(help="The run to hold it against.")] = BASELINE,
    strict: Annotated[bool, typer.Option("--strict", help="Unclear is not good enough.")] = False,
    json: AsJson = False,
) -> None:
    """Fail when a run is worse: 0 fine, 1 worse, 2 bad input, 3 incomplete, 4 unclear (strict)."""
    from copilot.errors import TeploError
    from evals.compare import exit_code

    try:
        compared = _compared(base, candidate)
    except TeploError as error:
        typer.echo(f"teplo: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(lines.as_json(compared) if json else _comparison_text(compared))
    code = exit_code(compared, strict=strict)
    if code:
        raise typer.Exit(code)


def report(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")], *, json: AsJson = False
) -> None:
    """Print the metrics of a run again."""
    from evals.compare import metrics_of
    from evals.runs import read_run

    for metric in metrics_of(read_run(folder)):
        typer.echo(lines.as_json(metric) if json else _metric_line(metric))


def explain(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    case: Annotated[str, typer.Argument(help="The id of a case.")],
) -> None:
    """Show the reply to one case, and what every metric says of it."""
    from evals.errors import BadRun
    from evals.runs import read_run

    rows = [row for row in read_run(folder).rows if row.case == case]
    if not rows:
        raise BadRun(f"{folder}: no case {case!r} in this run.")
    for row in rows:
        typer.echo(row.observation.text if row.observation else row.error)
        for name, score in row.scores.items():
            if score.state != "na":
                value = "–" if score.value is None else f"{score.value:.2f}"
                quoted = "".join(f" «{span}»" for span in score.spans)
                typer.echo(f"  {value:>5}  {name:<12} {score.reason}{quoted}")
        typer.echo("")


def selftest(*, suite_paths: SuitePaths = None, split: Split = "") -> None:
    """Run a suite twice and show that nothing differs."""
    import tempfile

    from copilot import Copilot, read_settings
    from evals.compare import compare as compare_runs
    from evals.runs import Plan, run_suite

    chosen = _suite(suite_paths).only(split=split)
    copilot = Copilot(read_settings())
    with tempfile.TemporaryDirectory() as folder:
        runs = [run_suite(chosen, copilot, Path(folder) / name, Plan()) for name in ("a", "b")]
    copilot.close()
    compared = compare_runs(runs[0], runs[1])
    typer.echo("Nothing differs." if compared.identical else _comparison_text(compared))
    if not compared.identical:
        raise typer.Exit(1)


def suite(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; none: ours.")
    ] = None,
) -> None:
    """Check a suite and count what is in it; every fault is listed with file and line."""
    found = _suite(paths)
    families = {case.family for case in found.cases}
    attacks = sum(case.injection is not None for case in found.cases)
    replies = sum(len(case.replies) for case in found.cases)
    typer.echo(
        f"{len(found.cases)} cases in {len(families)} families, {attacks} attacks, "
        f"{sum(case.no_answer for case in found.cases)} without an answer, "
        f"{sum(case.retrieval_only for case in found.cases)} for retrieval alone, "
        f"{replies} replies of other hands; {found.hash[:12]}"
    )


def _suite(paths: list[Path] | None) -> "Suite":
    from evals.suite import HOME, read_suite

    return read_suite(paths or [HOME])


def _compared(base: Path, candidate: Path) -> "Comparison":
    from evals.compare import compare as compare_runs
    from evals.runs import read_run

    return compare_runs(read_run(base), read_run(candidate))


def _metric_line(metric: Any) -> str:
    if metric.value is None:
        return f"{metric.name:<12}     –                  0 / {metric.cases}"
    return (
        f"{metric.name:<12} {metric.value:.3f} [{metric.low:.3f}; {metric.high:.3f}] "
        f"{metric.applicable:>5} / {metric.cases}"
        + (f", {metric.unscored} unscored" if metric.unscored else "")
    )


def _comparison_text(compared: "Comparison") -> str:
    rows = [
        f"{c.name:<12} {c.before:.3f} → {c.after:.3f}  {c.delta:+.3f} [{c.low:+.3f}; {c.high:+.3f}]  "
        f"p {c.p:.3f}  n {c.pairs}/{c.clusters}  {c.verdict}"
        + (f": {', '.join(c.breaks[:5])}" if c.breaks else "")
        for c in compared.changes
    ]
    rows += [
        f"  {w.metric} {w.before:.2f} → {w.after:.2f}  {w.case}  {w.reason}"
        for w in compared.worst
        if w.after < w.before
    ]
    if compared.excluded:
        rows.append(
            f"not compared, being different in the two: {', '.join(compared.excluded[:10])}"
        )
    if compared.few_families:
        rows.append("Few families: intervals are too narrow; decide by the p values alone.")
    return "\n".join(rows)
