"""How far every rule detector may be believed: agreement with people beyond chance, label by label.

A rating is one line and one label: does the person see it, does the detector. Only lines on which
both could say yes or no are counted, so the figures differ from precision and recall elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from copilot.conversation import Frozen
from copilot.rules import commitments, mask
from copilot.suggestion import Draft
from evals.detectors import MARKED_IN_PART, UNSUPPORTED, heard_acts, heard_faults, heard_signals
from evals.labelled import Part, brief_of, lines
from evals.raters import Judgement, both
from evals.stats import wilson
from evals.tally import Estimate, estimate

_RESAMPLES = 2_000
_SHOWN = 160  # characters of a line in the examples
FEW = 10  # people's yes or no on fewer lines says little about a label


class Rating(NamedTuple):
    """One line and one label; lines of one `cluster` (a scenario) rise and fall together."""

    label: str
    id: str
    cluster: str
    person: bool
    machine: bool
    text: str


class Table(NamedTuple):
    """How two raters agree on yes and no: `first` only, `second` only, both, neither."""

    both: int
    second: int
    first: int
    neither: int

    @property
    def n(self) -> int:
        """All ratings."""
        return self.both + self.second + self.first + self.neither


class Example(Frozen):
    """A line on which a detector and people differ."""

    kind: Literal["missed", "false"]
    id: str
    text: str


class Ceiling(Frozen):
    """How far two people agree on the same label; a detector cannot be asked for more."""

    n: int
    kappa: float | None
    ac1: float | None


class Calibration(Frozen):
    """One label of one detector against people.

    `base_rate`: share of lines on which people say yes. `tpr`, `tnr`: share of people's yes and no
    that the detector says too. None where nobody said yes (or no), or where chance leaves no room.
    """

    detector: str
    label: str
    n: int
    base_rate: float
    kappa: Estimate | None
    ac1: Estimate | None
    tpr: Estimate | None
    tnr: Estimate | None
    few: bool
    ceiling: Ceiling | None = None
    examples: tuple[Example, ...] = ()


def calibrate(
    part: Part, raters: Sequence[Sequence[Judgement]] = (), *, examples: int = 3
) -> tuple[Calibration, ...]:
    """Hold every rule detector against labelled lines, and two people against each other.

    `raters`: the judgements of two people on the same lines; none: no ceiling.
    """
    pairs = both(raters)
    return tuple(
        calibration(name, label, ratings, ceiling=_ceiling(pairs.get((name, label), ())),
                    examples=examples)
        for name, rate in DETECTORS
        for label, ratings in _by_label(rate(part)).items()
    )  # fmt: skip


def calibration(
    detector: str,
    label: str,
    ratings: Sequence[Rating],
    *,
    ceiling: Ceiling | None = None,
    examples: int = 3,
) -> Calibration:
    """Return the agreement on one label, with intervals from resampled clusters.

    Raises:
        ValueError: there are no ratings.
    """
    if not ratings:
        raise ValueError("no ratings to agree on")
    table = table_of((r.person, r.machine) for r in ratings)
    yes, no = table.both + table.first, table.neither + table.second
    return Calibration(
        detector=detector,
        label=label,
        n=table.n,
        base_rate=round(yes / table.n, 4),
        kappa=_resampled(ratings, kappa),
        ac1=_resampled(ratings, ac1),
        tpr=estimate(wilson(table.both, yes)) if yes else None,
        tnr=estimate(wilson(table.neither, no)) if no else None,
        few=min(yes, no) < FEW,
        ceiling=ceiling,
        examples=_examples(ratings, examples),
    )


def table_of(pairs: Iterable[tuple[bool, bool]]) -> Table:
    """Count (first says yes, second says yes)."""
    counts = {(a, b): 0 for a in (True, False) for b in (True, False)}
    for pair in pairs:
        counts[pair] += 1
    return Table(counts[True, True], counts[False, True], counts[True, False], counts[False, False])


def kappa(table: Table) -> float | None:
    """Return Cohen's kappa; None where both always say the same one thing.

    (p_o - p_e) / (1 - p_e), p_e from each rater's own shares: Cohen, "A coefficient of agreement for
    nominal scales", Educational and Psychological Measurement 20 (1960), 37-46.
    """
    if not table.n:
        return None
    first, second = (table.both + table.first) / table.n, (table.both + table.second) / table.n
    return _beyond(table, first * second + (1 - first) * (1 - second))


def ac1(table: Table) -> float | None:
    """Return Gwet's AC1, which stays honest where a label is rare; None without ratings.

    (p_o - p_e) / (1 - p_e), p_e = 2 q (1 - q) with q the mean of both raters' shares of yes: Gwet,
    "Computing inter-rater reliability and its variance in the presence of high agreement", British
    Journal of Mathematical and Statistical Psychology 61 (2008), 29-48.
    """
    if not table.n:
        return None
    yes = (2 * table.both + table.first + table.second) / (2 * table.n)
    return _beyond(table, 2 * yes * (1 - yes))


def _beyond(table: Table, chance: float) -> float | None:
    if chance >= 1:
        return None
    return ((table.both + table.neither) / table.n - chance) / (1 - chance)


def _resampled(
    ratings: Sequence[Rating], coefficient: Callable[[Table], float | None]
) -> Estimate | None:
    """Return a coefficient with a percentile interval from resampled clusters."""
    whole = coefficient(table_of((r.person, r.machine) for r in ratings))
    if whole is None:
        return None
    names = {name: n for n, name in enumerate(sorted({r.cluster for r in ratings}))}
    counts = np.zeros((len(names), 4), dtype=np.int64)
    for one in ratings:
        column = 0 if one.person and one.machine else 1 if one.machine else 2 if one.person else 3
        counts[names[one.cluster], column] += 1
    drawn = np.random.default_rng(0).integers(0, len(names), size=(_RESAMPLES, len(names)))
    sums = counts[drawn].sum(axis=1)
    values = [v for row in sums if (v := coefficient(Table(*(int(x) for x in row)))) is not None]
    low, high = np.quantile(values, [0.025, 0.975]) if values else (whole, whole)
    return Estimate(value=round(whole, 3), low=round(float(low), 3), high=round(float(high), 3))


def _ceiling(pairs: Sequence[tuple[bool, bool]]) -> Ceiling | None:
    if not pairs:
        return None
    table = table_of(pairs)
    k, a = kappa(table), ac1(table)
    return Ceiling(
        n=table.n,
        kappa=None if k is None else round(k, 3),
        ac1=None if a is None else round(a, 3),
    )


def _examples(ratings: Sequence[Rating], most: int) -> tuple[Example, ...]:
    differ = [
        Example(kind="missed" if r.person else "false", id=r.id, text=r.text)
        for r in ratings
        if r.person != r.machine
    ]
    return tuple(differ[:most])


def _by_label(ratings: Iterable[Rating]) -> dict[str, list[Rating]]:
    found: dict[str, list[Rating]] = {}
    for rating in ratings:
        found.setdefault(rating.label, []).append(rating)
    return dict(sorted(found.items()))


def _rating(label: str, row: dict[str, Any], person: bool, machine: bool) -> Rating:
    text = row.get("text") or row.get("draft") or row["conversation"]["messages"][-1]["text"]
    return Rating(
        label, row["id"], row.get("scenario") or row["id"], person, machine, text[:_SHOWN]
    )


def _acts(part: Part) -> Iterator[Rating]:
    """Every label that was looked for on a line; those marked only in part say nothing of a no."""
    rows = [
        *lines("rules", f"acts.{part}"),
        *(lines("rules", "acts.cases") if part == "test" else ()),
    ]
    labels = {act for row in rows for act in row["acts"]} - MARKED_IN_PART
    for row in rows:
        marked, open_to = set(row["acts"]), set(row.get("maybe", ()))
        heard = heard_acts(row)
        for label in sorted(labels & set(row.get("only", labels)) - open_to):
            yield _rating(label, row, label in marked, label in heard)


def _tone(part: Part) -> Iterator[Rating]:
    """A fault on drafts marked with it, and on clean ones; drafts with another fault are left out."""
    rows = list(lines("rules", f"drafts.{part}"))
    types = sorted({row["type"] for row in rows if row["kind"] == "dirty"})
    for row in rows:
        found = heard_faults(row)
        for label in [row["type"]] if row["kind"] == "dirty" else types:
            yield _rating(label, row, row["kind"] == "dirty", label in found)


def _promises(part: Part) -> Iterator[Rating]:
    """Whether a reply promises anything, and whether any of it has no support."""
    for row in lines("rules", f"promises.{part}"):
        checks = list(commitments(Draft.from_text(row["draft"]), brief_of(row)))
        wanted = [one["verdict"] in UNSUPPORTED for one in row["promises"]]
        flagged = any(check.verdict in UNSUPPORTED for check in checks)
        yield _rating("promise", row, bool(wanted), bool(checks))
        yield _rating("unsupported", row, any(wanted), flagged)


def _masks(part: Part) -> Iterator[Rating]:
    """Whether a text holds personal data of a kind."""
    rows = list(lines("rules", f"masks.{part}"))
    kinds = sorted({span["kind"] for row in rows for span in row["spans"]})
    for row in rows:
        there = {span["kind"] for span in row["spans"]}
        found = {span.kind for span in mask(row["text"]).spans}
        for kind in kinds:
            yield _rating(kind, row, kind in there, kind in found)


def _signals(part: Part) -> Iterator[Rating]:
    """Every signal of the customer's last message that a person marked anywhere."""
    rows = list(lines("perception", part))
    labels = {label for row in rows for label in row["expect"]["signals"]}
    for row in rows:
        marked, open_to = set(row["expect"]["signals"]), set(row["expect"]["maybe"])
        heard = heard_signals(row)
        for label in sorted(labels - (open_to - marked)):
            yield _rating(label, row, label in marked, label in heard)


DETECTORS: tuple[tuple[str, Callable[[Part], Iterator[Rating]]], ...] = (
    ("acts", _acts),
    ("tone", _tone),
    ("promises", _promises),
    ("masks", _masks),
    ("signals", _signals),
)
