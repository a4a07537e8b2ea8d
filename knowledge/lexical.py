"""Search by words: Russian and English stems ranked by BM25."""

import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from knowledge.alike import Alike
from knowledge.normalise import normalise

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_UNCLEAN = regex.compile(r"[^\P{C}\n\t]|\p{Mn}{5}")
_MAX_WORD = 40  # longer runs are no words
_MOST_ALIKE = 60  # stems of a query up to which typos are looked for
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
        self._vocabulary: dict[str, int] = {}
        terms, rows, times, lengths = _postings(texts, self._vocabulary)
        self.size = len(lengths)
        self._first = np.searchsorted(terms, np.arange(len(self._vocabulary) + 1))
        self._rows = rows
        found_in = np.diff(self._first)
        self._rarity = np.log1p((self.size - found_in + 0.5) / (found_in + 0.5))
        self._unseen = float(np.log1p((self.size + 0.5) / 0.5))
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

    def knows(self, stem: str) -> bool:
        """Say whether any text holds the stem."""
        return stem in self._vocabulary

    def scores(self, weighted: Mapping[str, float]) -> NDArray[np.float64]:
        """Return (rows,) BM25 of a query's stems, as `rarity` gave them.

        Where a text lacks a stem but holds one that is spelt alike, that one counts, by the square
        of its likeness; a long query has words enough as they are.
        """
        if len(weighted) > _MOST_ALIKE:
            return self.exact_scores(weighted)
        found = np.zeros(self.size)
        for stem, rarity in weighted.items():
            number = self._vocabulary.get(stem)
            like = self._alike.near(stem)
            if number is not None and not like:
                span = self._span(number)
                found[self._rows[span]] += self._weights[span]
            elif like:
                found += self._best_of(number, rarity, like)
        return found

    def exact_scores(self, weighted: Mapping[str, float]) -> NDArray[np.float64]:
        """Return (rows,) BM25 of a query's stems without those that are only alike."""
        found = np.zeros(self.size)
        for span in self._spans(weighted):
            found[self._rows[span]] += self._weights[span]
        return found

    def _best_of(
        self, number: int | None, rarity: float, like: Sequence[tuple[int, float]]
    ) -> NDArray[np.float64]:
        """Return (rows,) what the stem brings, or one like it, whichever is more."""
        best = np.zeros(self.size)
        if number is not None:
            span = self._span(number)
            best[self._rows[span]] = self._weights[span]
        for other, likeness in like:
            span = self._span(other)
            rows = self._rows[span]
            worth = likeness**2 * np.minimum(self._weights[span], rarity * (_K1 + 1))
            best[rows] = np.maximum(best[rows], worth)
        return best

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
        return [self._span(self._vocabulary[stem]) for stem in self._known(weighted)]

    def _span(self, number: int) -> slice:
        return slice(self._first[number], self._first[number + 1])

    @cached_property
    def _alike(self) -> Alike:
        return Alike(self._vocabulary)


def _postings(
    texts: Iterable[Sequence[str]], vocabulary: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return terms, rows and times of every word-text pair, ordered by term, then by row.

    The last value is the length of each text. New stems are added to the vocabulary. Flat arrays
    grow while the texts are read: counters of a large base would take a gigabyte.
    """
    terms, rows, times = array("i"), array("i"), array("i")
    lengths = array("i")
    for row, text in enumerate(texts):
        counted = Counter(text)
        terms.extend([vocabulary.setdefault(stem, len(vocabulary)) for stem in counted])
        times.extend(counted.values())
        rows.extend([row] * len(counted))
        lengths.append(len(text))
    held = [
        np.frombuffer(part, np.int32) if part else np.zeros(0, np.int32)
        for part in (terms, rows, times)
    ]
    order = np.argsort(held[0], kind="stable")
    by_term, by_row, how_often = (part[order] for part in held)
    return by_term, by_row, how_often, np.array(lengths, np.float64)
