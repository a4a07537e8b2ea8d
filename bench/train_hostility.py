"""Train the small head that tells upset from calm over sentence vectors.

Run: .venv/bin/python bench/train_hostility.py FOLDER --home HOME
FOLDER holds emotions_en_goemotions, emotions_ru_cedr and emotions_ru_xed, each with train.jsonl
({"text", "labels", "label"}). HOME is where the sentence encoder is or will be built.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copilot.perception.vectors import WEIGHTS
from knowledge import open_embedder

_LABELS = Path(__file__).parent.parent / "evals" / "labels" / "perception"
_PENALTY = 1.0  # ridge on the weights; chosen on the held-out fifth
_STEPS = 40  # Newton steps at most; it settles in fewer than ten
_OWN_WEIGHT = 6.0  # our lines are few, and the only ones from support
Floats = NDArray[np.float64]


def main() -> None:
    """Read, embed, fit, judge on what was held out, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    options = parser.parse_args()
    embedder = open_embedder(options.home)
    texts, upset, weight, held = _public(options.folder)
    own, own_upset = _own("dev.jsonl", "lines.jsonl")
    x = _vectors(embedder, [*texts, *own], options.home)
    y = np.array([*upset, *own_upset], float)
    w = np.array([*weight, *[_OWN_WEIGHT] * len(own)], float)
    fit = np.array([not out for out in held] + [True] * len(own))
    centre = x[fit].mean(axis=0)
    head = _logistic(x[fit] - centre, y[fit], w[fit])
    scores = (x - centre) @ head[:-1] + head[-1]
    print(f"held-out public lines: AUROC {_auroc(scores[~fit], y[~fit]):.3f} ({(~fit).sum()})")
    for source in ("en", "ru"):
        part = ~fit & np.array([*_tongue(texts, source), *[False] * len(own)])
        print(f"  {source}: AUROC {_auroc(scores[part], y[part]):.3f} ({part.sum()})")
    _judge_test(embedder, centre, head)
    _write(embedder.name, centre, head, scores[~fit], y[~fit])


def _public(folder: Path) -> tuple[list[str], list[bool], list[float], list[bool]]:
    rows: list[tuple[str, bool, float]] = []
    for name, weight in (("emotions_en_goemotions", 1.0), ("emotions_ru_xed", 0.5)):
        rows += [(r["text"], r["label"] == "upset", weight) for r in _read(folder / name)]
    for row in _read(folder / "emotions_ru_cedr"):
        labels = set(row["labels"])
        if "anger" in labels or not labels & {"sadness", "fear"}:
            rows.append((row["text"], "anger" in labels, 1.0 if "anger" in labels else 0.4))
    held = [number % 5 == 0 for number in range(len(rows))]
    texts, upset, weights = zip(*rows, strict=True)
    return list(texts), list(upset), list(weights), held


def _own(*names: str) -> tuple[list[str], list[bool]]:
    texts: list[str] = []
    upset: list[bool] = []
    for name in names:
        for line in (_LABELS / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            dialogue = "conversation" in row
            texts.append(row["conversation"]["messages"][-1]["text"] if dialogue else row["text"])
            upset.append((row["expect"]["hostility"] if dialogue else row["hostility"]) >= 1)
    return texts, upset


def _read(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _tongue(texts: list[str], source: str) -> list[bool]:
    russian = [any("\u0400" <= char <= "\u04ff" for char in text) for text in texts]
    return russian if source == "ru" else [not found for found in russian]


def _vectors(embedder: Any, texts: list[str], home: Path) -> Floats:
    """Embed once and keep: (n, 384) float64, unit length."""
    kept = home / "hostility-vectors.npy"
    if kept.exists() and len(found := np.load(kept)) == len(texts):
        return np.asarray(found, np.float64)
    vectors = embedder.embed_queries(texts).astype(np.float64)
    np.save(kept, vectors)
    return np.asarray(vectors, np.float64)


def _logistic(x: Floats, y: Floats, w: Floats) -> Floats:
    """Fit a ridge logistic regression by Newton's method; the bias, last, is not penalised."""
    design = np.hstack([x, np.ones((len(x), 1))])
    balance = w * np.where(y > 0, (w * (1 - y)).sum() / (w * y).sum(), 1.0)
    ridge = np.diag([*[_PENALTY] * x.shape[1], 0.0])
    head = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-design @ head))
        gradient = design.T @ (balance * (p - y)) + ridge @ head
        step = np.linalg.solve(
            (design * (balance * p * (1 - p))[:, None]).T @ design + ridge, gradient
        )
        head -= step
        if np.abs(step).max() < 1e-6:
            break
    return head


def _auroc(scores: Floats, truth: Floats) -> float:
    order = scores.argsort()
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positive = truth > 0
    count = positive.sum()
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def _judge_test(embedder: Any, centre: Floats, head: Floats) -> None:
    texts, upset = _own("test.jsonl")
    vectors = embedder.embed_queries(texts).astype(np.float64)
    scores = (vectors - centre) @ head[:-1] + head[-1]
    print(f"our test dialogues: AUROC {_auroc(scores, np.array(upset, float)):.3f} ({len(texts)})")


def _write(name: str, centre: Floats, head: Floats, scores: Floats, truth: Floats) -> None:
    """Fold the centring into the bias; the bounds keep 99 % of either side clear of the other."""
    chance = 1 / (1 + np.exp(-scores))
    low = float(np.quantile(chance[truth > 0], 0.01))
    high = float(np.quantile(chance[truth == 0], 0.99))
    weights = [round(float(value), 4) for value in head[:-1]]
    bias = float(head[-1] - centre @ head[:-1])
    data = {"encoder": name, "bias": round(bias, 4), "low": round(low, 3), "high": round(high, 3)}
    WEIGHTS.write_text(json.dumps({**data, "weights": weights}) + "\n", encoding="utf-8")
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes, low {low:.3f}, high {high:.3f}")


if __name__ == "__main__":
    main()
