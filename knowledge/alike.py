"""Words that are spelt alike: what a typo meant, and forms that a stemmer keeps apart."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

MIN_LENGTH = 4  # letters; shorter words are alike by chance
_LIKENESS = 0.5  # Dice's coefficient of letter trigrams (Adamson & Boreham 1974)
_MOST = 3


class Alike:
    """An index of words by their letter trigrams."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words; they are numbered in this order."""
        self._words = list(words)
        self._number: dict[str, int] = {}
        grams: list[int] = []
        sizes: list[int] = []
        for word in self._words:
            own = _trigrams(word)
            sizes.append(len(own))
            grams.extend(self._number.setdefault(gram, len(self._number)) for gram in own)
        gram_of = np.array(grams, np.int32)
        order = np.argsort(gram_of, kind="stable")
        self._sizes = np.array(sizes, np.int32)
        self._held = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
        self._first = np.searchsorted(gram_of[order], np.arange(len(self._number) + 1))

    def near(self, word: str) -> list[tuple[int, float]]:
        """Return the numbers of at most three other words like this one, likest first.

        The second value is the likeness in 0.5..1.
        """
        if len(word) < MIN_LENGTH or word.isdecimal():
            return []
        own = _trigrams(word)
        spans = [self._span(gram) for gram in own if gram in self._number]
        if not spans:
            return []
        shared = np.bincount(np.concatenate(spans), minlength=len(self._words))
        likeness = 2 * shared / (len(own) + self._sizes)
        found = np.flatnonzero(likeness >= _LIKENESS)
        best = found[np.argsort(-likeness[found], kind="stable")]
        others = [int(n) for n in best if self._words[n] != word][:_MOST]
        return [(n, float(likeness[n])) for n in others]

    def _span(self, gram: str) -> NDArray[np.int32]:
        n = self._number[gram]
        return self._held[self._first[n] : self._first[n + 1]]


def _trigrams(word: str) -> Sequence[str]:
    edged = f"^{word}$"
    return tuple(dict.fromkeys(edged[n : n + 3] for n in range(len(edged) - 2)))
