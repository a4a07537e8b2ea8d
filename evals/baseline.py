"""Accepted runs: the baseline that new ones are held against, and the history behind it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from copilot.conversation import Frozen
from evals.compare import metrics_of
from evals.errors import BadRun
from evals.folder import Run, Scored, write_run, write_whole
from evals.observation import Observation

HOME = Path(__file__).parent / "baselines" / "embedded"
_HISTORY = "history.jsonl"


class Milestone(Frozen):
    """One accepted run: when, of which code, and the mean of every metric."""

    day: str
    commit: str
    suite_hash: str
    cases: int
    metrics: dict[str, float]


def bless(run: Run, folder: Path, *, today: date) -> Milestone:
    """Make a run the baseline in `folder` and add it to the history.

    Of each reply only the text and the scores are kept: enough to compare, small enough to commit.

    Raises:
        BadRun: the run has rows in which the machinery failed, or no rows.
    """
    if run.errors or not run.rows:
        raise BadRun(
            f"{len(run.errors)} of {len(run.rows)} rows failed; such a run is no baseline."
        )
    milestone = Milestone(
        day=today.isoformat(),
        commit=run.manifest.commit,
        suite_hash=run.manifest.suite_hash,
        cases=run.manifest.cases,
        metrics={m.name: m.value for m in metrics_of(run) if m.value is not None},
    )
    history = (*read_history(folder), milestone)
    folder.mkdir(parents=True, exist_ok=True)
    slim = run.model_copy(update={"rows": tuple(_slim(row) for row in run.rows)})
    write_run(slim, folder)
    lines = "".join(f"{one.model_dump_json()}\n" for one in history)
    write_whole(folder / _HISTORY, lines)
    return milestone


def read_history(folder: Path) -> tuple[Milestone, ...]:
    """Return the accepted runs, oldest first; none where nothing was accepted.

    Raises:
        BadRun: a line of the history is damaged.
    """
    path = folder / _HISTORY
    if not path.exists():
        return ()
    found = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(Milestone.model_validate_json(line))
        except ValidationError as error:
            raise BadRun(f"{path}:{n}: no accepted run of this version") from error
    return tuple(found)


def _slim(row: Scored) -> Scored:
    seen = row.observation
    text = seen.text if seen else ""
    scores: Mapping[str, object] = {n: s for n, s in row.scores.items() if s.state != "na"}
    kept = Observation(case=row.case, text=text)
    return row.model_copy(update={"observation": kept, "scores": dict(scores)})
