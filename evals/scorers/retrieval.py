"""Was the right source found, and near the top; is silence kept where there is none."""

from math import log2

from evals.cases import Case
from evals.observation import Observation
from evals.scorers.score import NA, Score, scored

_DEEPEST = 20


def recall_at(case: Case, seen: Observation, k: int) -> Score:
    """Return the share of right documents among the first k."""
    gold = set(gold_of(case))
    if not gold:
        return NA
    return scored(len(set(ranked(seen)[:k]) & gold) / len(gold))


def hit_at(case: Case, seen: Observation, k: int) -> Score:
    """Return 1 when any right document is among the first k."""
    gold = set(gold_of(case))
    return scored(float(bool(set(ranked(seen)[:k]) & gold))) if gold else NA


def reciprocal_rank(case: Case, seen: Observation) -> Score:
    """Return 1/rank of the first right document, 0 when none is among the first 20."""
    gold = set(gold_of(case))
    if not gold:
        return NA
    ranks = [n for n, name in enumerate(ranked(seen)[:_DEEPEST], 1) if name in gold]
    return scored(1 / ranks[0] if ranks else 0.0)


def ndcg_at(case: Case, seen: Observation, k: int) -> Score:
    """Return nDCG@k with gains 2^grade - 1 (Burges et al. 2005)."""
    grades = gold_of(case)
    if not grades:
        return NA
    gains = [_gain(grades.get(name, 0), n) for n, name in enumerate(ranked(seen)[:k], 1)]
    best = sorted(grades.values(), reverse=True)[:k]
    ideal = sum((2**grade - 1) / log2(n + 1) for n, grade in enumerate(best, 1))
    return scored(min(1.0, sum(gains) / ideal))


def abstains(case: Case, seen: Observation) -> Score:
    """Return 1 when nothing is called a strong match where there is no answer, 0 when it is."""
    if not case.no_answer:
        return NA
    strong = tuple(h.document for h in seen.hits if h.strength == "strong" and h.kind != "card")
    return scored(float(not strong), "strong without an answer" if strong else "", strong[:3])


def _gain(grade: int, rank: int) -> float:
    return float((2**grade - 1) / log2(rank + 1))


def gold_of(case: Case) -> dict[str, int]:
    """Return the grades of the right documents, by their names without a language."""
    grades: dict[str, int] = {}
    for name, grade in case.gold_docs.items():
        if grade > 0:
            grades[unlocal(name)] = max(grade, grades.get(unlocal(name), 0))
    return grades


def ranked(seen: Observation) -> list[str]:
    """Return the documents found, in order, each once: several pieces of one count as one.

    A document and its translation are the same; what stands on the customer's card was not searched.
    """
    return list(dict.fromkeys(unlocal(hit.document) for hit in seen.hits if hit.kind != "card"))


def unlocal(name: str) -> str:
    """Return a document's name without the language before it: `en:S47` is `S47`."""
    return name.partition(":")[2] if name.startswith(("en:", "ru:")) else name
