"""Was the right source found, and near the top; is silence kept where there is none."""

from math import log2

from evals.cases import Case
from evals.observation import Observation
from evals.scorers.score import NA, Score, scored

_DEEPEST = 20


def recall_at(case: Case, seen: Observation, k: int) -> Score:
    """Return the share of right documents among the first k."""
    gold = _gold(case)
    if not gold:
        return NA
    return scored(len(set(_ranked(seen)[:k]) & gold) / len(gold))


def hit_at(case: Case, seen: Observation, k: int) -> Score:
    """Return 1 when any right document is among the first k."""
    gold = _gold(case)
    return scored(float(bool(set(_ranked(seen)[:k]) & gold))) if gold else NA


def reciprocal_rank(case: Case, seen: Observation) -> Score:
    """Return 1/rank of the first right document, 0 when none is among the first 20."""
    gold = _gold(case)
    if not gold:
        return NA
    ranks = [n for n, name in enumerate(_ranked(seen)[:_DEEPEST], 1) if name in gold]
    return scored(1 / ranks[0] if ranks else 0.0)


def ndcg_at(case: Case, seen: Observation, k: int) -> Score:
    """Return nDCG@k with gains 2^grade - 1 (Burges et al. 2005)."""
    if not _gold(case):
        return NA
    gains = [_gain(case, name, n) for n, name in enumerate(_ranked(seen)[:k], 1)]
    best = sorted(case.gold_docs.values(), reverse=True)[:k]
    ideal = sum((2**grade - 1) / log2(n + 1) for n, grade in enumerate(best, 1))
    return scored(min(1.0, sum(gains) / ideal))


def abstains(case: Case, seen: Observation) -> Score:
    """Return 1 when nothing is called a strong match where there is no answer, 0 when it is."""
    if not case.no_answer:
        return NA
    strong = tuple(hit.document for hit in seen.hits if hit.strength == "strong")
    return scored(float(not strong), "strong without an answer" if strong else "", strong[:3])


def _gain(case: Case, name: str, rank: int) -> float:
    return float((2 ** case.gold_docs.get(name, 0) - 1) / log2(rank + 1))


def _gold(case: Case) -> set[str]:
    return {name for name, grade in case.gold_docs.items() if grade > 0}


def _ranked(seen: Observation) -> list[str]:
    """Return the documents in order, each once: several pieces of one count as one."""
    return list(dict.fromkeys(hit.document for hit in seen.hits))
