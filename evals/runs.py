"""A run: every case answered and scored once, kept in a folder that can be resumed and compared."""

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from copilot import Copilot
from copilot.conversation import Frozen
from copilot.errors import TeploError
from evals.cases import Case
from evals.errors import BadRun
from evals.observation import Observation, observe, observe_reply
from evals.scorers import SCORERS, Score
from evals.suite import Suite

RUN_VERSION = 1
_MANIFEST, _CASES, _SUMMARY = "manifest.json", "cases.jsonl", "summary.json"
_SHOWN_ERRORS = 300  # characters of an error that are kept
Progress = Callable[[int, int], None]


class Scored(Frozen):
    """One observation with its scores. `error` is a fault of the machinery, never of the reply."""

    case: str
    case_hash: str
    family: str
    lang: str
    tags: tuple[str, ...] = ()
    observation: Observation | None = None
    scores: dict[str, Score] = Field(default_factory=dict)
    error: str = ""


class Manifest(Frozen):
    """What a run was made of: enough to tell whether two may be compared."""

    version: Literal[1] = 1
    suite_hash: str
    cases: int
    split: str = ""
    backend: Literal["embedded", "openai", "replies"]
    model: str = ""
    trials: int = 1
    seed: int = 0
    commit: str = ""
    dirty: bool = False
    knowledge: str = ""
    python: str = ""
    machine: str = ""


class Run(Frozen):
    """A finished run."""

    manifest: Manifest
    rows: tuple[Scored, ...]

    @property
    def errors(self) -> tuple[Scored, ...]:
        """Rows in which the machinery failed."""
        return tuple(row for row in self.rows if row.error)


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


def run_suite(
    suite: Suite, copilot: Copilot, folder: Path, plan: Plan, *, progress: Progress | None = None
) -> Run:
    """Answer and score every case, or resume where a stopped run of the same suite left off.

    Rows are appended and flushed one by one; a half-written last line of a killed run is dropped.

    Raises:
        BadRun: the folder holds a run of something else.
    """
    manifest = _manifest(suite, copilot, plan)
    folder.mkdir(parents=True, exist_ok=True)
    done = _resumed(folder, manifest)
    _write_whole(folder / _MANIFEST, manifest.model_dump_json(indent=1))
    jobs = list(_jobs(suite, plan.backend, plan.trials))
    with (folder / _CASES).open("a", encoding="utf-8") as sink:
        for n, (case, part) in enumerate(jobs):
            if progress:
                progress(n, len(jobs))
            if (case.id, case.hash, part) in done:
                continue
            row = _scored(copilot, case, part, plan.backend)
            sink.write(
                json.dumps({"part": part, **row.model_dump(mode="json")}, ensure_ascii=False) + "\n"
            )
            sink.flush()
            done[(case.id, case.hash, part)] = row
    if progress:
        progress(len(jobs), len(jobs))
    return Run(manifest=manifest, rows=tuple(done[(c.id, c.hash, part)] for c, part in jobs))


def read_run(folder: Path) -> Run:
    """Read a run folder.

    Raises:
        BadRun: it is none, is damaged, or is of another version; the message names the line.
    """
    try:
        manifest = Manifest.model_validate_json((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError) as error:
        raise BadRun(f"{folder}: no run of this version ({_short(error)})") from error
    return Run(manifest=manifest, rows=tuple(row for _, row in _rows(folder)))


def _jobs(suite: Suite, backend: str, trials: int) -> Iterable[tuple[Case, str]]:
    for case in suite.cases:
        if backend == "replies":
            yield from ((case, reply.id) for reply in case.replies)
        else:
            yield from ((case, str(trial)) for trial in range(trials))


def _scored(copilot: Copilot, case: Case, part: str, backend: str) -> Scored:
    base: dict[str, Any] = {
        "case": case.id, "case_hash": case.hash, "family": case.family, "lang": case.lang,
        "tags": case.tags,
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
    if not (folder / _MANIFEST).exists():
        return {}
    old = read_run(folder).manifest
    same = ("suite_hash", "backend", "model", "trials", "knowledge", "commit", "dirty")
    other = [name for name in same if getattr(old, name) != getattr(manifest, name)]
    if other:
        raise BadRun(
            f"{folder} holds a run with another {', '.join(other)}; give another folder with --out."
        )
    rows = list(_rows(folder))
    lines = [
        json.dumps({"part": p, **r.model_dump(mode="json")}, ensure_ascii=False) for p, r in rows
    ]
    _write_whole(folder / _CASES, "".join(f"{line}\n" for line in lines))
    return {(row.case, row.case_hash, part): row for part, row in rows if not row.error}


def _rows(folder: Path) -> Iterable[tuple[str, Scored]]:
    path = folder / _CASES
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").split("\n")
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            yield data.pop("part"), Scored.model_validate(data)
        except (ValueError, KeyError, AttributeError) as error:
            if n == len(lines):
                return  # the last line of a killed run, cut short
            raise BadRun(f"{path}:{n}: damaged ({_short(error)})") from error


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


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        sink.write(text)
        sink.flush()
        os.fsync(sink.fileno())
    Path(name).replace(path)


def write_summary(folder: Path, summary: Any) -> None:
    """Keep a summary beside the rows."""
    _write_whole(folder / _SUMMARY, summary.model_dump_json(indent=1))


def _short(error: Exception) -> str:
    return str(error).split("\n")[0][:120] or type(error).__name__


def terminal_progress(stream: Any = sys.stderr) -> Progress:
    """Return a progress line for a terminal."""

    def show(done: int, whole: int) -> None:
        if stream.isatty():
            stream.write(f"\r{done}/{whole} ")
            stream.flush()

    return show
