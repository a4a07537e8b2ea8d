"""Commands about evals: run, compare, gate, bless, power, report, explain, selftest, suite, calibrate."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli import lines
from ui.cli.detectors import detectors
from ui.cli.evalcalibrate import calibrate
from ui.cli.evalsuites import AsJson, Language, Split, SuitePaths, chosen_suite, power, suite

if TYPE_CHECKING:
    from copilot import Copilot
    from evals.compare import Comparison
    from evals.folder import Run

Sample = Annotated[
    bool, typer.Option("--sample", help="Answer from the sample shop, not from your own base.")
]
Jobs = Annotated[int, typer.Option(min=1, max=32, help="Processes.")]
Html = Annotated[Path | None, typer.Option(help="Write a page that needs no network.")]
Junit = Annotated[Path | None, typer.Option(help="Write JUnit XML for a build server.")]
Markdown = Annotated[Path | None, typer.Option("--md", help="Write a Markdown table.")]
PageLanguage = Annotated[str, typer.Option("--lang", help="The page's language: ru or en.")]
Strict = Annotated[bool, typer.Option("--strict", help="Unclear is not good enough.")]
Base = Annotated[Path | None, typer.Option(help="The accepted runs; none: ours.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        help="Evals: is it good, did it get worse, may we believe the number.",
        no_args_is_help=True,
    )
    commands = (
        run, compare, gate, bless, power, report, explain, selftest, suite, detectors, calibrate,
    )  # fmt: skip
    for command in commands:
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
    sample: Sample = False,
    jobs: Jobs = 1,
    json: AsJson = False,
) -> None:
    """Answer and score every case of a suite."""
    from evals.compare import metrics_of
    from evals.folder import write_summary
    from evals.report.plain import metric_line
    from evals.runs import Plan, run_suite, terminal_progress

    if backend not in ("embedded", "openai", "replies"):
        raise typer.BadParameter(f"{backend!r} is none of embedded, openai, replies.")
    chosen = chosen_suite(suite_paths).only(split=split, lang=language, tags=tag or ())
    plan = Plan.model_validate({"backend": backend, "trials": trials, "split": split})
    with _copilot(sample=sample) as copilot:
        done = run_suite(chosen, copilot, out, plan, jobs=jobs, progress=terminal_progress())
    metrics = metrics_of(done)
    write_summary(out, metrics)
    for metric in metrics:
        typer.echo(lines.as_json(metric) if json else metric_line(metric))
    if done.errors:
        typer.echo(
            f"{len(done.errors)} of {len(done.rows)} rows failed: {done.errors[0].error}", err=True
        )
    if len(done.errors) > 0.02 * len(done.rows):
        raise typer.Exit(3)


def compare(  # options of a command line
    base: Annotated[Path, typer.Argument(help="The folder of the older run.")],
    candidate: Annotated[Path, typer.Argument(help="The folder of the newer run.")],
    *,
    html: Html = None,
    junit: Junit = None,
    md: Markdown = None,
    lang: PageLanguage = "ru",
    json: AsJson = False,
) -> None:
    """Compare two runs case by case."""
    from evals.report.plain import comparison_text

    older, newer, compared = _compared(base, candidate)
    _write(older, newer, compared, html=html, junit=junit, md=md, lang=lang)
    typer.echo(lines.as_json(compared) if json else comparison_text(compared))


def gate(  # noqa: PLR0913  # options of a command line
    candidate: Annotated[Path, typer.Argument(help="The folder of the newer run.")],
    *,
    base: Base = None,
    strict: Strict = False,
    html: Html = None,
    junit: Junit = None,
    md: Markdown = None,
    lang: PageLanguage = "ru",
    json: AsJson = False,
) -> None:
    """Fail when a run is worse: 0 fine, 1 worse, 2 bad input, 3 incomplete, 4 unclear (strict)."""
    from copilot.errors import TeploError
    from evals.baseline import HOME
    from evals.compare import exit_code
    from evals.report.plain import comparison_text

    try:
        older, newer, compared = _compared(base or HOME, candidate)
        _write(older, newer, compared, html=html, junit=junit, md=md, lang=lang, strict=strict)
    except TeploError as error:
        typer.echo(f"teplo: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(lines.as_json(compared) if json else comparison_text(compared))
    code = exit_code(compared, strict=strict)
    if code:
        raise typer.Exit(code)


def bless(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")], *, base: Base = None
) -> None:
    """Accept a run: later ones are held against it."""
    from evals.baseline import HOME
    from evals.baseline import bless as accept
    from evals.folder import read_run

    milestone = accept(read_run(folder), base or HOME, today=datetime.now(UTC).date())
    typer.echo(f"Accepted: {milestone.cases} cases, code {milestone.commit or 'unknown'}.")


def report(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    *,
    html: Html = None,
    lang: PageLanguage = "ru",
    base: Base = None,
    json: AsJson = False,
) -> None:
    """Print the metrics of a run again, or write its page."""
    from evals.baseline import HOME, read_history
    from evals.compare import metrics_of
    from evals.folder import read_run, write_whole
    from evals.report import run_page
    from evals.report.plain import metric_line

    found = read_run(folder)
    if html:
        page = run_page(found, _language(lang), history=read_history(base or HOME))
        write_whole(html, page)
    for metric in metrics_of(found):
        typer.echo(lines.as_json(metric) if json else metric_line(metric))


def explain(
    folder: Annotated[Path, typer.Argument(help="The folder of a run.")],
    case: Annotated[str, typer.Argument(help="The id of a case.")],
) -> None:
    """Show the reply to one case, and what every metric says of it."""
    from evals.errors import BadRun
    from evals.folder import read_run

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


def selftest(*, suite_paths: SuitePaths = None, split: Split = "", sample: Sample = False) -> None:
    """Run a suite twice and show that nothing differs."""
    import tempfile

    from evals.compare import compare as compare_runs
    from evals.report.plain import comparison_text
    from evals.runs import Plan, run_suite

    chosen = chosen_suite(suite_paths).only(split=split)
    with _copilot(sample=sample) as copilot, tempfile.TemporaryDirectory() as folder:
        runs = [run_suite(chosen, copilot, Path(folder) / name, Plan()) for name in ("a", "b")]
    compared = compare_runs(runs[0], runs[1])
    typer.echo("Nothing differs." if compared.identical else comparison_text(compared))
    if not compared.identical:
        raise typer.Exit(1)


@contextmanager
def _copilot(*, sample: bool) -> "Iterator[Copilot]":
    """Give the installation as it is set up, or one on the sample shop in a folder of its own."""
    import tempfile

    from copilot import Copilot, read_settings

    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="teplo-eval-") as folder:
        if sample:
            settings = settings.model_copy(update={"home": Path(folder), "database_url": ""})
        copilot = Copilot(settings)
        try:
            if sample:
                copilot.library.ingest_starter()
            yield copilot
        finally:
            copilot.close()


def _compared(base: Path, candidate: Path) -> "tuple[Run, Run, Comparison]":
    from evals.compare import compare as compare_runs
    from evals.folder import read_run

    older, newer = read_run(base), read_run(candidate)
    return older, newer, compare_runs(older, newer)


def _write(  # noqa: PLR0913  # what is compared, and where each form of it goes
    older: "Run", newer: "Run", compared: "Comparison", *,
    html: Path | None, junit: Path | None, md: Path | None, lang: str, strict: bool = False,
) -> None:  # fmt: skip
    from evals.baseline import HOME, read_history
    from evals.compare import exit_code
    from evals.folder import write_whole
    from evals.report import comparison_page
    from evals.report.plain import comparison_junit, comparison_markdown

    if html:
        page = comparison_page(
            compared, older, newer, _language(lang), strict=strict, history=read_history(HOME)
        )
        write_whole(html, page)
    if junit:
        write_whole(junit, comparison_junit(compared, exit_code(compared, strict=strict)))
    if md:
        write_whole(md, comparison_markdown(compared))


def _language(name: str) -> Any:
    if name not in ("ru", "en"):
        raise typer.BadParameter(f"{name!r} is neither ru nor en.")
    return name
