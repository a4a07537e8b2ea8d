"""An audit summed up as it goes: by rule and topic, never by person."""

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import NormalDist, median

from copilot.conversation import Frozen
from evals.audit.marks import Mark, Marked
from evals.stats import wilson
from evals.tally import Estimate, estimate

WEEK_S = 7 * 24 * 3600
_QUOTES = 3  # of each rule
_STRATA = ("critical", "high", "medium", "low", "none")
KEPT_FAULTS = 200


class RuleCount(Frozen):
    """How often a rule was broken, in how many conversations, with quotes and a better sentence."""

    rule: str
    type: str
    severity: str
    times: int
    conversations: int
    why: str = ""
    better: str = ""
    quotes: tuple[Mark, ...] = ()


class TopicCount(Frozen):
    """The conversations on one topic."""

    topic: str
    conversations: int
    faulty: Estimate
    asks_again: Estimate
    solved_first: Estimate | None = None


class Picked(Frozen):
    """A conversation picked for a person to read; it stands for `weight` conversations."""

    id: str
    place: str
    stratum: str
    weight: float


class Node(Frozen):
    """One number of the metric tree with its interval and the number of cases behind it."""

    branch: str
    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    unit: str = ""


class Summary(Frozen):
    """What an audit found. `margin`: half the 95 % interval of a share found in the sample."""

    v: int = 1
    conversations: int
    replies: int
    faults: int
    rules: tuple[RuleCount, ...]
    topics: tuple[TopicCount, ...]
    sample: tuple[Picked, ...]
    margin: float | None
    tree: tuple[Node, ...]


