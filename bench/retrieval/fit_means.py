"""Fit the means that `knowledge/space.py` takes away.

    python -m bench.retrieval.fit_means HOME DATA

DATA is a folder with public sets (`emotions_ru_cedr`, `emotions_en_goemotions`,
`offtopic_ru_rubq`, `intents_en_clinc`); the invented FAQs and the starter scripts come with the
repository. Each set weighs the same in its language, whatever its size.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.retrieval.bases import faqs, intents, starter
from bench.retrieval.corpus import Base, Cached
from knowledge.embedding import Embedder, open_embedder
from knowledge.space import language_of

OUT = Path(__file__).parents[2] / "knowledge" / "models" / "e5-small-means.npz"
_PLAIN = {"emotions_ru_cedr/train.jsonl": 700, "offtopic_ru_rubq/questions.jsonl": 200,
          "emotions_en_goemotions/train.jsonl": 700}  # fmt: skip


def fit(bases: Sequence[Base], data: Path, embedder: Embedder) -> dict[str, np.ndarray]:
    """Return a mean for each role and language, named `passage.ru` and so on."""
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for file, count in _PLAIN.items():
        _add(found, "query", _plain(data / file, count), embedder)
    for base in bases:
        _add(found, "query", [one.text for one in base.queries], embedder)
        _add(found, "passage", [one.text for one in base.articles], embedder)
    return {name: np.stack(sets).mean(axis=0) for name, sets in found.items()}


def _add(
    found: dict[str, list[np.ndarray]], role: str, texts: Sequence[str], embedder: Embedder
) -> None:
    by_language: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        by_language[language_of(text)].append(text)
    embed = embedder.embed_queries if role == "query" else embedder.embed_passages
    for locale, own in by_language.items():
        if len(own) >= 15:
            found[f"{role}.{locale}"].append(embed(own).mean(axis=0))


def _plain(file: Path, count: int) -> list[str]:
    texts = [json.loads(line)["text"][:300] for line in file.read_text("utf-8").splitlines()]
    random.Random(1).shuffle(texts)
    return texts[:count]


def main() -> None:
    """Write the means beside the package's other models."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    embedder = Cached(open_embedder(options.home, threads=2), options.home / "bench.npz")
    clinc = intents(options.data / "intents_en_clinc" / "index_10_per_intent.jsonl")
    means = fit([*faqs(), *starter(), *clinc[:1]], options.data, embedder)
    embedder.save()
    arrays: dict[str, Any] = {"model": np.array(embedder.name), **means}
    np.savez(OUT, **arrays)
    print(f"{OUT}: {', '.join(sorted(means))}")


if __name__ == "__main__":
    main()
