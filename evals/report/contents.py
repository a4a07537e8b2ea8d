"""What stands in a report: runs and comparisons turned into tables and figures."""

from collections.abc import Iterable, Sequence
from statistics import fmean, quantiles
from typing import Any

from evals.baseline import Milestone
from evals.compare import FLOOR, Comparison, Metric, metrics_of
from evals.folder import Run, Scored
from evals.report import figures
from evals.report.figures import Mood, Span
from evals.report.words import Words
from evals.scorers import SCORERS
from evals.scorers.retrieval import ranked, unlocal
from evals.stats import wilson

_DEEPEST = 10
_FEW = 3  # cases below which a tag gets no column
_MOST_TAGS = 12
_WORST = 15
_POOR = 0.5
BLOCKS = frozenset(scorer.name for scorer in SCORERS if scorer.blocks)
GATES = frozenset(scorer.name for scorer in SCORERS if scorer.gates)


def metric_forest(metrics: Iterable[Metric], words: Words) -> figures.Forest | None:
    """Return every metric that has a value, with its interval."""
    spans: list[Span] = [
        (words.metric(m.name), m.value, m.low or 0.0, m.high or 0.0,
         f"{m.name}: {words.number(m.value)} [{words.number(m.low or 0)}; "
         f"{words.number(m.high or 0)}], {m.applicable} / {m.cases}",
         "bad" if m.name in BLOCKS and m.value < 1 else "")
        for m in metrics if m.value is not None
    ]  # fmt: skip
    return figures.forest(spans, (0.0, 1.0)) if spans else None


def change_forest(comparison: Comparison, words: Words) -> figures.Forest | None:
    """Return every metric's difference with its interval and the band that does not matter."""
    if not comparison.changes:
        return None
    widest = max(0.1, *(max(abs(c.low), abs(c.high)) for c in comparison.changes))
    spans: list[Span] = [
        (words.metric(c.name), c.delta, c.low, c.high,
         f"{c.name}: {words.number(c.delta, 3, sign=True)}, {words.verdict(c.verdict)}",
         mood_of(c.verdict))
        for c in comparison.changes
    ]  # fmt: skip
    return figures.forest(spans, (-widest, widest), band=FLOOR)


def mood_of(verdict: str) -> Mood:
    """Return how a verdict is coloured."""
    moods: dict[str, Mood] = {
        "REGRESSION": "bad", "HARD BREAK": "bad", "SUSPECT": "bad", "IMPROVED": "good",
        "SAME": "even",
    }  # fmt: skip
    return moods.get(verdict, "")


def tag_heat(run: Run, words: Words) -> figures.Heat | None:
    """Return the mean of every metric by tag, for the tags with the most cases."""
    held: dict[tuple[str, str], list[float]] = {}
    count: dict[str, int] = {}
    for row in run.rows:
        for tag in row.tags:
            count[tag] = count.get(tag, 0) + 1
            for name, score in row.scores.items():
                if score.value is not None:
                    held.setdefault((name, tag), []).append(score.value)
    tags = sorted((t for t in count if count[t] >= _FEW), key=lambda t: (-count[t], t))[:_MOST_TAGS]
    names = [s.name for s in SCORERS if any((s.name, tag) in held for tag in tags)]
    if not tags or not names:
        return None
    means = {
        (i, j): (fmean(held[name, tag]), len(held[name, tag]))
        for i, name in enumerate(names)
        for j, tag in enumerate(tags)
        if len(held.get((name, tag), ())) >= _FEW
    }
    return figures.heat([words.metric(name) for name in names], tags, means)


def recall_curves(runs: Sequence[tuple[str, Run]]) -> figures.Curves | None:
    """Return recall@1..10 of each run, and by language where there are several."""
    named: list[tuple[str, list[tuple[float, float]]]] = []
    for name, run in runs:
        rows = [row for row in run.rows if row.gold and row.observation]
        languages = sorted({row.lang for row in rows})
        groups = {name: rows} if len(runs) > 1 else {"": rows}
        if len(languages) > 1:
            groups |= {f"{name} {x}".strip(): [r for r in rows if r.lang == x] for x in languages}
        named += [(label, _recall(group)) for label, group in groups.items() if group]
    ticks = [(float(k), str(k)) for k in range(1, _DEEPEST + 1)]
    return figures.curves(named, (1, _DEEPEST), ticks) if named else None


