"""Compare our search with its parts and with the usual ensemble, on labelled bases.

    python -m bench.retrieval.compare HOME [--data DATA] [--tables TABLES]

HOME holds the built vector model and `turns.npz` of `train_turn.py`: every base is searched with a
turn that was trained without its subject. DATA adds CLINC150, TABLES the foreign FAQs. Prints
recall@1/5/10, MRR and nDCG@10 (the best answer 1, others ½) with 95 % bootstrap intervals, and the
time of ranking alone. Every base is asked in the language of the query; where the answer stands in
the other language, in any.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.retrieval.bases import faqs, foreign, intents, paragraphs, starter, subject
from bench.retrieval.corpus import Base, Cached, MemoryCatalogue
from bench.retrieval.reading import Turn, read, read_turns
from knowledge.colloquial import plain
from knowledge.dense import Exact
from knowledge.documents import Locale
from knowledge.embedding import Embedder, open_embedder
from knowledge.holdings import Holdings, read_holdings
from knowledge.lexical import stems
from knowledge.ranking import Asked, rank
from knowledge.space import language_of

_NOWHERE = 1000  # the rank of an answer that was not found
_RRF = 60  # Cormack et al. 2009; LangChain's EnsembleRetriever uses the same constant

Ranking = list[str]


class Ready(NamedTuple):
    """A query made ready in three ways: as we do, without the turn, and as it was written."""

    asked: Asked
    unturned: Asked
    written: Asked


Method = Callable[[Holdings, Holdings, Ready], Ranking]


class Score(NamedTuple):
    """How one query came out: the rank of the best answer, the gain, the time in ms."""

    place: int
    gain: float
    took_ms: float


def ours(held: Holdings, _raw: Holdings, ready: Ready) -> Ranking:
    """Centred and turned meaning and words, z-scored and added."""
    return _names(held, ready.asked, dense=True)


def unturned(held: Holdings, _raw: Holdings, ready: Ready) -> Ranking:
    """Ours without the turn of the query's vector."""
    return _names(held, ready.unturned, dense=True)


def meaning(held: Holdings, _raw: Holdings, ready: Ready) -> Ranking:
    """Ours without words."""
    return _names(held, replace(ready.asked, stems=(), slang=()), dense=True)


def words(held: Holdings, _raw: Holdings, ready: Ready) -> Ranking:
    """Ours without vectors: BM25 with words that are spelt alike, slang replaced."""
    return _names(held, ready.asked, dense=False)


def bm25(held: Holdings, _raw: Holdings, ready: Ready) -> Ranking:
    """BM25 over stems as they were written."""
    allowed = held.allowed(ready.written.query)
    found = held.bm25.exact_scores(held.bm25.rarity(ready.written.stems))
    rows = np.flatnonzero(allowed & (found > 0))
    ordered = rows[np.argsort(-found[rows], kind="stable")]
    return list(dict.fromkeys(held.chunks[row].document for row in ordered))


def vectors(_held: Holdings, raw: Holdings, ready: Ready) -> Ranking:
    """Passage vectors as the model gives them, by cosine: what a vector store does."""
    allowed = np.flatnonzero(raw.allowed(ready.written.query))
    assert ready.written.own_vectors is not None
    scores = raw.known.passages[allowed] @ ready.written.own_vectors[0]
    ordered = allowed[np.argsort(-scores, kind="stable")]
    return list(dict.fromkeys(raw.chunks[row].document for row in ordered))


def ensemble(held: Holdings, raw: Holdings, ready: Ready) -> Ranking:
    """Equal reciprocal rank fusion of BM25 and plain vectors, as EnsembleRetriever does it."""
    scores: dict[str, float] = {}
    for ranking in (bm25(held, raw, ready), vectors(held, raw, ready)):
        for n, name in enumerate(ranking):
            scores[name] = scores.get(name, 0.0) + 1 / (_RRF + n + 1)
    return sorted(scores, key=lambda name: (-scores[name], name))


METHODS: tuple[Method, ...] = (ours, unturned, meaning, words, vectors, bm25, ensemble)


