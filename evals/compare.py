"""Two runs compared case by case: what got better, what got worse, and whether that is chance."""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Literal

from copilot.conversation import Frozen
from evals.folder import Run, Scored
from evals.scorers import SCORERS
from evals.stats import FEW_CLUSTERS, bootstrap, equivalent, holm, minimal_detectable, sign_flip

Verdict = Literal["REGRESSION", "HARD BREAK", "SUSPECT", "SAME", "IMPROVED", "INCONCLUSIVE"]
FLOOR = 0.02  # a difference of means smaller than this does not matter to anybody
_ALPHA = 0.05
_MOST_ERRORS = 0.02  # share of failed rows beyond which a run is incomplete
_WORST = 20


class Metric(Frozen):
    """One metric of one run: mean over the cases that ask for it, with its interval and coverage."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    applicable: int = 0
    cases: int = 0
    unscored: int = 0


class CaseChange(Frozen):
    """One case in which a metric changed, with both replies."""

    case: str
    metric: str
    before: float
    after: float
    reason: str = ""
    spans: tuple[str, ...] = ()
    asked: str = ""
    text_before: str = ""
    text_after: str = ""


class Change(Frozen):
    """One metric between two runs."""

    name: str
    gates: bool
    before: float
    after: float
    delta: float
    low: float
    high: float
    p: float
    p_holm: float | None = None
    detectable: float | None = None
    pairs: int
    clusters: int
    verdict: Verdict
    breaks: tuple[str, ...] = ()


class Comparison(Frozen):
    """Everything between two runs; `excluded` are cases that are not the same in both."""

    changes: tuple[Change, ...]
    worst: tuple[CaseChange, ...] = ()
    excluded: tuple[str, ...] = ()
    errors: int = 0
    incomplete: bool = False
    few_families: bool = False

    @property
    def identical(self) -> bool:
        """Whether nothing at all differs."""
        return not self.worst and not self.excluded and not self.errors


def metrics_of(run: Run) -> tuple[Metric, ...]:
    """Return every metric of a run, in the order of the scorers."""
    return tuple(_metric(run.rows, scorer.name) for scorer in SCORERS)


def _metric(rows: Sequence[Scored], name: str) -> Metric:
    held = [(row, row.scores[name]) for row in rows if name in row.scores]
    values = [(s.value, row.family) for row, s in held if s.value is not None]
    unscored = sum(s.state == "unscored" for _, s in held)
    if not values:
        return Metric(name=name, value=None, cases=len(rows), unscored=unscored)
    found = bootstrap([v for v, _ in values], [family for _, family in values])
    return Metric(
        name=name, value=round(found.value, 4), low=round(found.low, 4), high=round(found.high, 4),
        applicable=len(values), cases=len(rows), unscored=unscored,
    )  # fmt: skip


def compare(base: Run, candidate: Run, *, floor: float = FLOOR) -> Comparison:
    """Compare two runs, pairing cases of the same id and content; trials are averaged first."""
    before, after = _by_case(base.rows), _by_case(candidate.rows)
    paired = sorted(set(before) & set(after))
    excluded = sorted({case for case, _ in set(before) ^ set(after)})
    changes = [c for s in SCORERS if (c := _change(s.name, before, after, paired, floor))]
    adjusted = holm({c.name: c.p for c in changes if c.gates})
    decided = [_decided(change, adjusted.get(change.name), floor) for change in changes]
    errors = len(base.errors) + len(candidate.errors)
    rows = len(base.rows) + len(candidate.rows)
    return Comparison(
        changes=tuple(decided),
        worst=_worst(before, after, paired),
        excluded=tuple(excluded),
        errors=errors,
        incomplete=bool(rows) and errors / rows > _MOST_ERRORS,
        few_families=len({before[key][0].family for key in paired}) < FEW_CLUSTERS,
    )


def exit_code(comparison: Comparison, *, strict: bool = False) -> int:
    """Return 0 for fine, 1 for worse, 3 for an incomplete run, 4 for unclear under `strict`."""
    if comparison.incomplete:
        return 3
    verdicts = {change.verdict for change in comparison.changes if change.gates}
    if verdicts & {"REGRESSION", "HARD BREAK"}:
        return 1
    return 4 if strict and "INCONCLUSIVE" in verdicts else 0


_Key = tuple[str, str]


def _by_case(rows: Iterable[Scored]) -> dict[_Key, list[Scored]]:
    found: dict[_Key, list[Scored]] = {}
    for row in rows:
        if not row.error:
            found.setdefault((row.case, row.case_hash), []).append(row)
    return found


def _mean(rows: Sequence[Scored], name: str) -> float | None:
    values = [s.value for row in rows if (s := row.scores.get(name)) and s.value is not None]
    return fmean(values) if values else None


def _change(
    name: str,
    before: dict[_Key, list[Scored]],
    after: dict[_Key, list[Scored]],
    paired: Sequence[_Key],
    floor: float,
) -> Change | None:
    scorer = next(s for s in SCORERS if s.name == name)
    held = [
        (key, old, new)
        for key in paired
        if (old := _mean(before[key], name)) is not None
        and (new := _mean(after[key], name)) is not None
    ]
    if not held:
        return None
    deltas = [new - old for _, old, new in held]
    families = [before[key][0].family for key, _, _ in held]
    shown = bootstrap(deltas, families)
    breaks = tuple(key[0] for key, old, new in held if scorer.blocks and new < old and new < 1)
    return Change(
        name=name,
        gates=scorer.gates,
        before=round(fmean(old for _, old, _ in held), 4),
        after=round(fmean(new for _, _, new in held), 4),
        delta=round(shown.value, 4),
        low=round(shown.low, 4),
        high=round(shown.high, 4),
        p=round(sign_flip(deltas, families), 6),
        detectable=round(minimal_detectable(deltas, families), 4),
        pairs=len(held),
        clusters=len(set(families)),
        verdict="SAME"
        if equivalent(bootstrap(deltas, families, level=0.9), floor)
        else "INCONCLUSIVE",
        breaks=breaks,
    )


def _decided(change: Change, p_holm: float | None, floor: float) -> Change:
    """Turn numbers into a verdict; a new fault of a blocking kind needs no statistics."""
    p = change.p if p_holm is None else p_holm
    verdict: Verdict = change.verdict
    if change.breaks:
        verdict = "HARD BREAK"
    elif p < _ALPHA and change.delta <= -floor:
        verdict = "REGRESSION"
    elif p < _ALPHA and change.delta > 0:
        verdict = "IMPROVED"
    elif change.p < _ALPHA and change.delta < 0:
        verdict = "SUSPECT"
    return change.model_copy(update={"verdict": verdict, "p_holm": p_holm})


def _worst(
    before: dict[_Key, list[Scored]], after: dict[_Key, list[Scored]], paired: Sequence[_Key]
) -> tuple[CaseChange, ...]:
    """Return the cases that changed most, the worst losses first."""
    found: list[CaseChange] = []
    for key in paired:
        for scorer in SCORERS:
            old, new = _mean(before[key], scorer.name), _mean(after[key], scorer.name)
            if old is None or new is None or old == new:
                continue
            row = after[key][0]
            score = row.scores[scorer.name]
            found.append(
                CaseChange(
                    case=key[0], metric=scorer.name, before=round(old, 4), after=round(new, 4),
                    reason=score.reason, spans=score.spans, asked=row.asked,
                    text_before=_text(before[key][0]), text_after=_text(row),
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda c: (c.after - c.before, c.case, c.metric))[:_WORST])


def _text(row: Scored) -> str:
    return row.observation.text if row.observation else ""
