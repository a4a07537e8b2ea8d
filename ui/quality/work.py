"""The long work of the page: answering and scoring cases, auditing chats; as jobs that can be stopped."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from copilot import Copilot
from evals.audit.marks import audited
from evals.audit.outputs import audit_page, header_line, row_line
from evals.audit.summary import KEPT_FAULTS, Gathering
from evals.audit.threads import Fault, threads
from evals.compare import Comparison, compare, metrics_of
from evals.errors import BadExport
from evals.folder import Run, read_run, write_whole
from evals.runs import Plan, run_suite
from evals.suite import read_suite
from knowledge import Progress
from ui.jobs import Job, Jobs
from ui.locales import LANGUAGES
from ui.quality.cases import broken
from ui.quality.store import Asked, Audit, Metrics, Store

Tell = Callable[[Progress], None]
_AUDITS_KEPT = 50
_OF_HOMES: WeakValueDictionary[Path, Jobs] = WeakValueDictionary()


def quality_jobs(home: Path) -> Jobs:
    """Return the jobs of QA of a data folder; they do not hold up uploads of knowledge."""
    jobs = _OF_HOMES.get(home)
    if jobs is None or jobs.closed:
        jobs = _OF_HOMES[home] = Jobs()
    return jobs


def start_run(copilot: Copilot, store: Store, jobs: Jobs, asked: Asked) -> Job:
    """Put a run into the queue.

    Raises:
        TooMany: eight jobs wait already.
    """
    return jobs.start("run", lambda tell: _run(copilot, store, store.begin(asked), tell))


def resume_run(copilot: Copilot, store: Store, jobs: Jobs, name: str) -> Job:
    """Let a stopped run go on where it was.

    Raises:
        NoSuchRecord: there is none of that name.
        TooMany: eight jobs wait already.
    """
    store.run_folder(name)
    return jobs.start("run", lambda tell: _run(copilot, store, name, tell))


def start_audit(
    copilot: Copilot, store: Store, jobs: Jobs, folder: Path, names: Sequence[str]
) -> Job:
    """Put an audit of the files in `folder` into the queue; the folder is erased afterwards.

    `names` are what their owner calls them.

    Raises:
        TooMany: eight jobs wait already.
    """

    def work(tell: Tell) -> dict[str, Any]:
        try:
            return _audit(copilot, store, folder, tuple(names), tell)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return jobs.start("audit", work)


def _run(copilot: Copilot, store: Store, name: str, tell: Tell) -> dict[str, Any]:
    asked = store.asked(name)
    tags = (asked.tag,) if asked.tag else ()
    suite = read_suite().only(split=asked.split, lang=asked.lang, tags=tags)

    def progress(done: int, total: int) -> None:
        tell(Progress(path=name, file=1, files=1, done=done, total=total))

    progress(0, len(suite.cases))
    folder = store.run_folder(name)
    with _answering(copilot, sample=asked.sample) as answering:
        run = run_suite(suite, answering, folder, Plan(split=asked.split), progress=progress)
    metrics = Metrics(
        metrics=metrics_of(run),
        rows=len(run.rows),
        errors=len(run.errors),
        faulty=sum(bool(broken(row)) for row in run.rows),
    )
    store.finish(name, metrics, _held(run, read_run(store.accepted)) if asked.sample else None)
    return {"run": name}


def _held(run: Run, accepted: Run) -> Comparison | None:
    """Compare a run with that part of the accepted one which it answers."""
    asked = {(row.case, row.case_hash) for row in run.rows}
    rows = tuple(row for row in accepted.rows if (row.case, row.case_hash) in asked)
    return compare(accepted.model_copy(update={"rows": rows}), run) if rows else None


@contextmanager
def _answering(copilot: Copilot, *, sample: bool) -> Iterator[Copilot]:
    if not sample:
        yield copilot
        return
    with tempfile.TemporaryDirectory(prefix="teplo-eval-") as folder:
        settings = copilot.settings.model_copy(update={"home": Path(folder), "database_url": ""})
        shop = Copilot(settings)
        try:
            shop.library.ingest_starter()
            yield shop
        finally:
            shop.close()


def _audit(
    copilot: Copilot, store: Store, folder: Path, names: tuple[str, ...], tell: Tell
) -> dict[str, Any]:
    gathering, faults = Gathering(), list[Fault]()
    told = Audit(files=names)
    name = store.new_name(told.at)
    with tempfile.TemporaryDirectory(dir=_made(store.audits_home), prefix=".") as half:
        room = _made(Path(half) / name)
        with ExitStack() as stack:
            table = stack.enter_context((room / "audit.csv").open("w", encoding="utf-8-sig"))
            table.write(header_line())
            for n, one in enumerate(threads(sorted(folder.iterdir()))):
                tell(Progress(path="", file=1, files=1, done=n, total=0))
                if isinstance(one, Fault):
                    gathering.faults += 1
                    faults += [one] if len(faults) < KEPT_FAULTS else []
                    continue
                marked = audited(one, copilot.rules)
                gathering.take(marked)
                table.write(row_line(marked))
        found = gathering.summary()
        if not found.conversations:
            raise BadExport("; ".join(f"{f.place}: {f.what}" for f in faults[:3]) or "empty")
        for language in LANGUAGES:
            write_whole(room / f"audit.{language}.html", audit_page(found, faults, language))
        write_whole(room / "audit.json", found.model_dump_json(indent=1))
        counted = {"conversations": found.conversations, "replies": found.replies}
        told = told.model_copy(update={**counted, "faults": found.faults})
        write_whole(room / "told.json", told.model_dump_json())
        room.rename(store.audits_home / name)
    for old in store.audits()[_AUDITS_KEPT:]:
        shutil.rmtree(store.audit_folder(old.name))
    return {"audit": name}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
