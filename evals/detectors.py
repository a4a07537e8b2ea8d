"""How far the rule detectors agree with people: every label of every detector, on labelled lines."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from copilot.conversation import read_conversation
from copilot.perception import perceive
from copilot.rules import acts_of, commitments, mask, review
from copilot.suggestion import CommitmentCheck, Draft
from evals.labelled import NOW, Part, brief_of, lines, starter_rules
from evals.stats import bootstrap, wilson
from evals.tally import (
    Disagreement,
    Estimate,
    LabelScore,
    Outcome,
    disagreements,
    estimate,
    scores,
)

UNSUPPORTED = frozenset({
    "absent", "over_limit", "contradicts", "better_than_policy", "outdated_source",
    "unit_calendar_vs_business",
})  # fmt: skip
SPOILT = ("medium", "high", "critical")
# Acts that were marked only where they are the point of a sentence: a hit elsewhere is no mistake.
MARKED_IN_PART = frozenset({
    "own", "next_step", "deadline", "options", "follow_up", "escalate", "explain_reason", "record",
    "invite_back", "compensate_within_limit", "ask", "thanks",
})  # fmt: skip
_PARAPHRASE = {"confirm_understanding": "ack"}
_COVERED = 0.7  # of the letters and digits of personal data must be masked
_SHOWN = 160  # characters of a line in the list of disagreements


class Rate(BaseModel):
    """A share or a mean that is no label: kept words, clean drafts flagged, distance on a scale."""

    model_config = ConfigDict(frozen=True)

    detector: str
    name: str
    n: int
    estimate: Estimate


class DetectorReport(BaseModel):
    """Every detector on one part of the labelled lines."""

    model_config = ConfigDict(frozen=True)

    v: Literal[1] = 1
    part: Part
    scores: tuple[LabelScore, ...]
    rates: tuple[Rate, ...]
    disagreements: tuple[Disagreement, ...]
    seconds: float


def measure(part: Part) -> DetectorReport:
    """Run every detector over its labelled lines.

    Agreement is counted by label: precision and recall with score intervals, F1 with an interval
    from resampled scenarios. `dev` was read while the rules were written and flatters them.
    """
    started = time.perf_counter()
    found: list[LabelScore] = []
    differ: list[Disagreement] = []
    for name, detect in DETECTORS:
        outcomes = list(detect(part))
        found.extend(_honest(score) for score in scores(name, outcomes))
        differ.extend(disagreements(name, outcomes))
    rates = tuple(
        rate for measured in (_drafts_rates, _masks_rates, _axes) for rate in measured(part)
    )
    return DetectorReport(
        part=part,
        scores=tuple(found),
        rates=rates,
        disagreements=tuple(differ),
        seconds=round(time.perf_counter() - started, 1),
    )


def heard_acts(row: dict[str, Any]) -> set[str]:
    """Return the acts that are heard in a labelled sentence."""
    found = acts_of(row["text"], row["language"], about=row.get("customer", ""))
    return {_PARAPHRASE.get(act.name, act.name) for act in found}


def heard_faults(row: dict[str, Any]) -> set[str]:
    """Return the faults that are found in a labelled draft; light ones count on faulty drafts only."""
    dirty = row["kind"] == "dirty"
    return {found.type for found in _review(row) if dirty or found.severity in SPOILT}


def heard_signals(row: dict[str, Any]) -> set[str]:
    """Return the signals that are perceived in a labelled conversation."""
    return {signal.name for signal in _perceived(row).signals}


def _honest(score: LabelScore) -> LabelScore:
    """Leave out what cannot be said where only some of the right sentences are marked."""
    if score.detector != "acts" or score.label not in MARKED_IN_PART:
        return score
    return score.model_copy(update={"precision": None, "f1": None})


def _acts(part: Part) -> Iterator[Outcome]:
    rows = [
        *lines("rules", f"acts.{part}"),
        *(lines("rules", "acts.cases") if part == "test" else ()),
    ]
    labels = {act for row in rows for act in row["acts"]}
    for row in rows:
        marked, open_to = set(row["acts"]), set(row.get("maybe", ()))
        heard = heard_acts(row)
        for label in sorted(labels & set(row.get("only", labels)) - open_to):
            false = label in heard and label not in marked and label not in MARKED_IN_PART
            yield _outcome(label, row, label in marked & heard, false, label in marked - heard)


def _tone(part: Part) -> Iterator[Outcome]:
    """Faults on drafts marked with one; a finding of that type on a clean draft is a false one."""
    rows = list(lines("rules", f"drafts.{part}"))
    types = {row["type"] for row in rows if row["kind"] == "dirty"}
    for row in rows:
        found = heard_faults(row)
        if row["kind"] == "dirty":
            seen = row["type"] in found
            yield _outcome(row["type"], row, seen, False, not seen)
        else:
            for label in sorted(types & found):
                yield _outcome(label, row, False, True, False)


def _promises(part: Part) -> Iterator[Outcome]:
    for row in lines("rules", f"promises.{part}"):
        checks = list(commitments(Draft.from_text(row["draft"]), brief_of(row)))
        for want in row["promises"]:
            check = _overlapping(checks, want)
            bad = want["verdict"] in UNSUPPORTED
            flagged = check is not None and check.verdict in UNSUPPORTED
            heard = check is not None
            yield _outcome("promise", row, heard, False, not heard)
            yield _outcome(
                "unsupported", row, bad and flagged, flagged and not bad, bad and not flagged
            )
        for check in checks:
            yield _outcome("promise", row, False, True, False)
            if check.verdict in UNSUPPORTED:
                yield _outcome("unsupported", row, False, True, False)


def _masks(part: Part) -> Iterator[Outcome]:
    for row in lines("rules", f"masks.{part}"):
        masked = mask(row["text"])
        covered = {n for span in masked.spans for n in range(span.start, span.end)}
        for span in row["spans"]:
            letters = [n for n in range(span["start"], span["end"]) if row["text"][n].isalnum()]
            hit = sum(n in covered for n in letters) >= _COVERED * len(letters)
            yield _outcome(span["kind"], row, hit, False, not hit)
        for found in masked.spans:
            if not any(found.start < s["end"] and s["start"] < found.end for s in row["spans"]):
                yield _outcome(found.kind, row, False, True, False)


def _signals(part: Part) -> Iterator[Outcome]:
    for row in lines("perception", part):
        expect = row["expect"]
        marked, open_to = set(expect["signals"]), set(expect["maybe"])
        heard = heard_signals(row)
        text = row["conversation"]["messages"][-1]["text"]
        for label in sorted((marked | heard) - (open_to - marked)):
            yield Outcome(
                label,
                row["id"],
                label in marked & heard,
                label in heard - marked,
                label in marked - heard,
                row["id"],
                text[:_SHOWN],
            )


DETECTORS: tuple[tuple[str, Callable[[Part], Iterator[Outcome]]], ...] = (
    ("acts", _acts),
    ("tone", _tone),
    ("promises", _promises),
    ("masks", _masks),
    ("signals", _signals),
)


def _drafts_rates(part: Part) -> Iterator[Rate]:
    """Clean drafts that get a finding of medium weight or more."""
    rows = list(lines("rules", f"drafts.{part}"))
    for kind, name in (("clean", "clean drafts flagged"), ("innocent", "innocent words flagged")):
        flagged = [any(f.severity in SPOILT for f in _review(r)) for r in rows if r["kind"] == kind]
        yield _share("tone", name, sum(flagged), len(flagged))


def _masks_rates(part: Part) -> Iterator[Rate]:
    rows = [(row, mask(row["text"]).text) for row in lines("rules", f"masks.{part}")]
    kept = [word in text for row, text in rows for word in row["keep"]]
    altered = [text != row["text"] for row, text in rows if not row["spans"]]
    yield _share("masks", "words kept", sum(kept), len(kept))
    yield _share("masks", "clean texts altered", sum(altered), len(altered))


def _axes(part: Part) -> Iterator[Rate]:
    rows = [(row, _perceived(row)) for row in lines("perception", part)]
    for axis in ("hostility", "distress"):
        off = [float(abs(getattr(heard, axis) - row["expect"][axis])) for row, heard in rows]
        mean = estimate(bootstrap(off, [row["id"] for row, _ in rows]))
        yield Rate(detector="perception", name=f"{axis}: mean distance", n=len(off), estimate=mean)
        yield _share("perception", f"{axis}: within one", sum(d <= 1 for d in off), len(off))


def _share(detector: str, name: str, hits: int, n: int) -> Rate:
    return Rate(detector=detector, name=name, n=n, estimate=estimate(wilson(hits, n)))


def _outcome(label: str, row: dict[str, Any], right: bool, false: bool, missed: bool) -> Outcome:
    text = row.get("text") or row["draft"]
    cluster = row.get("scenario") or row["id"]
    return Outcome(label, cluster, int(right), int(false), int(missed), row["id"], text[:_SHOWN])


def _overlapping(checks: list[CommitmentCheck], want: dict[str, Any]) -> CommitmentCheck | None:
    """Take the found promise that overlaps a marked one out of the list, best type first."""
    same = [c for c in checks if c.start < want["end"] and want["start"] < c.end]
    if not same:
        return None
    best = min(same, key=lambda check: check.type != want["type"])
    checks.remove(best)
    return best


def _review(row: dict[str, Any]) -> Any:
    return review(Draft.from_text(row["draft"]), brief_of(row), starter_rules())


def _perceived(row: dict[str, Any]) -> Any:
    from datetime import datetime

    return perceive(read_conversation(row["conversation"], now=datetime.fromisoformat(NOW)))
