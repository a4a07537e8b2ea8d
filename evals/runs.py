"""A run: every case answered and scored once, kept in a folder that can be resumed and compared."""

import hashlib
import json
import multiprocessing
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from copilot import Copilot, Settings
from copilot.conversation import Frozen
from copilot.errors import TeploError
from evals.cases import Case
from evals.errors import BadRun
from evals.folder import CASES, MANIFEST, Manifest, Run, Scored, read_rows, read_run, write_whole
from evals.observation import Observation, observe, observe_reply
from evals.scorers import SCORERS, Score
from evals.scorers.retrieval import gold_of
from evals.suite import Suite

_SHOWN_ERRORS = 300  # characters of an error that are kept
_workers: list[Copilot] = []  # in a worker process: the one it answers with
_SHOWN_ASKED = 1_000  # characters of what the customer wrote, for reports
Progress = Callable[[int, int], None]


def score_all(case: Case, seen: Observation) -> dict[str, Score]:
    """Return every metric of one observation; a scorer that fails leaves the metric unscored."""
    found: dict[str, Score] = {}
    for scorer in SCORERS:
        try:
            found[scorer.name] = scorer.score(case, seen)
        except (ArithmeticError, ValueError, LookupError, TypeError) as error:
            found[scorer.name] = Score(state="unscored", reason=f"{type(error).__name__}: {error}")
    return found


class Plan(Frozen):
    """How a suite is run: by the product with or without its model, or over replies of other hands."""

    backend: Literal["embedded", "openai", "replies"] = "embedded"
    trials: int = Field(default=1, ge=1, le=64)
    seed: int = 0
    split: str = ""


def run_suite(  # what is run, by whom, where and how
    suite: Suite,
    copilot: Copilot,
    folder: Path,
    plan: Plan,
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Run:
    """Answer and score every case, or resume where a stopped run of the same suite left off.

    Rows are appended and flushed one by one, in the order of the suite whatever the number of
    `jobs` (processes); a half-written last line of a killed run is dropped.

    Raises:
        BadRun: the folder holds a run of something else.
    """
    manifest = _manifest(suite, copilot, plan)
    folder.mkdir(parents=True, exist_ok=True)
    done = _resumed(folder, manifest)
    write_whole(folder / MANIFEST, manifest.model_dump_json(indent=1))
    wanted = list(_jobs(suite, plan.backend, plan.trials))
    left = [(case, part) for case, part in wanted if (case.id, case.hash, part) not in done]
    with (folder / CASES).open("a", encoding="utf-8") as sink:
        for n, (part, row) in enumerate(_answered(copilot, left, plan.backend, jobs)):
            if progress:
                progress(len(wanted) - len(left) + n, len(wanted))
            line = {"part": part, **row.model_dump(mode="json", exclude_defaults=True)}
            sink.write(json.dumps(line, ensure_ascii=False) + "\n")
            sink.flush()
            done[(row.case, row.case_hash, part)] = row
    if progress:
        progress(len(wanted), len(wanted))
    return Run(manifest=manifest, rows=tuple(done[(c.id, c.hash, part)] for c, part in wanted))


def _answered(
    copilot: Copilot, left: list[tuple[Case, str]], backend: str, jobs: int
) -> Iterator[tuple[str, Scored]]:
    """Yield a row for every case, in order, from this process or from several."""
    if jobs == 1 or len(left) < 2 * jobs:
        yield from ((part, _scored(copilot, case, part, backend)) for case, part in left)
        return
    settings = copilot.settings.model_copy(update={"threads": 1})
    ways = multiprocessing.get_context("spawn")  # threads of the vector model do not survive a fork
    with ProcessPoolExecutor(jobs, ways, _open_worker, (settings,)) as pool:
        works = ((case, part, backend) for case, part in left)
        yield from pool.map(_work, works, chunksize=4)


def _open_worker(settings: Settings) -> None:
    _workers.append(Copilot(settings))


def _work(job: tuple[Case, str, str]) -> tuple[str, Scored]:
    case, part, backend = job
    return part, _scored(_workers[0], case, part, backend)


def _jobs(suite: Suite, backend: str, trials: int) -> Iterable[tuple[Case, str]]:
    for case in suite.cases:
        if backend == "replies":
            yield from ((case, reply.id) for reply in case.replies)
        else:
            yield from ((case, str(trial)) for trial in range(trials))


def _scored(copilot: Copilot, case: Case, part: str, backend: str) -> Scored:
    base: dict[str, Any] = {
        "case": case.id, "case_hash": case.hash, "family": case.family, "lang": case.lang,
        "tags": case.tags, "asked": case.conversation().last_customer_text[:_SHOWN_ASKED],
        "gold": tuple(gold_of(case)),
        "no_answer": case.no_answer,
    }  # fmt: skip
    try:
        if backend == "replies":
            reply = next(reply for reply in case.replies if reply.id == part)
            seen = observe_reply(copilot, case, reply)
        else:
            seen = observe(copilot, case, trial=int(part), llm=backend == "openai")
    except (TeploError, OSError) as error:
        return Scored(**base, error=f"{type(error).__name__}: {error}"[:_SHOWN_ERRORS])
    return Scored(**base, observation=seen, scores=score_all(case, seen))


def _resumed(folder: Path, manifest: Manifest) -> dict[tuple[str, str, str], Scored]:
    if not (folder / MANIFEST).exists():
        return {}
    old = read_run(folder).manifest
    same = ("suite_hash", "backend", "model", "trials", "knowledge", "commit", "dirty")
    other = [name for name in same if getattr(old, name) != getattr(manifest, name)]
    if other:
        raise BadRun(
            f"{folder} holds a run with another {', '.join(other)}; give another folder with --out."
        )
    rows = list(read_rows(folder))
    lines = [
        json.dumps(
            {"part": p, **r.model_dump(mode="json", exclude_defaults=True)}, ensure_ascii=False
        )
        for p, r in rows
    ]
    write_whole(folder / CASES, "".join(f"{line}\n" for line in lines))
    return {(row.case, row.case_hash, part): row for part, row in rows if not row.error}


def _manifest(suite: Suite, copilot: Copilot, plan: Plan) -> Manifest:
    commit, dirty = _commit()
    return Manifest(
        suite_hash=suite.hash,
        cases=len(suite.cases),
        model=copilot.settings.model if plan.backend == "openai" else "",
        commit=commit,
        dirty=dirty,
        knowledge=_knowledge(copilot),
        python=platform.python_version(),
        machine=f"{platform.machine()} x{os.cpu_count()}",
        **plan.model_dump(),
    )


def _knowledge(copilot: Copilot) -> str:
    """Return a hash of the tone rules and of the size of the base."""
    rules = [rule.model_dump(mode="json") for _, rule in sorted(copilot.rules.by_id.items())]
    stats = copilot.library.stats().model_dump(mode="json", exclude={"revision", "model"})
    text = json.dumps([rules, stats], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _commit() -> tuple[str, bool]:
    """Return the commit of the code, and whether files differ from it; nothing outside git."""
    root = Path(__file__).parent.parent
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        return head, bool(_git(root, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError):
        return "", False


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603  # fixed words
        ["git", "-C", str(root), *words],  # noqa: S607  # git of the path
        capture_output=True, text=True, check=True, timeout=10,
    )  # fmt: skip
    return done.stdout.strip()


def terminal_progress(stream: Any = sys.stderr) -> Progress:
    """Return a progress line for a terminal."""

    def show(done: int, whole: int) -> None:
        if stream.isatty():
            stream.write(f"\r{done}/{whole} ")
            stream.flush()

    return show
