"""Scorers: plain functions of a case and an observation. No model, no clock, no chance."""

from evals.scorers.facts import forbidden, key_facts
from evals.scorers.frame import framework
from evals.scorers.replies import action, grounded, language, reask, safety, sendable, tone
from evals.scorers.retrieval import abstains, hit_at, ndcg_at, recall_at, reciprocal_rank
from evals.scorers.score import NA, Score, Scorer

SCORERS: tuple[Scorer, ...] = (
    Scorer("recall@5", lambda c, o: recall_at(c, o, 5)),
    Scorer("hit@1", lambda c, o: hit_at(c, o, 1)),
    Scorer("mrr", reciprocal_rank),
    Scorer("ndcg@10", lambda c, o: ndcg_at(c, o, 10)),
    Scorer("abstains", abstains),
    Scorer("grounded", grounded, gates=True, blocks=True),
    Scorer("key_facts", key_facts, gates=True),
    Scorer("forbidden", forbidden, gates=True, blocks=True),
    Scorer("action", action),
    Scorer("framework", framework, gates=True),
    Scorer("tone", tone, gates=True),
    Scorer("reask", reask, gates=True),
    Scorer("language", language, gates=True, blocks=True),
    Scorer("safety", safety, gates=True, blocks=True),
    Scorer("sendable", sendable),
)

__all__ = ["NA", "SCORERS", "Score", "Scorer"]
