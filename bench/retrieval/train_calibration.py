"""Train the calibration of strength and write it with its model card.

    python -m bench.retrieval.train_calibration HOME DATA TABLES

DATA holds the public sets `intents_en_clinc` and `offtopic_ru_rubq`, TABLES the foreign FAQs, HOME
what `train_turn` left there. Every figure is taken on a base whose queries took no part in the fit,
nor in the turn (leave one subject out); the weights that are written are fitted on all of them.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.retrieval.bases import faqs, foreign, intents, off_topic, small_talk, starter
from bench.retrieval.corpus import MISSING, Cached, Labelled
from bench.retrieval.evidence import Row, collect
from bench.retrieval.logistic import Floats, Logistic, auroc, fit
from bench.retrieval.reading import read_turns
from knowledge.calibration import FEATURES, WORD_FEATURES
from knowledge.embedding import open_embedder

MODELS = Path(__file__).parents[2] / "knowledge" / "models"
PRECISION = 0.91  # of strong, in the mix below: the mean of the bases, each left out of its fit
MIX = {"answerable": 0.7, "near_miss": 0.2, "off_topic": 0.1}
RECALL = 0.93  # of right first hits that are at least weak
_OVERLAPPING = "starter"  # often two of its scripts fit, but the label knows one
_SIDE_WEIGHT = {"place": 0.25, "foreign": 0.5, "off_topic": 5.0}

Mask = NDArray[np.bool_]


class Table:
    """Rows of evidence as arrays."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.group = np.array([row.group for row in rows])
        self.sort = np.array([row.sort for row in rows])
        self.place = np.array([row.place for row in rows])
        self.foreign = np.array([row.foreign for row in rows])
        self.right = np.array([row.right for row in rows], np.float64)
        self.meaning = np.array([[row.meaning[name] for name in FEATURES] for row in rows])
        self.words = np.array([[row.words[name] for name in WORD_FEATURES] for row in rows])

    @property
    def first(self) -> Mask:
        """First hits in the query's own language: what people look at."""
        return np.asarray((self.place == 0) & ~self.foreign, np.bool_)

    def weights(self, mask: Mask) -> Floats:
        """Return (rows,): each base counts the same, first hits more than later ones."""
        weight = np.where(self.place == 0, 1.0, _SIDE_WEIGHT["place"])
        weight = weight * np.where(self.foreign, _SIDE_WEIGHT["foreign"], 1.0)
        for name in Counter(self.group[mask].tolist()):
            own = self.group == name
            weight[own] /= weight[mask & own].sum()
        return weight * np.where(self.sort == "off_topic", _SIDE_WEIGHT["off_topic"], 1.0)

    def fit(self, values: Floats, mask: Mask) -> Logistic:
        """Fit on the rows of the mask."""
        return fit(values[mask], self.right[mask], self.weights(mask)[mask])

    def left_out(self, values: Floats) -> Floats:
        """Return (rows,) chances, each from a fit on the other bases."""
        chances = np.zeros(len(values))
        for name in sorted(set(self.group.tolist())):
            own = np.asarray(self.group == name, np.bool_)
            chances[own] = self.fit(values, ~own).chances(values[own])
        return chances

    def precision(self, chances: Floats, threshold: float, name: str) -> float:
        """Return how many strong first hits of a base are right in the mix."""
        right = strong = 0.0
        for sort, share in MIX.items():
            own = self.first & (self.group == name) & (self.sort == sort)
            passed = own & (chances >= threshold)
            strong += share * passed.sum() / own.sum()
            right += share * self.right[passed].sum() / own.sum()
        return float(right / strong) if strong else 1.0


def thresholds(table: Table, chances: Floats) -> tuple[float, float]:
    """Return the least chance that is strong, and the least that is weak."""
    names = sorted(set(table.group.tolist()) - {_OVERLAPPING})
    strong = 0.3
    while fmean(table.precision(chances, strong, name) for name in names) < PRECISION:
        strong += 0.01
    right = chances[table.first & (table.sort == "answerable") & (table.right == 1)]
    return round(float(strong), 2), round(float(np.quantile(right, 1 - RECALL)), 2)


def report(table: Table, chances: Floats, strong: float, weak: float) -> list[str]:
    """Return a Markdown table of figures for each base."""
    lines = [
        "| base | first right | strong: precision | strong of right first | at least weak: right,"
        " near, off | AUROC off-topic | AUROC near miss | AUROC first right |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in sorted(set(table.group.tolist())):
        own = table.first & (table.group == name)
        part = {sort: own & (table.sort == sort) for sort in MIX}
        asked = part["answerable"]
        good = asked & (table.right == 1)
        related = own & (table.sort != "off_topic") & (table.right == 0)
        at_least = [good, part["near_miss"], part["off_topic"]]
        weak_shares = ", ".join(f"{(chances[mask] >= weak).mean():.2f}" for mask in at_least)
        lines.append(
            f"| {name} | {table.right[asked].mean():.2f} "
            f"| {table.precision(chances, strong, name):.2f} "
            f"| {(chances[good] >= strong).mean():.2f} | {weak_shares} "
            f"| {auroc(chances[asked], chances[part['off_topic']]):.3f} "
            f"| {auroc(chances[asked], chances[part['near_miss']]):.3f} "
            f"| {auroc(chances[good], chances[related]):.3f} |"
        )
    return lines


def as_json(model: Logistic, names: Sequence[str]) -> dict[str, Any]:
    """Return a model as `knowledge.calibration` reads it."""
    columns = zip(names, model.means, model.spreads, model.weights, strict=True)
    features = {
        name: {
            "mean": round(float(m), 5),
            "spread": round(float(s), 5),
            "weight": round(float(w), 4),
        }
        for name, m, s, w in columns
    }
    return {"features": features, "bias": round(model.bias, 4)}


def read_rows(home: Path, data: Path, tables: Path) -> list[Row]:
    """Collect the evidence from all bases."""
    embedder = Cached(open_embedder(home, threads=2), home / "bench.npz")
    asked = off_topic(data / "offtopic_ru_rubq" / "questions.jsonl")
    clinc = intents(data / "intents_en_clinc" / "index_10_per_intent.jsonl")
    strange = [*(Labelled(MISSING, text) for text in asked), *small_talk() * 4]
    bases = [*faqs(), *foreign(tables), *starter(), *clinc[:2]]
    rows = list(collect(bases, strange, embedder, read_turns(home)))
    embedder.save()
    return rows


def main() -> None:
    """Train, write `strength.json`, print the figures for the model card."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("tables", type=Path)
    options = parser.parse_args()
    table = Table(read_rows(options.home, options.data, options.tables))
    chances = table.left_out(table.meaning)
    strong, weak = thresholds(table, chances)
    everything = np.ones(len(table.right), np.bool_)
    found = {
        "strong": strong,
        "weak": weak,
        "meaning": as_json(table.fit(table.meaning, everything), FEATURES),
        "words": as_json(table.fit(table.words, everything), WORD_FEATURES),
    }
    (MODELS / "strength.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"strong from {strong}, weak from {weak}; {len(table.right)} hits\n")
    print("\n".join(report(table, chances, strong, weak)))
    print("\nwords alone")
    print("\n".join(report(table, table.left_out(table.words), strong, weak)))


if __name__ == "__main__":
    main()
