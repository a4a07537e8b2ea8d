"""Search by words: Russian and English stems ranked by BM25."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from knowledge.normalise import normalise

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_UNCLEAN = regex.compile(r"[^\P{C}\n\t]|\p{Mn}{5}")
_MAX_WORD = 40  # longer runs are no words
_K1, _B = 1.5, 0.75  # Robertson & Zaragoza 2009, the usual values


def stems(text: str) -> list[str]:
    """Return the stems of the words in order: small letters, \u0451 as \u0435, numbers as they are."""
    words = _WORD.findall(_clean(text).lower().replace("\u0451", "\u0435"))
    return [_stem(word[:_MAX_WORD]) for word in words]


def _clean(text: str) -> str:
    """Return the normalised text; most texts are so already, and telling is cheaper."""
    if unicodedata.is_normalized("NFKC", text) and not _UNCLEAN.search(text):
        return text[:100_000]
    return normalise(text)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    language = "russian" if _CYRILLIC.search(word) else "english"
    return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(language)


class Bm25:
    """An index of texts in memory; every word-text pair carries its weight, computed once."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """Take the stems of every text, in the order of rows."""
        counts = [Counter(text) for text in texts]
        self.size = len(counts)
        self._vocabulary = _number(counts)
        terms, rows, times = _postings(counts, self._vocabulary)
        self._first = np.searchsorted(terms, np.arange(len(self._vocabulary) + 1))
        self._rows = rows
        found_in = np.diff(self._first)
        self._rarity = np.log1p((self.size - found_in + 0.5) / (found_in + 0.5))
        self._unseen = float(np.log1p((self.size + 0.5) / 0.5))
        lengths = np.array([count.total() for count in counts], np.float64)
        spread = lengths / max(float(lengths.mean()), 1.0) if self.size else lengths
        saturated = times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * spread[rows]))
        self._weights = saturated * self._rarity[terms]

    def rarity(self, query: Iterable[str]) -> dict[str, float]:
        """Return the weight of each stem of a query: rare ones weigh more, unseen ones most."""
        return {
            stem: float(self._unseen if n is None else self._rarity[n])
            for stem in dict.fromkeys(query)
            for n in (self._vocabulary.get(stem),)
        }

    def scores(self, weighted: Mapping[str, float]) -> NDArray[np.float64]:
        """Return (rows,) BM25 of a query's stems, as `rarity` gave them."""
        found = np.zeros(self.size)
        for span in self._spans(weighted):
            found[self._rows[span]] += self._weights[span]
        return found

    def coverage(self, weighted: Mapping[str, float]) -> NDArray[np.float64]:
        """Return (rows,) in 0..1: the share of the query, by rarity, that each text holds."""
        found = np.zeros(self.size)
        total = sum(weighted.values())
        for stem, span in zip(self._known(weighted), self._spans(weighted), strict=True):
            found[self._rows[span]] += weighted[stem] / total
        return np.minimum(found, 1.0)

    def known_share(self, query: Sequence[str]) -> float:
        """Return in 0..1 how much of a query, by rarity, stands in any text at all."""
        weighted = self.rarity(query)
        total = sum(weighted.values())
        return sum(weighted[stem] for stem in self._known(weighted)) / total if total else 0.0

    def _known(self, weighted: Mapping[str, float]) -> list[str]:
        return [stem for stem in weighted if stem in self._vocabulary]

    def _spans(self, weighted: Mapping[str, float]) -> list[slice]:
        numbers = [self._vocabulary[stem] for stem in self._known(weighted)]
        return [slice(self._first[n], self._first[n + 1]) for n in numbers]


def _number(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    seen = dict.fromkeys(stem for count in counts for stem in count)
    return {stem: n for n, stem in enumerate(seen)}


def _postings(
    counts: Sequence[Mapping[str, int]], vocabulary: Mapping[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return terms, rows and times of every word-text pair, ordered by term, then by row."""
    terms = np.array([vocabulary[stem] for count in counts for stem in count], np.int64)
    rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
    times = np.array([n for count in counts for n in count.values()], np.float64)
    order = np.argsort(terms, kind="stable")
    return terms[order], rows[order], times[order]
