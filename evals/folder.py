"""The folder of a run: what it was made of, and a row for every reply; written whole or not at all."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from copilot.conversation import Frozen
from evals.errors import BadRun
from evals.observation import Observation
from evals.scorers import Score

MANIFEST, CASES, _SUMMARY = "manifest.json", "cases.jsonl", "summary.json"


class Scored(Frozen):
    """One observation with its scores. `error` is a fault of the machinery, never of the reply.

    `asked` is what the customer last wrote, `gold` the documents that answer it.
    """

    case: str
    case_hash: str
    family: str
    lang: str
    tags: tuple[str, ...] = ()
    asked: str = ""
    gold: tuple[str, ...] = ()
    no_answer: bool = False
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


def read_run(folder: Path) -> Run:
    """Read a run folder.

    Raises:
        BadRun: it is none, is damaged, or is of another version; the message names the line.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValidationError, ValueError) as error:
        raise BadRun(f"{folder}: no run of this version ({_short(error)})") from error
    return Run(manifest=manifest, rows=tuple(row for _, row in read_rows(folder)))


def read_rows(folder: Path) -> Iterable[tuple[str, Scored]]:
    """Yield the part (trial or reply) and row of each line; a last line cut short is left out."""
    path = folder / CASES
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


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}-{os.getpid()}")
    with half.open("w", encoding="utf-8") as sink:
        sink.write(text)
        sink.flush()
        os.fsync(sink.fileno())
    half.replace(path)


def write_run(run: Run, folder: Path) -> None:
    """Write a whole run; what is left at its default is not written."""
    write_whole(folder / MANIFEST, run.manifest.model_dump_json(indent=1) + "\n")
    lines = [
        {"part": str(n), **row.model_dump(mode="json", exclude_defaults=True)}
        for n, row in enumerate(run.rows)
    ]
    write_whole(
        folder / CASES, "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in lines)
    )


def write_summary(folder: Path, metrics: Iterable[Frozen]) -> None:
    """Keep the metrics beside the rows."""
    held = [metric.model_dump(mode="json") for metric in metrics]
    write_whole(folder / _SUMMARY, json.dumps(held, ensure_ascii=False, indent=1) + "\n")


def _short(error: Exception) -> str:
    return str(error).split("\n")[0][:120] or type(error).__name__
