"""Commands about knowledge: index, search, export, knowledge lint, gaps, forget."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ui.cli import lines

AsJson = Annotated[bool, typer.Option("--json", help="Write the report as one line of JSON.")]
Language = Annotated[str, typer.Option(help="ru or en; empty: as set (TEPLO_LANGUAGE).")]
_KINDS = ("script", "tone", "case")
_LANGUAGES = ("ru", "en")
_GAP_STATES = ("open", "ignored", "drafted", "attached")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(index)
    app.command()(search)
    app.command()(export)
    group = typer.Typer(
        help="Look after the knowledge: check it, see what it lacks, erase from it.",
        no_args_is_help=True,
    )
    group.command()(lint)
    group.command()(gaps)
    group.command()(forget)
    app.add_typer(group, name="knowledge")


def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders.")] = None,
    *,
    kind: Annotated[
        str, typer.Option(help="script, tone or case, where a file does not say.")
    ] = "",
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column names of a table, e.g. --map question=Request."),
    ] = None,
    starter: Annotated[bool, typer.Option("--starter", help="Index the sample shop too.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build the search index anew; embeds nothing again.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Take in knowledge: Markdown, FAQ tables, docx, pdf, HTML, chats, folders and archives of them."""
    from copilot import Copilot, mask, read_settings
    from ui.cli.progress import progress_bar
    from ui.view.text import report_text

    if not (paths or starter or rebuild):
        raise typer.BadParameter("give files or folders, or --starter, or --rebuild.")
    library = Copilot(read_settings()).library
    wanted = _one_of(kind, _KINDS, "--kind")
    mapping = _mapping(columns or [])
    reports = []
    with progress_bar(quiet=json) as on_progress:
        if starter:
            reports.append(library.ingest_starter(on_progress=on_progress))
        if paths:
            reports.append(
                library.ingest(
                    paths,
                    kind=wanted,
                    columns=mapping,
                    mask=lambda text: mask(text).text,
                    on_progress=on_progress,
                )
            )
        if rebuild:
            library.rebuild()
    report = _merged(reports, chunks=library.stats().chunks)
    library.close()
    typer.echo(lines.as_json(report) if json else report_text(report))
    if report.refused and not (report.added or report.updated or report.unchanged):
        raise typer.Exit(1)


