"""Runs made up for tests: scores without a product."""

from typing import Any

from evals.folder import Manifest, Run, Scored
from evals.observation import Found, Observation
from evals.scorers import SCORERS, Score

NASTY = "<script>alert(1)</script> & \"'><img src=x onerror=alert(1)>"


def made_run(*, families: int = 20, broken: tuple[int, ...] = (), tone: float = 0.9) -> Run:
    """Return a run of three cases a family; cases in `broken` fail the blocking metrics."""
    rows = tuple(_row(n, n in broken, tone) for n in range(3 * families))
    manifest = Manifest(suite_hash="0" * 64, cases=len(rows), backend="embedded", commit="abc123")
    return Run(manifest=manifest, rows=rows)


def _row(n: int, broken: bool, tone: float) -> Scored:
    hits = [
        Found(document=name, kind="script", score=0.9, strength="strong" if n % 2 else "weak")
        for name in ("en:S1", "S2", "S3")
    ]
    text = f"We will refund it tomorrow. {NASTY}"
    seen: dict[str, Any] = {"case": f"c{n}", "text": text, "hits": hits, "seconds": 0.1 + n / 1000}
    scores = {s.name: Score(value=1.0) for s in SCORERS} | {"tone": Score(value=tone)}
    if broken:
        bad = Score(value=0.0, reason=NASTY, spans=("We will refund it tomorrow.",))
        scores |= {"grounded": bad}
    return Scored(
        case=f"c{n}", case_hash=str(n), family=f"f{n // 3}", lang="ru" if n % 2 else "en",
        tags=("delivery", NASTY), asked=f"Where is it? {NASTY}", gold=("S1",),
        observation=Observation.model_validate(seen), scores=scores,
    )  # fmt: skip
