"""Compare our search with its parts and with the usual ensemble, on labelled bases.

    python -m bench.retrieval.compare HOME [--data DATA]

HOME holds the built vector model; DATA adds CLINC150. Prints recall@1/5/10, MRR and nDCG@10 with
95 % bootstrap intervals of nDCG. Every base is asked in the language of the query; where the
answer stands in the other language, in any.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.retrieval.bases import faqs, intents, starter
from bench.retrieval.corpus import MISSING, Base, Cached, MemoryCatalogue
from knowledge.dense import Exact
from knowledge.documents import Locale
from knowledge.embedding import Embedder, open_embedder
from knowledge.hits import Query
from knowledge.holdings import Holdings, read_holdings
from knowledge.lexical import stems
from knowledge.ranking import Asked, rank
from knowledge.space import language_of, space_of

_NOWHERE = 1000  # the rank of an answer that was not found
_RRF = 60  # Cormack et al. 2009; LangChain's EnsembleRetriever uses the same constant

Ranking = list[str]
Method = Callable[[Holdings, Holdings, Asked], Ranking]


def ours(held: Holdings, _raw: Holdings, asked: Asked) -> Ranking:
    """Centred meaning and words, z-scored and added."""
    return _names(held, asked, dense=True)


def words(held: Holdings, _raw: Holdings, asked: Asked) -> Ranking:
    """BM25 over stems alone."""
    return _names(held, asked, dense=False)


def meaning(held: Holdings, _raw: Holdings, asked: Asked) -> Ranking:
    """Centred vectors alone."""
    return _names(held, replace(asked, stems=()), dense=True)


def plain_meaning(_held: Holdings, raw: Holdings, asked: Asked) -> Ranking:
    """Passage vectors as the model gives them, by cosine: what a vector store does."""
    allowed = np.flatnonzero(raw.allowed(asked.query))
    assert asked.own_vectors is not None
    scores = raw.known.passages[allowed] @ asked.own_vectors[0]
    return [raw.chunks[allowed[n]].document for n in np.argsort(-scores, kind="stable")]


def ensemble(held: Holdings, raw: Holdings, asked: Asked) -> Ranking:
    """Equal reciprocal rank fusion of BM25 and plain vectors, as EnsembleRetriever does."""
    scores: dict[str, float] = {}
    for ranking in (words(held, raw, asked), plain_meaning(held, raw, asked)):
        for n, name in enumerate(ranking):
            scores[name] = scores.get(name, 0.0) + 1 / (_RRF + n + 1)
    return sorted(scores, key=lambda name: (-scores[name], name))


METHODS: tuple[Method, ...] = (ours, meaning, plain_meaning, words, ensemble)


def ranks(base: Base, embedder: Embedder) -> dict[str, NDArray[np.int64]]:
    """Return, for each method, the rank of the answer of each answerable query."""
    catalogue = MemoryCatalogue(base.articles, embedder)
    held = read_holdings(catalogue, embedder.name)[1]["script"]
    raw = read_holdings(catalogue, "no centring")[1]["script"]
    locale_of = {one.id: one.locale for one in base.articles}
    found: dict[str, list[int]] = {method.__name__: [] for method in METHODS}
    for one in base.queries:
        if one.answer != MISSING:
            asked = _asked(one.text, locale_of[one.answer], embedder)
            for method in METHODS:
                ranking = method(held, raw, asked)
                place = ranking.index(one.answer) + 1 if one.answer in ranking else _NOWHERE
                found[method.__name__].append(place)
    return {name: np.array(places, np.int64) for name, places in found.items()}


def figures(places: NDArray[np.int64]) -> str:
    """Return the columns of the table for these ranks."""
    gains = np.where(places <= 10, 1 / np.log2(places + 1), 0.0)
    draws = np.random.default_rng(5).choice(gains, (1000, len(gains))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    recalls = " | ".join(f"{(places <= k).mean():.3f}" for k in (1, 5, 10))
    return f"{recalls} | {(1 / places).mean():.3f} | {gains.mean():.3f} ({low:.3f}–{high:.3f})"


def _asked(text: str, answer_locale: Locale, embedder: Embedder) -> Asked:
    own = language_of(text)
    raw = embedder.embed_queries([text])
    centred = space_of(embedder.name).centred(raw, "query", [own])
    locale = own if own == answer_locale else None
    return Asked(Query(text=text, locale=locale), tuple(stems(text)), centred, raw)


def _names(held: Holdings, asked: Asked, *, dense: bool) -> Ranking:
    ranked = rank(held, asked, Exact(held) if dense else None)
    return [held.chunks[one.row].document for one in ranked]


def _merged(bases: Sequence[Base], embedder: Embedder) -> dict[str, dict[str, list[int]]]:
    merged: dict[str, dict[str, list[int]]] = {}
    for base in bases:
        group = merged.setdefault(base.name.rstrip("01"), {})
        for name, places in ranks(base, embedder).items():
            group.setdefault(name, []).extend(places.tolist())
    return merged


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    bases = [*faqs(), *starter()]
    if options.data:
        bases += intents(options.data / "intents_en_clinc" / "index_10_per_intent.jsonl")
    embedder = Cached(open_embedder(options.home, threads=2), options.home / "bench.npz")
    print("| base | queries | method | R@1 | R@5 | R@10 | MRR | nDCG@10 |\n|" + "---|" * 8)
    for base, methods in _merged(bases, embedder).items():
        for name, places in methods.items():
            print(f"| {base} | {len(places)} | {name} | {figures(np.array(places))} |")
    embedder.save()


if __name__ == "__main__":
    main()