def search(
    query: Annotated[str, typer.Argument(help="What to look for; not with --jsonl.")] = "",
    *,
    kind: Annotated[str, typer.Option(help="script, tone or case.")] = "script",
    top: Annotated[int, typer.Option(min=1, max=100, help="How many hits at most.")] = 5,
    json: AsJson = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"id", "query"} lines from standard input.')
    ] = False,
) -> None:
    """Find what the company knows, best first, with how sure the match is."""
    from copilot import Copilot, read_settings
    from copilot.errors import BadConversation
    from knowledge import Query
    from ui.view.text import hits_text

    pool: Any = _one_of(kind, _KINDS, "--kind")
    library = Copilot(read_settings()).library

    def hits(text: str) -> list[dict[str, Any]]:
        found = library.search(Query(text=text, kind=pool, top_k=top))
        return [hit.model_dump(mode="json") for hit in found]

    def answer(given: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(given.get("query"), str):
            raise BadConversation('query: give the question as a string under "query".')
        return {"id": given.get("id"), "hits": hits(given["query"])}

    if jsonl:
        lines.each_line(lines.read_input(None), answer)
        return
    if not query.strip():
        raise typer.BadParameter("say what to look for.")
    if json:
        typer.echo(lines.as_json({"query": query, "hits": hits(query)}))
        return
    typer.echo(hits_text(library.search(Query(text=query, kind=pool, top_k=top))))


def forget(
    documents: Annotated[list[str] | None, typer.Argument(help="Ids as search shows them.")] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample", help="All of the sample shop.")] = False,
) -> None:
    """Erase documents from the knowledge, at once and for good."""
    from copilot import Copilot, read_settings

    if not (documents or sample):
        raise typer.BadParameter("give ids of documents, or --sample.")
    copilot = Copilot(read_settings())
    gone = copilot.library.forget("sample" if sample else documents or [])
    copilot.close()
    typer.echo(f"Erased {gone} document{'' if gone == 1 else 's'}.")


def lint(
    *,
    json: AsJson = False,
    reach: Annotated[
        bool,
        typer.Option(
            "--reach/--no-reach", help="Also search for every trigger example; takes a while."
        ),
    ] = True,
    language: Language = "",
) -> None:
    """Check the knowledge: empty fields, contradictions, doubles, dates, twins, tone, reach."""
    import time

    from copilot import Copilot, read_settings
    from knowledge import Progress
    from ui.cli.progress import progress_bar
    from ui.ownwords import lint_all
    from ui.view.knowledge import problem_text, problems_text

    started = time.monotonic()
    copilot = Copilot(read_settings())
    spoken = _one_of(language, _LANGUAGES, "--language") or copilot.settings.language
    with progress_bar(quiet=json) as on_progress:

        def tell(done: int, total: int) -> None:
            if on_progress:
                on_progress(Progress(path="scripts", file=1, files=1, done=done, total=total))

        problems = lint_all(copilot, lines.now().date(), reach=reach, on_progress=tell)
    documents = sum(copilot.library.stats().documents.values())
    copilot.close()
    if json:
        told = [{**p.model_dump(mode="json"), "message": problem_text(p, spoken)} for p in problems]
        seconds = round(time.monotonic() - started, 1)
        typer.echo(
            lines.as_json(
                {"problems": told, "documents": documents, "reach": reach, "seconds": seconds}
            )
        )
    else:
        typer.echo(problems_text(problems, documents, spoken))
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


def gaps(
    *,
    state: Annotated[str, typer.Option(help="open, ignored, drafted, attached or all.")] = "open",
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    json: AsJson = False,
    language: Language = "",
) -> None:
    """What customers asked and the knowledge had no good answer to, most asked first."""
    from copilot import Copilot, read_settings
    from ui.view.knowledge import gaps_text

    wanted: Any = _one_of(state, (*_GAP_STATES, "all"), "--state")
    copilot = Copilot(read_settings())
    spoken = _one_of(language, _LANGUAGES, "--language") or copilot.settings.language
    page = copilot.library.gaps.page(None if wanted == "all" else wanted, per_page=top)
    copilot.close()
    typer.echo(lines.as_json(page) if json else gaps_text(page.items, spoken))


def export(
    path: Annotated[Path, typer.Argument(help="Where the zip goes.")],
    *,
    json: AsJson = False,
) -> None:
    """Write all knowledge into a zip that `teplo index` takes back as it was."""
    from copilot import Copilot, read_settings
    from copilot.errors import KnowledgeError

    copilot = Copilot(read_settings())
    data = copilot.library.overview.export()
    documents = sum(copilot.library.stats().documents.values())
    copilot.close()
    try:
        path.write_bytes(data)
    except OSError as cause:
        raise KnowledgeError(f"Cannot write {str(path)!r}: {cause.strerror}.") from cause
    if json:
        told = {"path": str(path), "documents": documents, "bytes": len(data)}
        typer.echo(lines.as_json(told))
    else:
        typer.echo(f"{documents} documents, {len(data)} bytes: {path}")


def _merged(reports: list[Any], *, chunks: int) -> Any:
    """Add up the reports of one command."""
    from knowledge import Report

    counts = ("added", "updated", "unchanged", "removed", "seconds")
    return Report(
        **{name: sum(getattr(report, name) for report in reports) for name in counts},
        refused=tuple(refusal for report in reports for refusal in report.refused),
        files=tuple(line for report in reports for line in report.files),
        documents=reports[-1].documents if reports else 0,
        chunks=chunks,
    )


def _one_of(value: str, allowed: tuple[str, ...], option: str) -> Any:
    if value and value not in allowed:
        raise typer.BadParameter(f"{option} {value!r} is none of {', '.join(allowed)}.")
    return value or None


def _mapping(pairs: list[str]) -> dict[str, str]:
    from copilot.errors import BadSettings

    columns: dict[str, str] = {}
    for pair in pairs:
        field, found, column = pair.partition("=")
        if not found or not column:
            raise BadSettings(f"--map {pair!r}: write it as question=NAME or answer=NAME.")
        columns[field.strip()] = column.strip()
    return columns
