"""Text into tokens: the most likely cut into vocabulary pieces (Kudo 2018, unigram model)."""

from collections.abc import Sequence
from functools import lru_cache

_SPACE = "\u2581"  # stands for the space in front of a word; no piece has it further in
_UNKNOWN_PENALTY = 10.0  # an unknown character costs this much more than the rarest piece
_CACHED_CHARS = 40  # longer "words" are seldom met twice


class Unigram:
    """Cuts text as the model was trained to read it; words are cut one by one and remembered."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], *, unknown: int) -> None:
        """Take the vocabulary in the order of token ids, with log probabilities."""
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        self._scores = scores
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))
        self._remembered = lru_cache(maxsize=20_000)(self._cut)

    def encode(self, text: str, *, max_tokens: int | None = None) -> list[int]:
        """Return token ids of the text, without start and end; at most the first `max_tokens`.

        The text should be normalised; line ends and runs of spaces count as one space.
        """
        if max_tokens is not None:  # no token is longer, so nothing that counts is lost
            text = text[: max_tokens * (self._longest + 1)]
        ids: list[int] = []
        for word in _words(text):
            ids += self._remembered(word) if len(word) <= _CACHED_CHARS else self._cut(word)
            if max_tokens is not None and len(ids) >= max_tokens:
                return ids[:max_tokens]
        return ids

    def _cut(self, word: str) -> tuple[int, ...]:
        """Return the best path (Viterbi) through the pieces of one word."""
        best = [0.0] + [float("-inf")] * len(word)
        steps = [(0, self._unknown)] * (len(word) + 1)
        for start in range(len(word)):
            self._extend(word, start, best, steps)
        ids: list[int] = []
        end = len(word)
        while end > 0:
            end, piece = steps[end]
            ids.append(piece)
        return tuple(reversed(ids))

    def _extend(
        self, word: str, start: int, best: list[float], steps: list[tuple[int, int]]
    ) -> None:
        ids, scores, here = self._ids, self._scores, best[start]
        for end in range(start + 1, min(start + self._longest, len(word)) + 1):
            piece = ids.get(word[start:end])
            if piece is not None and here + scores[piece] > best[end]:
                best[end] = here + scores[piece]
                steps[end] = (start, piece)
        if here + self._unknown_score > best[start + 1]:
            best[start + 1] = here + self._unknown_score
            steps[start + 1] = (start, self._unknown)


def _words(text: str) -> list[str]:
    """Return the words, each with its space in front; a space at the end is a word of its own."""
    words = [_SPACE + word for word in text.split()]
    return [*words, _SPACE] if text[-1:].isspace() or not words else words
