"""The rows of a run as somebody looks through them: filtered, searched, worst first."""

from collections.abc import Sequence
from typing import NamedTuple

from evals.folder import Run, Scored
from evals.report.contents import BLOCKS, GATES
from evals.scorers import Score


class Wanted(NamedTuple):
    """What is looked for; `metric` and `text` empty: anything."""

    metric: str = ""
    text: str = ""
    only_faulty: bool = False


def broken(row: Scored) -> tuple[str, ...]:
    """Return the metrics of a row that may never be broken and are."""
    return tuple(name for name in row.scores if name in BLOCKS and _below(row.scores[name]))


def findings(row: Scored) -> dict[str, Score]:
    """Return the scores below the best one, the ones that may never fall first, then the lowest."""
    low = [(name, score) for name, score in row.scores.items() if _below(score)]
    low.sort(key=lambda one: (one[0] not in BLOCKS, one[0] not in GATES, one[1].value or 0, one[0]))
    return dict(low)


def looked_for(run: Run, wanted: Wanted) -> list[Scored]:
    """Return the rows that are looked for, the worst first."""
    kept = [row for row in run.rows if _fits(row, wanted)]
    return sorted(kept, key=lambda row: _weight(row, wanted.metric))


def _weight(row: Scored, metric: str) -> tuple[float, float, float, str]:
    """The chosen metric, broken rules, what the gating metrics lack, the name; the smallest is worst."""
    lack = sum(1 - (s.value or 0) for n, s in findings(row).items() if n in GATES)
    own = row.scores.get(metric)
    first = own.value if own is not None and own.value is not None else 1.0
    return first, -float(len(broken(row)) + bool(row.error)), -lack, row.case


def _fits(row: Scored, wanted: Wanted) -> bool:
    low = findings(row)
    if wanted.metric and wanted.metric not in low:
        return False
    if wanted.only_faulty and not low and not row.error:
        return False
    return all(word in _text(row) for word in wanted.text.casefold().split())


def _text(row: Scored) -> str:
    reply = row.observation.text if row.observation else ""
    parts: Sequence[str] = (row.case, row.asked, reply, row.error, *row.tags)
    return " ".join(parts).casefold()


def _below(score: Score) -> bool:
    return score.value is not None and score.value < 1
