"""Train the turn of query vectors (`knowledge/space.py`) on labelled bases, and write it.

    python -m bench.retrieval.train_turn HOME DATA TABLES

HOME holds the built vector model, DATA the public set `intents_en_clinc`, TABLES the foreign FAQs
(`bench.retrieval.bases.foreign`). The turn is a matrix added to the identity; softmax over all the
articles of a base, a ridge towards no turn, full batches: the same input gives the same matrix.
For each subject a turn is also trained without it; `compare.py` takes its figures with those
(`HOME/turns.npz`).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.retrieval.bases import faqs, foreign, intents, starter, subject
from bench.retrieval.corpus import Base, Cached, MemoryCatalogue
from knowledge.colloquial import plain
from knowledge.embedding import Embedder, open_embedder
from knowledge.space import language_of, space_of

OUT = Path(__file__).parents[2] / "knowledge" / "models" / "e5-small-turn.npz"
RIDGE = 0.3
SHARPNESS = 9.0  # of the softmax over scores, which are cosine of passage + .6 of question
QUESTION_SHARE = 0.6  # as in the ranking
ROUNDS, STEP, MOMENTUM = 90, 0.012, 0.9
MOST_QUERIES = 300  # of a base: the many of one must not drown the few of another
ENOUGH = 100  # queries from which a subject counts fully

Floats = NDArray[np.float32]


class Lesson(NamedTuple):
    """Queries (q, d), candidates (c, d) and which of them are right (q, c), of one language."""

    subject: str
    asked: Floats
    held: Floats
    right: Floats


def lessons(bases: Sequence[Base], embedder: Embedder) -> list[Lesson]:
    """Return what can be learnt from the bases, a language at a time."""
    space = space_of(embedder.name)
    found = []
    for base in bases:
        catalogue = MemoryCatalogue(base.articles, embedder)
        known = space.centred_chunks(catalogue.chunks_with_vectors(embedder.name))
        names = np.array([known.chunks[n].document for n in known.question_chunk.tolist()])
        of_locale = {one.id: one.locale for one in base.articles}
        held = known.passages[known.question_chunk] + QUESTION_SHARE * known.questions
        for locale in ("ru", "en"):
            mine = np.array([of_locale[name] == locale for name in names])
            own = [
                one
                for one in base.queries
                if one.answers and language_of(plain(one.text)) == of_locale[one.answer] == locale
            ][:: max(1, len(base.queries) // MOST_QUERIES)]
            if not own:
                continue
            texts = [plain(one.text) for one in own]
            asked = space.centred(embedder.embed_queries(texts), "query", [locale] * len(own))
            right = np.array([np.isin(names[mine], one.answers) for one in own], np.float32)
            found.append(Lesson(subject(base), asked, held[mine].astype(np.float32), right))
    return found


def train(given: Sequence[Lesson]) -> Floats:
    """Return the turn (d, d)."""
    counts = {one.subject: 0 for one in given}
    for one in given:
        counts[one.subject] += len(one.asked)
    size = given[0].asked.shape[1]
    turn, speed = np.zeros((size, size), np.float32), np.zeros((size, size), np.float32)
    for number in range(ROUNDS):
        slope = RIDGE * turn
        for one in given:
            weight = min(1.0, counts[one.subject] / ENOUGH) / counts[one.subject]
            slope += weight * _slope(one, turn)
        speed = MOMENTUM * speed + slope
        turn = turn - STEP * (1 - number / ROUNDS) * speed
    return turn


def _slope(one: Lesson, turn: Floats) -> Floats:
    scores = SHARPNESS * (one.asked + one.asked @ turn) @ one.held.T
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    wanted = chances * one.right
    wanted /= wanted.sum(axis=1, keepdims=True) + 1e-9
    return np.asarray(SHARPNESS * one.asked.T @ ((chances - wanted) @ one.held), np.float32)


def main() -> None:
    """Write the turn beside the package's other models, and those without a subject to HOME."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("tables", type=Path)
    options = parser.parse_args()
    embedder = Cached(open_embedder(options.home, threads=2), options.home / "bench.npz")
    clinc = intents(options.data / "intents_en_clinc" / "index_10_per_intent.jsonl")
    given = lessons([*faqs(), *foreign(options.tables), *starter(), *clinc], embedder)
    embedder.save()
    print(
        {one.subject: sum(len(x.asked) for x in given if x.subject == one.subject) for one in given}
    )
    np.savez(OUT, turn=train(given).astype(np.float16))
    names = sorted({one.subject for one in given})
    left_out = {name: train([one for one in given if one.subject != name]) for name in names}
    np.savez(options.home / "turns.npz", **{k: v.astype(np.float16) for k, v in left_out.items()})
    print(f"{OUT}; without one subject each: {', '.join(names)}")


if __name__ == "__main__":
    main()