def scores(base: Base, embedder: Embedder, turn: Turn) -> dict[str, list[Score]]:
    """Return, for each method, how each answerable query came out."""
    catalogue = MemoryCatalogue(base.articles, embedder)
    held = read_holdings(catalogue, embedder.name)[1]["script"]
    raw = read_holdings(catalogue, "no centring")[1]["script"]
    locale_of = {one.id: one.locale for one in base.articles}
    found: dict[str, list[Score]] = {method.__name__: [] for method in METHODS}
    for one in base.queries:
        if one.answers:
            ready = _ready(one.text, locale_of[one.answer], embedder, turn)
            for method in METHODS:
                start = time.thread_time()
                ranking = method(held, raw, ready)
                took_ms = 1000 * (time.thread_time() - start)
                places = [_place(ranking, name) for name in one.answers]
                found[method.__name__].append(Score(min(places), _gain(places), took_ms))
    return found


def figures(found: Sequence[Score]) -> str:
    """Return the columns of the table for these queries."""
    places = np.array([one.place for one in found])
    gains = np.array([one.gain for one in found])
    took = np.array([one.took_ms for one in found])
    draws = np.random.default_rng(5).choice(gains, (1000, len(gains))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    recalls = " | ".join(f"{(places <= k).mean():.3f}" for k in (1, 5, 10))
    return (
        f"{recalls} | {(1 / places).mean():.3f} | {gains.mean():.3f} ({low:.3f}–{high:.3f})"
        f" | {np.quantile(took, 0.95):.1f}"
    )


def _place(ranking: Ranking, name: str) -> int:
    return ranking.index(name) + 1 if name in ranking else _NOWHERE


def _gain(places: Sequence[int]) -> float:
    worth = [1.0, *[0.5] * (len(places) - 1)]
    best = sum(w / np.log2(n + 2) for n, w in enumerate(worth))
    return float(
        sum(w / np.log2(p + 1) for w, p in zip(worth, places, strict=True) if p <= 10) / best
    )


def _ready(text: str, answer_locale: Locale, embedder: Embedder, turn: Turn) -> Ready:
    own = language_of(plain(text))
    locale = own if own == answer_locale else None
    unturned = read(text, embedder, None, locale=locale)
    written = replace(
        unturned, stems=tuple(stems(text)), own_vectors=embedder.embed_queries([text]), slang=()
    )
    return Ready(read(text, embedder, turn, locale=locale), unturned, written)


def _names(held: Holdings, asked: Asked, *, dense: bool) -> Ranking:
    ranked = rank(held, asked, Exact(held) if dense else None)
    return [held.chunks[one.row].document for one in ranked]


def _abroad(bases: Sequence[Base]) -> Iterator[Base]:
    """Yield each base that stands in two languages, asked in the one and held in the other."""
    for one in bases:
        for other in bases:
            if one is not other and subject(one) == subject(other):
                yield Base(f"{subject(one)}-abroad", other.articles, one.queries)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tables", type=Path)
    options = parser.parse_args()
    bases = [*faqs(), *starter()]
    if options.data:
        bases += intents(options.data / "intents_en_clinc" / "index_10_per_intent.jsonl")
    if options.tables:
        others = foreign(options.tables)
        bases += [*others, *_abroad(others), *paragraphs(options.tables)]
    embedder = Cached(open_embedder(options.home, threads=2), options.home / "bench.npz")
    turns = read_turns(options.home)
    merged: dict[str, dict[str, list[Score]]] = {}
    for base in bases:
        group = merged.setdefault(base.name.rstrip("01"), {})
        for name, found in scores(base, embedder, turns[subject(base)]).items():
            group.setdefault(name, []).extend(found)
    print("| base | queries | method | R@1 | R@5 | R@10 | MRR | nDCG@10 | p95 ms |\n|" + "---|" * 9)
    for name, methods in merged.items():
        for method, found in methods.items():
            print(f"| {name} | {len(found)} | {method} | {figures(found)} |")
    embedder.save()


if __name__ == "__main__":
    main()
