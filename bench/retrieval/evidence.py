"""Evidence for hits with the truth beside it: what the calibration is trained and judged on."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.retrieval.bases import folds
from bench.retrieval.corpus import MISSING, Base, Labelled, MemoryCatalogue
from knowledge.calibration import Shape, evidence, word_evidence
from knowledge.dense import Exact
from knowledge.documents import Locale
from knowledge.embedding import Embedder
from knowledge.hits import Query
from knowledge.holdings import Holdings, read_holdings
from knowledge.lexical import stems
from knowledge.ranking import Asked, rank
from knowledge.space import language_of, space_of

Sort = Literal["answerable", "near_miss", "off_topic"]
_DEPTH = 5
_TINY = (1, 2, 3, 5, 12)


@dataclass(frozen=True)
class Row:
    """The evidence for one hit: `group` is the base, `query` tells queries apart."""

    group: str
    query: int
    sort: Sort
    place: int
    right: bool
    foreign: bool
    meaning: dict[str, float]
    words: dict[str, float]


def collect(
    bases: Sequence[Base], off_topic: Sequence[Labelled], embedder: Embedder
) -> Iterator[Row]:
    """Yield the evidence for the first hits of every query of every base and its variations."""
    number = 0
    for base in bases:
        for variation in _variations(base):
            held = read_holdings(MemoryCatalogue(variation.articles, embedder), embedder.name)[1]
            for asked, sort in _asked(variation, off_topic):
                for foreign in (False, True):
                    number += 1
                    rows = _rows(held["script"], asked, embedder, foreign=foreign)
                    for row in rows:
                        yield Row(base.name.rstrip("01"), number, sort, *row)


def _variations(base: Base) -> Iterator[Base]:
    """Yield the base, the base with parts taken out, and tiny bases drawn from it."""
    yield from folds(base)
    dice = random.Random(len(base.articles))
    for size in _TINY:
        for _ in range(3):
            kept = {one.id for one in dice.sample(base.articles, size)}
            asked = [one for one in base.queries if one.answer in kept]
            others = [one for one in base.queries if one.answer not in kept]
            others = dice.sample(others, min(len(others), 2 * len(asked) + 4))
            articles = tuple(one for one in base.articles if one.id in kept)
            missing = [Labelled(MISSING, one.text) for one in others]
            yield Base(base.name, articles, (*asked, *missing))


def _asked(base: Base, off_topic: Sequence[Labelled]) -> Iterator[tuple[Labelled, Sort]]:
    for one in base.queries:
        yield one, "near_miss" if one.answer == MISSING else "answerable"
    dice = random.Random(len(base.queries))
    for one in dice.sample(off_topic, min(len(off_topic), 1 + len(base.queries) // 5)):
        yield one, "off_topic"


def _rows(
    held: Holdings, asked: Labelled, embedder: Embedder, *, foreign: bool
) -> Iterator[tuple[int, bool, bool, dict[str, float], dict[str, float]]]:
    own = language_of(asked.text)
    locale: Locale = ("en" if own == "ru" else "ru") if foreign else own
    raw = embedder.embed_queries([asked.text])
    vectors = space_of(embedder.name).centred(raw, "query", [own])
    words = tuple(stems(asked.text))
    ready = Asked(Query(text=asked.text, locale=locale), words, vectors)
    ranked = rank(held, ready, Exact(held))
    topic = held.topics.get(locale)
    likeness = topic.likeness(raw) if topic else 0.0
    shape = Shape(len(words), held.bm25.known_share(words), likeness, foreign)
    for place in range(min(_DEPTH, len(ranked))):
        yield (
            place,
            _same(held.chunks[ranked[place].row].document, asked.answer),
            foreign,
            evidence(ranked, place, shape),
            word_evidence(ranked, place, shape),
        )


def _same(document: str, answer: str) -> bool:
    """Say whether a document is the answer, or its twin in the other language."""
    bare = [name.partition(":")[2] or name for name in (document, answer)]
    return bare[0] == bare[1]
