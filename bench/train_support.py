"""Train how much the heard signals say about the right script, and write the weights with a card.

    python -m bench.train_support HOME

The starter scripts in both languages are asked their own trigger examples, half of which are in the
index at a time (`bench.retrieval.bases.starter`). HOME is that of `bench.retrieval.train_turn`.
Figures are taken on the half that took no part in the fit; the weights written are fitted on both.
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.retrieval.bases import starter
from bench.retrieval.corpus import Base, Cached, MemoryCatalogue
from bench.retrieval.logistic import Floats, Logistic, fit
from bench.retrieval.reading import read_turns
from copilot import Conversation, Message
from copilot.perception import perceive
from copilot.support import FEATURES, features
from knowledge import Hit, Query, Script, load_starter, open_embedder
from knowledge.asking import Reader
from knowledge.search import Searcher
from knowledge.space import Space, space_of

OUT = Path(__file__).parents[1] / "copilot" / "models" / "support.json"
DEPTH = 10
STRONG = 0.5  # see the card: what it yields on the half left out, before and after
RECALL = 0.9  # of right hits that are at least weak
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Row(NamedTuple):
    """One candidate of one query."""

    half: int
    query: int
    before: float
    values: tuple[float, ...]
    right: bool


def collect(base: Base, half: int, embedder: Cached, home: Path) -> list[Row]:
    """Ask a base all its queries."""
    scripts = {f"{s.locale}:{s.id}": s for s in load_starter() if isinstance(s, Script)}
    space = Space(space_of(embedder.name).means, read_turns(home)["starter"])
    reader = Reader(embedder, space)  # with a turn that was not trained on these queries
    catalogue = MemoryCatalogue(base.articles, embedder)
    searcher = Searcher(catalogue, embedder, home / f"half{half}", reader=reader)
    searcher.refresh()
    rows: list[Row] = []
    for number, asked in enumerate(base.queries):
        talk = Conversation(messages=(Message(role="customer", text=asked.text),), now=NOW)
        heard_of = perceive(talk)
        query = Query(text=heard_of.request or asked.text, locale=heard_of.language, top_k=DEPTH)
        for hit in searcher.search(query):
            known = hit.model_copy(update={"record": scripts[hit.document]})
            values = features(known, heard_of)
            if values is not None:
                rows.append(Row(half, number, hit.confidence, values, _same(hit, asked.answer)))
    return rows


def _same(hit: Hit, answer: str) -> bool:
    return hit.document.partition(":")[2] == answer.partition(":")[2]


def learn(rows: list[Row]) -> Logistic:
    """Fit on candidates; every query counts the same."""
    values = np.array([row.values for row in rows])
    right = np.array([row.right for row in rows], np.float64)
    return fit(values, right, np.ones(len(rows)))


def judge(rows: list[Row], chances: Floats) -> tuple[float, float]:
    """Return the share of queries whose right script is first, before and after."""
    before, after = [], []
    for query in sorted({(row.half, row.query) for row in rows}):
        own = [n for n, row in enumerate(rows) if (row.half, row.query) == query]
        before.append(rows[max(own, key=lambda n: rows[n].before)].right)
        after.append(rows[max(own, key=lambda n: chances[n])].right)
    return float(np.mean(before)), float(np.mean(after))


def first_of_each(rows: list[Row], chances: Floats) -> tuple[Floats, np.ndarray]:
    """Return the chance of each query's best candidate and whether it is right."""
    best: dict[tuple[int, int], int] = {}
    for n, row in enumerate(rows):
        key = (row.half, row.query)
        if key not in best or chances[n] > chances[best[key]]:
            best[key] = n
    order = list(best.values())
    return chances[order], np.array([rows[n].right for n in order])


def weak_threshold(rows: list[Row], chances: Floats) -> float:
    """Return the chance that `RECALL` of the right candidates reach."""
    rights = np.sort([c for c, row in zip(chances, rows, strict=True) if row.right])
    return float(rights[int(len(rights) * (1 - RECALL))])


def at_strong(rows: list[Row], chances: Floats) -> dict[str, float]:
    """Return the share of queries with a strong first candidate, and how often it is right."""
    top, right = first_of_each(rows, chances)
    strong = top >= STRONG
    return {"share": round(float(strong.mean()), 3), "right": round(float(right[strong].mean()), 3)}


def main() -> None:
    """Collect, judge by halves, fit on all, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    home = parser.parse_args().home
    embedder = Cached(open_embedder(home), home / "support-cache.npz")
    halves = [collect(base, n, embedder, home) for n, base in enumerate(starter())]
    embedder.save()
    rows = [row for half in halves for row in half]
    held_out = np.zeros(len(rows))
    for n in (0, 1):
        model = learn(halves[1 - n])
        mask = np.array([row.half == n for row in rows])
        held_out[mask] = model.chances(np.array([r.values for r in halves[n]]))
    before, after = judge(rows, held_out)
    earlier = np.array([row.before for row in rows])
    card = {
        "trained_on": f"{len(rows)} candidates, trigger examples of the starter scripts, two halves",
        "hard_because": "half of the examples is in the index, and many are fragments",
        "right_first": {"before": round(before, 3), "after": round(after, 3)},
        "strong": {"before": at_strong(rows, earlier), "after": at_strong(rows, held_out)},
        "features": FEATURES,
    }
    model = learn(rows)
    written = {
        "card": card,
        "means": model.means.round(5).tolist(),
        "spreads": model.spreads.round(5).tolist(),
        "weights": model.weights.round(5).tolist(),
        "bias": round(model.bias, 5),
        "strong": STRONG,
        "weak": round(weak_threshold(rows, held_out), 3),
    }
    OUT.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(written, indent=1))


if __name__ == "__main__":
    main()