def _recall(rows: Sequence[Scored]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for k in range(1, _DEEPEST + 1):
        shares = []
        for row in rows:
            documents = ranked(row.observation) if row.observation else []
            shares.append(len(set(documents[:k]) & set(row.gold)) / len(row.gold))
        found.append((float(k), fmean(shares)))
    return found


def trust_forest(run: Run, words: Words) -> figures.Forest | None:
    """Return how often the first document is right, by the strength the search gave it."""
    by_strength: dict[str, list[bool]] = {}
    for row in run.rows:
        seen = row.observation.hits if row.observation else ()
        searched = [hit for hit in seen if hit.kind != "card"]
        if searched and (row.gold or row.no_answer):
            top = searched[0]
            by_strength.setdefault(top.strength, []).append(unlocal(top.document) in row.gold)
    spans: list[Span] = []
    for strength in ("strong", "weak"):
        right = by_strength.get(strength)
        if right:
            held = wilson(sum(right), len(right))
            label = f"{words.strength(strength)}: {sum(right)} {words.say('of')} {len(right)}"
            spans.append((label, *held, f"{label}, {words.number(held.value)}", ""))
    return figures.forest(spans, (0.0, 1.0)) if spans else None


def latency(runs: Sequence[tuple[str, Run]]) -> tuple[figures.Curves, float, float] | None:
    """Return the share of replies that are there by a time, with median and 95th percentile."""
    times = [(name, _seconds(run)) for name, run in runs]
    times = [(name, held) for name, held in times if len(held) > 1]
    if not times:
        return None
    last = times[-1][1]
    cuts = quantiles(last, n=20, method="inclusive")
    top = max(held[-1] for _, held in times)
    named = [
        (name, [(0.0, 0.0), *((s, (n + 1) / len(held)) for n, s in enumerate(held)), (top, 1.0)])
        for name, held in times
    ]
    ticks = [(top * n / 4, f"{top * n / 4:.2g}") for n in range(5)]
    return figures.curves(named, (0.0, top), ticks), cuts[9], cuts[18]


def _seconds(run: Run) -> list[float]:
    seen = (row.observation for row in run.rows)
    return sorted(o.seconds for o in seen if o is not None and o.seconds is not None)


def trend(history: Sequence[Milestone], words: Words) -> figures.Curves | None:
    """Return the mean of every gating metric over the accepted runs, oldest first."""
    if len(history) < 2:
        return None
    names = [s.name for s in SCORERS if s.gates]
    named = [
        (words.metric(name),
         [(float(n), m.metrics[name]) for n, m in enumerate(history) if name in m.metrics])
        for name in names
    ]  # fmt: skip
    named = [(name, points) for name, points in named if len(points) > 1]
    low = min((y for _, points in named for _, y in points), default=0.0)
    ticks = [(float(n), m.day) for n, m in enumerate(history)]
    shown = ticks if len(ticks) <= 6 else [ticks[0], ticks[len(ticks) // 2], ticks[-1]]
    return figures.curves(named, (0, len(history) - 1), shown, (max(0.0, low - 0.05), 1.0))


def marked(text: str, spans: Iterable[str]) -> list[tuple[str, bool]]:
    """Cut a text into pieces, telling which of them are quoted by a score."""
    places = sorted((at, at + len(s)) for s in set(spans) if s and (at := text.find(s)) >= 0)
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in places:
        if start < done:
            continue
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]


def worst_rows(run: Run) -> list[dict[str, Any]]:
    """Return the replies with blocking faults first, then those with the lowest scores."""
    found = []
    for row in run.rows:
        low = {
            name: s for name, s in row.scores.items()
            if s.value is not None and name in GATES and s.value < (1 if name in BLOCKS else _POOR)
        }  # fmt: skip
        if low and row.observation:
            weight = (-sum(name in BLOCKS for name in low), sum(s.value or 0 for s in low.values()))
            spans = [span for s in low.values() for span in s.spans]
            found.append((weight, row.case, low, marked(row.observation.text, spans), row.asked))
    found.sort(key=lambda one: (one[0], one[1]))
    return [
        {"case": case, "scores": low, "pieces": pieces, "asked": asked}
        for _, case, low, pieces, asked in found[:_WORST]
    ]


def headline(run: Run, metrics: Sequence[Metric], words: Words) -> list[str]:
    """Say in a few sentences what a run shows."""
    judged = [row for row in run.rows if row.observation and row.observation.text]
    faults: dict[str, int] = {}
    bad = 0
    for row in judged:
        broken = [n for n in BLOCKS if n in row.scores and (row.scores[n].value or 0) < 1
                  and row.scores[n].value is not None]  # fmt: skip
        bad += bool(broken)
        for name in broken:
            faults[name] = faults.get(name, 0) + 1
    which = ", ".join(f"{words.metric(name)} – {n}" for name, n in sorted(faults.items()))
    said = [
        words.say("headline_faults", bad=bad, n=len(judged), which=which)
        if bad
        else words.say("headline_clean", n=len(judged))
    ]
    open_to = [m for m in metrics if m.value is not None and m.name in GATES and m.value < 1]
    if open_to:
        least = min(open_to, key=lambda m: m.value or 0)
        value = words.number(least.value or 0)
        said.append(words.say("headline_weakest", name=words.metric(least.name), value=value))
    if run.errors:
        said.append(words.say("headline_errors", n=len(run.errors)))
    return said


def comparison_headline(comparison: Comparison, code: int, words: Words) -> list[str]:
    """Say in a few sentences what a comparison shows; `code` is that of the gate."""
    gate = {0: "gate_pass", 1: "gate_fail", 3: "gate_incomplete", 4: "gate_unclear"}[code]
    said = [words.say(gate)]
    if comparison.identical:
        said.append(words.say("nothing_differs"))
    for key, verdicts in (("fell", ("REGRESSION", "SUSPECT")), ("rose", ("IMPROVED",))):
        names = [words.metric(c.name) for c in comparison.changes if c.verdict in verdicts]
        if names:
            said.append(words.say(key, names=", ".join(names)))
    breaks = [f"{words.metric(c.name)}: {', '.join(c.breaks[:5])}"
              for c in comparison.changes if c.breaks]  # fmt: skip
    if breaks:
        said.append(words.say("breaks", names="; ".join(breaks)))
    return said


def run_metrics(run: Run) -> tuple[Metric, ...]:
    """Return the metrics of a run that apply to any of its cases."""
    return tuple(metric for metric in metrics_of(run) if metric.value is not None)
