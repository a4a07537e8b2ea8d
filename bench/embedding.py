"""Time of vectors and of search on this machine, and the memory they take.

    python -m bench.embedding HOME [--chunks 1000] [--threads 1]

Compare figures of one machine with each other only; others' load changes them.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bench.retrieval.bases import faqs
from bench.retrieval.corpus import Article, MemoryCatalogue
from knowledge.embedding import Embedder, Vectors, open_embedder, unit
from knowledge.hits import Query
from knowledge.search import Searcher


class Random:
    """Random vectors for passages, so that a large base needs no hour of embedding."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.dimension = inner.name, inner.dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._inner.embed_queries(texts) if len(texts) < 10 else self._draw(len(texts))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._draw(len(texts))

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def _draw(self, count: int) -> Vectors:
        rows = np.random.default_rng(count).normal(size=(count, self.dimension))
        return unit(rows.astype(np.float32))


def timed(name: str, calls: list[Callable[[], object]]) -> None:
    """Print median and 95th percentile of these calls, in milliseconds of wall time."""
    spent = []
    for call in calls:
        start = time.perf_counter()
        call()
        spent.append((time.perf_counter() - start) * 1000)
    print(f"{name}: p50 {np.quantile(spent, 0.5):.1f} ms, p95 {np.quantile(spent, 0.95):.1f} ms")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--chunks", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    embedder = open_embedder(options.home, threads=options.threads)
    print(f"open: {time.perf_counter() - start:.2f} s")
    asked = [one.text for base in faqs() for one in base.queries]
    texts = [one.text for base in faqs() for one in base.articles]
    embedder.embed_queries(asked[:3])
    timed("embed one query", [partial(embedder.embed_queries, [text]) for text in asked])
    long = [" ".join(texts[n : n + 4]) for n in range(32)]
    start = time.perf_counter()
    embedder.embed_passages(long)
    tokens = sum(min(256, embedder.count_tokens(text)) for text in long) / len(long)
    print(f"passages of {tokens:.0f} tokens: {32 / (time.perf_counter() - start):.1f} a second")
    articles = [
        Article(f"ru:{n}", "ru", (asked[n % len(asked)],), f"{n} {long[n % 32]}")
        for n in range(options.chunks)
    ]
    searcher = Searcher(MemoryCatalogue(articles, Random(embedder)), Random(embedder), options.home)
    start = time.perf_counter()
    searcher.search(Query(text="?a"))
    print(f"first search of {options.chunks} chunks: {time.perf_counter() - start:.2f} s")
    timed(
        "search",
        [partial(searcher.search, Query(text=f"{text} ?!", locale="ru")) for text in asked],
    )
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
