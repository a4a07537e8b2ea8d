"""A query made ready for search: normalised, stemmed, and embedded once."""

import logging
import threading
from collections import OrderedDict
from dataclasses import replace

import numpy as np
import regex
from numpy.typing import NDArray

from knowledge.colloquial import plain
from knowledge.embedding import MAX_QUERY_TOKENS, Embedder
from knowledge.errors import EmbeddingUnavailable
from knowledge.hits import Query
from knowledge.lexical import stems
from knowledge.normalise import normalise
from knowledge.ranking import Asked
from knowledge.space import Space, language_of, space_of

_MAX_QUERY_CHARS = 6_000
_REMEMBERED = 256  # one message is asked of several pools, and often more than once
_SENTENCE = regex.compile(r"[^.!?\u2026\n]+[.!?\u2026\n]*")
_SENTENCE_CHARS = 160  # short sentences are read together up to this length
_MOST_SENTENCES = 8
_QUESTION_WORDS = 3  # "Really?" asks nothing of its own
_MOST_QUESTIONS = 3

_log = logging.getLogger(__name__)


class Reader:
    """Reads queries. Safe to use from several threads."""

    def __init__(self, embedder: Embedder | None, space: Space | None = None) -> None:
        """Embed with this model; None leaves queries as words. The space is the model's own."""
        self._embedder = embedder
        self._space = space or space_of(embedder.name if embedder else "")
        self._held: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, query: Query, *, words_only: bool = False) -> Asked | None:
        """Return the query made ready, or None when there is not a word in it."""
        said = normalise(query.text, max_chars=_MAX_QUERY_CHARS).strip()
        text = plain(said)
        words = tuple(stems(text))
        if not words:
            return None
        slang = tuple(stem for stem in stems(said) if stem not in words) if text != said else ()
        asked = Asked(query, words, None, slang=slang)
        if self._embedder is None or words_only:
            return asked
        long = self._embedder.count_tokens(text) > MAX_QUERY_TOKENS
        texts = views(text) if long else matters(text)
        own = self._vectors(self._embedder, texts)
        if own is None:
            return asked
        locales = [language_of(one) for one in texts]
        turned = self._space.asked(own, locales)
        return replace(asked, vectors=turned, own_vectors=own)

    def _vectors(self, embedder: Embedder, texts: tuple[str, ...]) -> NDArray[np.float32] | None:
        key = "\n".join(texts)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        try:
            vectors = embedder.embed_queries(texts)
        except EmbeddingUnavailable:
            _log.warning("no query vectors, words answer alone", exc_info=True)
            return None
        with self._lock:
            self._held[key] = vectors
            while len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)
        return vectors


def matters(text: str) -> tuple[str, ...]:
    """Return a message as what it asks, a vector each, when it asks more than one thing.

    One vector lies between two questions, near the answer of neither. What is told besides is not
    lost: then the whole stands first.
    """
    asked = [
        clean
        for sentence in _SENTENCE.findall(text)
        if (clean := sentence.strip()).endswith("?") and len(clean.split()) >= _QUESTION_WORDS
    ][:_MOST_QUESTIONS]
    if len(asked) < 2:
        return (text,)
    besides = len(text.split()) - sum(len(one.split()) for one in asked)
    return tuple(asked) if besides < _QUESTION_WORDS else (text, *asked)


def views(text: str) -> tuple[str, ...]:
    """Return a long message as pieces that one vector each can hold, at most eight.

    Beginning and end are kept, and of the middle what asks something.
    """
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        clean = sentence.strip()
        if pieces and len(pieces[-1]) + len(clean) < _SENTENCE_CHARS:
            pieces[-1] = f"{pieces[-1]} {clean}"
        elif clean:
            pieces.append(clean)
    if len(pieces) <= _MOST_SENTENCES:
        return tuple(pieces) or (text,)
    ends = {0, 1, *range(len(pieces) - 3, len(pieces))}
    asking = [n for n, piece in enumerate(pieces) if n not in ends and "?" in piece]
    others = [n for n in range(len(pieces)) if n not in ends and n not in asking]
    chosen = [*sorted(ends), *asking, *others][:_MOST_SENTENCES]
    return tuple(pieces[n] for n in sorted(chosen))