class Gathering:
    """Takes audited conversations one by one and keeps counts, a few quotes and a sample."""

    def __init__(self, *, sample: int = 30, seed: int = 0) -> None:
        self._sample, self._seed = sample, seed
        self._rules: dict[str, list[int]] = {}
        self._example: dict[str, list[Mark]] = {}
        self._rows: list[_Row] = []
        self._strata: dict[str, list[tuple[int, str, str]]] = {}
        self._sizes: dict[str, int] = {}
        self.faults = 0

    def take(self, marked: Marked) -> None:
        """Count one conversation."""
        for rule in {mark.rule for mark in marked.marks}:
            self._rules.setdefault(rule, [0, 0])[1] += 1
        for mark in marked.marks:
            self._rules[mark.rule][0] += 1
            quotes = self._example.setdefault(mark.rule, [])
            if len(quotes) < _QUOTES and all(mark.quote != other.quote for other in quotes):
                quotes.append(mark)
        self._rows.append(_Row.of(marked))
        self._pick(marked)

    def summary(self) -> Summary:
        """Return what was found so far; who came back within a week is worked out here."""
        solved = solved_first(self._rows)
        picked = tuple(self._picked())
        total = len(self._rows)
        return Summary(
            conversations=total,
            replies=sum(row.replies for row in self._rows),
            faults=self.faults,
            rules=tuple(sorted(self._counts(), key=lambda r: (-_rank(r.severity), -r.times, r.rule))),
            topics=tuple(_topics(self._rows, solved)),
            sample=picked,
            margin=_margin(len(picked), total),
            tree=tuple(_tree(self._rows, solved)),
        )  # fmt: skip

    def _counts(self) -> Iterable[RuleCount]:
        for rule, (times, conversations) in self._rules.items():
            quotes = self._example[rule]
            first = quotes[0]
            yield RuleCount(
                rule=rule, type=first.type, severity=first.severity, times=times,
                conversations=conversations, why=first.why, better=first.better,
                quotes=tuple(quotes),
            )  # fmt: skip

    def _pick(self, marked: Marked) -> None:
        """Keep the conversations with the smallest digests of each stratum: the same every time."""
        stratum = marked.gravest
        digest = hashlib.sha256(f"{self._seed} {marked.place} {marked.id}".encode()).digest()
        heap = self._strata.setdefault(stratum, [])
        self._sizes[stratum] = self._sizes.get(stratum, 0) + 1
        heapq.heappush(heap, (-int.from_bytes(digest[:8], "big"), marked.id, marked.place))
        if len(heap) > self._sample:
            heapq.heappop(heap)

    def _picked(self) -> Iterable[Picked]:
        """Yield an equal share of every stratum; what a small one leaves goes to the others."""
        left, open_to = self._sample, [s for s in _STRATA if s in self._strata]
        open_to.sort(key=lambda s: self._sizes[s])
        for n, stratum in enumerate(open_to):
            share = min(self._sizes[stratum], left // (len(open_to) - n))
            left -= share
            for _, name, place in sorted(self._strata[stratum], reverse=True)[:share]:
                weight = round(self._sizes[stratum] / share, 2)
                yield Picked(id=name, place=place, stratum=stratum, weight=weight)


class _Row(Frozen):
    """What is kept of every conversation: numbers, no words."""

    topic: str
    customer: str
    started: float | None
    ended: float | None
    replies: int
    useful_s: float | None
    useful: bool
    slope: int | None
    hot: bool
    fit: float | None
    promises: int
    unsupported: int
    late: int
    asks_again: bool
    faulty: bool
    grave: bool

    @classmethod
    def of(cls, m: Marked) -> "_Row":
        """Return the numbers of a conversation."""
        return cls(
            topic=m.topic, customer=m.customer, started=m.started, ended=m.ended,
            replies=m.replies, useful_s=m.useful_s, useful=m.useful_at is not None,
            slope=m.course[-1] - m.course[0] if len(m.course) > 1 else None,
            hot=bool(m.course) and max(m.course) >= 2,
            fit=sum(m.fit) / len(m.fit) if m.fit else None,
            promises=m.promises, unsupported=m.unsupported, late=m.late,
            asks_again=m.asks_again > 0, faulty=m.gravest in ("critical", "high"),
            grave=m.gravest == "critical",
        )  # fmt: skip


def solved_first(rows: Sequence["_Row"]) -> list[bool | None]:
    """Say of each conversation whether its customer stayed away on that topic for seven days.

    None where the export has no customer, no time, or ends less than seven days later.
    """
    last = max((row.ended for row in rows if row.ended is not None), default=None)
    starts: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if row.customer and row.started is not None:
            starts.setdefault((row.customer, row.topic), []).append(row.started)
    found: list[bool | None] = []
    for row in rows:
        if not row.customer or row.ended is None or last is None or row.ended + WEEK_S > last:
            found.append(None)
            continue
        again = starts.get((row.customer, row.topic), ())
        found.append(not any(row.ended < at <= row.ended + WEEK_S for at in again))
    return found


def _topics(rows: Sequence[_Row], solved: Sequence[bool | None]) -> Iterable[TopicCount]:
    by_topic: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        by_topic.setdefault(row.topic, []).append(n)
    for topic, held in sorted(by_topic.items(), key=lambda item: (-len(item[1]), item[0])):
        known = [solved[n] for n in held if solved[n] is not None]
        yield TopicCount(
            topic=topic,
            conversations=len(held),
            faulty=estimate(wilson(sum(rows[n].faulty for n in held), len(held))),
            asks_again=estimate(wilson(sum(rows[n].asks_again for n in held), len(held))),
            solved_first=estimate(wilson(sum(map(bool, known)), len(known))) if known else None,
        )


def _tree(rows: Sequence[_Row], solved: Sequence[bool | None]) -> Iterable[Node]:
    """Yield the metric tree: operational, quality, hygiene, motivators; what chats cannot say last."""
    known = [s for s in solved if s is not None]
    hot = [row for row in rows if row.hot and row.slope is not None]
    promised = [row for row in rows if row.promises]
    yield Node(branch="financial", name="ltv")
    yield _share("operational", "solved_first", sum(map(bool, known)), len(known))
    yield _middle("operational", "useful_s", [r.useful_s for r in rows if r.useful_s is not None])
    yield _share("operational", "useful", sum(r.useful for r in rows), len(rows))
    yield _share("operational", "promise_late", sum(r.late > 0 for r in promised), len(promised))
    yield _mean("quality", "fit", [r.fit for r in rows if r.fit is not None])
    yield _share("quality", "calmer", sum((r.slope or 0) < 0 for r in hot), len(hot))
    yield _share("hygiene", "no_grave", sum(not r.grave for r in rows), len(rows))
    yield _share("hygiene", "asks_again", sum(r.asks_again for r in rows), len(rows))
    yield _share("hygiene", "unsupported", sum(r.unsupported > 0 for r in promised), len(promised))
    yield _share("motivators", "faultless", sum(not r.faulty for r in rows), len(rows))
    yield Node(branch="subjective", name="ces")
    yield Node(branch="subjective", name="nps")


def _share(branch: str, name: str, hits: int, n: int) -> Node:
    if not n:
        return Node(branch=branch, name=name, unit="share")
    value, low, high = wilson(hits, n)
    return Node(branch=branch, name=name, value=value, low=low, high=high, n=n, unit="share")


def _mean(branch: str, name: str, values: Sequence[float]) -> Node:
    """Return a mean with a normal interval; there are hundreds of values, or the interval is wide."""
    if len(values) < 2:
        return Node(branch=branch, name=name, value=values[0] if values else None, n=len(values))
    mean = sum(values) / len(values)
    spread = sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    half = NormalDist().inv_cdf(0.975) * spread
    return Node(branch=branch, name=name, value=mean, low=mean - half, high=mean + half,
                n=len(values))  # fmt: skip


def _middle(branch: str, name: str, values: Sequence[float]) -> Node:
    """Return a median with its interval by order statistics (binomial, normal approximation)."""
    if not values:
        return Node(branch=branch, name=name, unit="s")
    ordered, n = sorted(values), len(values)
    half = NormalDist().inv_cdf(0.975) * sqrt(n) / 2
    low = ordered[max(0, int(n / 2 - half))]
    high = ordered[min(n - 1, int(n / 2 + half))]
    return Node(branch=branch, name=name, value=median(ordered), low=low, high=high, n=n, unit="s")


def _margin(n: int, total: int) -> float | None:
    """Return half the widest 95 % interval of a share in a sample of n out of total."""
    if not n or total < 2:
        return None
    rest = sqrt((total - n) / (total - 1))
    return round(float(NormalDist().inv_cdf(0.975) * sqrt(0.25 / n) * rest), 3)


def _rank(severity: str) -> int:
    return len(_STRATA) - _STRATA.index(severity)
