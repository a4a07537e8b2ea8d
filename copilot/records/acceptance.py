"""What became of drafts: measured on what was really sent, told by matter and script, never by person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Literal

import numpy as np
from pydantic import Field

from copilot.conversation import Frozen

Outcome = Literal["as_is", "edited", "rewritten", "dismissed"]
Reason = Literal[
    "wrong_facts", "wrong_tone", "beside_the_point", "too_long", "outdated", "own_words", "other",
]  # fmt: skip

AS_IS = 0.02  # a typo or a comma changed, no word
EDITED = 0.5  # beyond it less than half of the draft is left: these are somebody's own words
_MAX_CHARS = 4_000  # of either text; the comparison takes time by their product


class Judged(Frozen):
    """Which option was sent, how far from it the sent text is (0 equal … 1 nothing in common)."""

    option: int
    distance: float = Field(ge=0, le=1)
    outcome: Outcome


def distance(sent: str, draft: str) -> float:
    """Return the edit distance of two texts in 0..1: Levenshtein by the longer length.

    Runs of white space count as one space: helpdesks and mail programs rewrap lines.
    """
    a, b = (_codes(text) for text in (sent, draft))
    if not len(a) or not len(b):
        return float(len(a) != len(b))
    steps = np.arange(len(b) + 1)
    row = steps.copy()
    for n, code in enumerate(a, 1):
        kept = np.empty_like(row)
        kept[0] = n
        kept[1:] = np.minimum(row[1:] + 1, row[:-1] + (b != code))
        row = np.minimum.accumulate(kept - steps) + steps  # insertions: a running minimum
    return round(float(row[-1]) / max(len(a), len(b)), 4)


def judged(sent: str, options: Sequence[str]) -> Judged | None:
    """Return what a sent text made of the options; None when there were none."""
    if not options:
        return None
    far = [distance(sent, option) for option in options]
    nearest = min(range(len(far)), key=far.__getitem__)
    least = far[nearest]
    kind: Outcome = "as_is" if least <= AS_IS else "edited" if least <= EDITED else "rewritten"
    return Judged(option=nearest, distance=least, outcome=kind)


class Tally(Frozen):
    """How drafts fared. `acceptance` is (as_is + edited) / decided, among drafts somebody saw.

    `unseen` were never shown to anybody; `undecided` were shown and nothing is known of them yet.
    """

    drafts: int = 0
    unseen: int = 0
    undecided: int = 0
    as_is: int = 0
    edited: int = 0
    rewritten: int = 0
    dismissed: int = 0
    acceptance: float | None = None
    median_distance: float | None = None
    reasons: dict[Reason, int] = Field(default_factory=dict)


class Worth(Frozen):
    """The value numbers of a period, as a whole, by topic and by script."""

    v: Literal[1] = 1
    since: datetime | None = None
    total: Tally
    topics: dict[str, Tally]
    scripts: dict[str, Tally]


class Fate(Frozen):
    """What is counted of one draft."""

    topic: str = ""
    scripts: tuple[str, ...] = ()
    seen: bool = False
    outcome: Outcome | Literal[""] = ""
    reason: Reason | Literal[""] = ""
    distance: float | None = None


def worth(fates: Sequence[Fate], *, since: datetime | None = None) -> Worth:
    """Count drafts."""
    topics: dict[str, list[Fate]] = {}
    scripts: dict[str, list[Fate]] = {}
    for fate in fates:
        if fate.topic:
            topics.setdefault(fate.topic, []).append(fate)
        for script in fate.scripts:
            scripts.setdefault(script, []).append(fate)
    return Worth(since=since, total=tally(fates), topics=_each(topics), scripts=_each(scripts))


def tally(fates: Iterable[Fate]) -> Tally:
    """Count the drafts of one matter."""
    fates = tuple(fates)
    seen = [fate for fate in fates if fate.seen]
    counts = {
        kind: sum(fate.outcome == kind for fate in seen)
        for kind in ("as_is", "edited", "rewritten", "dismissed")
    }
    decided = sum(counts.values())
    far = [fate.distance for fate in seen if fate.distance is not None]
    reasons = [fate.reason for fate in seen if fate.outcome == "dismissed" and fate.reason]
    return Tally(
        drafts=len(fates),
        unseen=len(fates) - len(seen),
        undecided=len(seen) - decided,
        acceptance=round((counts["as_is"] + counts["edited"]) / decided, 4) if decided else None,
        median_distance=round(median(far), 4) if far else None,
        reasons={reason: reasons.count(reason) for reason in sorted(set(reasons))},
        **counts,
    )


def _each(groups: Mapping[str, list[Fate]]) -> dict[str, Tally]:
    return {name: tally(groups[name]) for name in sorted(groups)}


def _codes(text: str) -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    plain = " ".join(text.split())[:_MAX_CHARS]
    return np.frombuffer(plain.encode("utf-32-le", "replace"), dtype=np.uint32)
