"""One ranking out of meaning and words."""

import numpy as np
from numpy.typing import NDArray

from knowledge.dense import Cosines

Floats = NDArray[np.float64]

_BM25_WEIGHT = 0.4
_QUESTION_WEIGHT = 0.6
# Spreads that are usual within one query. A base of three documents has no spread of its own to
# speak of, so these stand for it with the weight of `_PRIOR_ROWS` more documents.
_USUAL_COSINE_SPREAD = 0.04
_USUAL_BM25_SPREAD = 0.08
_PRIOR_ROWS = 8


def fuse(cosines: Cosines | None, words: Floats, ceiling: float) -> Floats:
    """Return (n,) scores of candidates: z-scored meaning plus .4 of z-scored words.

    Passage and question cosines are added; of several query vectors the best counts. `words` is
    BM25 (n,), `ceiling` what a text with every word of the query would reach.
    """
    shares = words / ceiling if ceiling > 0 else words
    ranked = _BM25_WEIGHT * standardise(shares, _USUAL_BM25_SPREAD)
    if cosines is None or not words.size:
        return ranked
    return np.asarray(_meaning(cosines).max(axis=0) + ranked, np.float64)


def standardise(values: Floats, usual_spread: float) -> Floats:
    """Return z-scores along the last axis, the spread drawn towards the usual one."""
    centred = values - values.mean(axis=-1, keepdims=True)
    squares = (centred**2).sum(axis=-1, keepdims=True) + _PRIOR_ROWS * usual_spread**2
    return np.asarray(centred / np.sqrt(squares / (values.shape[-1] + _PRIOR_ROWS)), np.float64)


def _meaning(cosines: Cosines) -> Floats:
    """Return (v, n): passage plus question; where one is missing, the other stands for it."""
    passage, question = (
        _centred(part.astype(np.float64)) for part in (cosines.passage, cosines.question)
    )
    lacking = np.isnan(passage)
    passage = np.where(lacking, np.nanmin(passage, axis=1, keepdims=True), passage)
    question = np.where(np.isnan(question), passage, question)
    return standardise(passage + _QUESTION_WEIGHT * question, _USUAL_COSINE_SPREAD)


def _centred(values: Floats) -> Floats:
    known = ~np.isnan(values)
    mean = np.where(known, values, 0).sum(axis=1, keepdims=True) / np.maximum(
        known.sum(axis=1, keepdims=True), 1
    )
    return np.asarray(values - mean, np.float64)
