"""The command that holds exported conversations against the rules."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.cli import lines

_SHOWN = 12  # rules and faults in the table of a terminal


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(audit)


def audit(  # noqa: PLR0913  # options of a command line
    paths: Annotated[list[Path], typer.Argument(help="Exports: .json, .jsonl, .csv.")],
    *,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs no network.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table, a row a conversation.")] = None,
    lang: Annotated[str, typer.Option(help="The page's language: ru or en.")] = "ru",
    sample: Annotated[int, typer.Option(min=0, max=1000, help="Conversations to read.")] = 30,
    seed: Annotated[int, typer.Option(help="Another seed draws others.")] = 0,
    base: Annotated[
        bool, typer.Option("--base", help="Look promises up in your articles: exact, but slow.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")] = False,
) -> None:
    """Hold exported conversations against the rules, by topic and rule, never by person."""
    from copilot import Copilot, read_settings
    from evals.audit.outputs import audit_page
    from evals.folder import write_whole

    if lang not in ("ru", "en"):
        raise typer.BadParameter(f"{lang!r} is neither ru nor en.")
    copilot = Copilot(read_settings())
    try:
        found, faults = _gathered(paths, copilot, base=base, csv=csv, sample=sample, seed=seed)
    finally:
        copilot.close()
    if html:
        write_whole(html, audit_page(found, faults, "ru" if lang == "ru" else "en"))
    if json:
        typer.echo(lines.as_json(found))
        return
    _print(found, faults)


def _gathered(  # what is read, by what rules, and what is kept
    paths: list[Path], copilot: Any, *, base: bool, csv: Path | None, sample: int, seed: int
) -> Any:
    from evals.audit.marks import audited
    from evals.audit.outputs import header_line, row_line
    from evals.audit.summary import KEPT_FAULTS, Gathering
    from evals.audit.threads import Fault, threads

    hits = (lambda conversation: copilot.brief(conversation).hits) if base else None
    gathering = Gathering(sample=sample, seed=seed)
    faults: list[Fault] = []
    rules = copilot.rules
    with ExitStack() as stack:
        table = (
            stack.enter_context(csv.open("w", encoding="utf-8-sig", newline="")) if csv else None
        )
        if table:
            table.write(header_line())
        for one in threads(paths):
            if isinstance(one, Fault):
                gathering.faults += 1
                if len(faults) < KEPT_FAULTS:
                    faults.append(one)
                continue
            marked = audited(one, rules, hits=hits)
            gathering.take(marked)
            if table:
                table.write(row_line(marked))
    return gathering.summary(), faults


def _print(found: Any, faults: Any) -> None:
    typer.echo(f"{found.conversations} conversations, {found.replies} replies")
    for node in found.tree:
        if node.value is not None:
            held = f" [{node.low:.3g}; {node.high:.3g}]" if node.low is not None else ""
            typer.echo(f"  {node.branch}/{node.name:<13} {node.value:.3g}{held}  n {node.n}")
    for rule in found.rules[:_SHOWN]:
        typer.echo(f"{rule.severity:<8} {rule.rule:<18} {rule.times:>5} × «{rule.quotes[0].quote}»")
    for fault in faults[:_SHOWN]:
        typer.echo(f"{fault.file}, {fault.place}: {fault.what}", err=True)
    if found.faults > _SHOWN:
        typer.echo(f"and {found.faults - _SHOWN} more faults", err=True)
