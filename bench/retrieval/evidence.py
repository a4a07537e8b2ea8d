"""Evidence for hits with the truth beside it: what the calibration is trained and judged on."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.retrieval.bases import folds, subject
from bench.retrieval.corpus import MISSING, Base, Labelled, MemoryCatalogue
from bench.retrieval.reading import Turn, read
from knowledge.calibration import Evidence, Shape
from knowledge.colloquial import plain
from knowledge.dense import Exact
from knowledge.documents import Locale
from knowledge.embedding import Embedder
from knowledge.holdings import Holdings, bare_name, read_holdings
from knowledge.ranking import Asked, rank
from knowledge.space import language_of

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
    bases: Sequence[Base],
    off_topic: Sequence[Labelled],
    embedder: Embedder,
    turns: Mapping[str, Turn],
) -> Iterator[Row]:
    """Yield the evidence for the first hits of every query of every base and its variations."""
    number = 0
    for base in bases:
        turn = turns[subject(base)]
        for variation in _variations(base):
            held = read_holdings(MemoryCatalogue(variation.articles, embedder), embedder.name)[1]
            for asked, sort in _asked(variation, off_topic):
                for foreign in (False, True):
                    number += 1
                    ready, shape = _read(held["script"], asked, embedder, turn, foreign=foreign)
                    for row in _rows(held["script"], asked, ready, shape):
                        yield Row(subject(base), number, sort, *row)


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


def _read(
    held: Holdings, asked: Labelled, embedder: Embedder, turn: Turn, *, foreign: bool
) -> tuple[Asked, Shape]:
    own = language_of(plain(asked.text))
    locale: Locale = ("en" if own == "ru" else "ru") if foreign else own
    ready = read(asked.text, embedder, turn, locale=locale)
    topic = held.topics.get(locale)
    assert ready.own_vectors is not None
    likeness = topic.likeness(ready.own_vectors) if topic else 0.0
    known = held.bm25.known_share(ready.stems)
    return ready, Shape(len(ready.stems), known, likeness, foreign)


def _rows(
    held: Holdings, asked: Labelled, ready: Asked, shape: Shape
) -> Iterator[tuple[int, bool, bool, dict[str, float], dict[str, float]]]:
    ranked = rank(held, ready, Exact(held))
    found = Evidence(ranked, shape)
    for place in range(min(_DEPTH, len(ranked))):
        yield (
            place,
            _answers(held.chunks[ranked[place].row].document, asked),
            shape.foreign,
            found.of(place),
            found.in_words(place),
        )


def _answers(document: str, asked: Labelled) -> bool:
    """Say whether a document is an answer, or its twin in the other language."""
    return bare_name(document) in {bare_name(name) for name in asked.answers}
