"""Are the steps of the framework there, and in their order."""

from typing import Any

from evals.cases import Case
from evals.observation import Observation
from evals.scorers.facts import said
from evals.scorers.score import NA, Score, scored

_STEPS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "LEAD": (
        ("L", ("ack", "confirm_understanding", "use_facts")), ("E", ("empathy",)),
        ("A", ("apologise", "own")),
        ("D", ("next_step", "answer", "options", "deadline", "follow_up", "escalate", "ask")),
    ),
    "CARE": (
        ("C", ("own", "deadline", "follow_up", "safety_first", "offer_human")),
        ("A", ("ack", "empathy", "use_facts", "confirm_understanding")),
        ("R", ("options", "workaround", "ask", "explain_reason", "escalate")),
        ("E", ("next_step", "answer", "deadline", "follow_up")),
    ),
    "HEAR": (
        ("H", ("ack", "confirm_understanding", "use_facts")), ("E", ("empathy",)),
        ("A", ("apologise", "own")),
        ("R", ("next_step", "answer", "options", "deadline", "follow_up", "ask")),
    ),
}  # fmt: skip
_UPSET = 0.5
_MILD = 0.4  # at less than this, empathy and an apology may be left out
_SOLVES = ("next_step", "answer", "options", "workaround")
_EARLY, _SORRY = 0.15, 0.10  # what help before empathy, and a third apology, cost


def framework(case: Case, seen: Observation) -> Score:
    """Return presence x (1/2 + order/2) of the steps, less what haste and grovelling cost.

    Order is the longest rising run of first places among the steps present. CARE's steps may come
    in any order that begins with the person or with footing.
    """
    name = case.framework if case.framework != "auto" else seen.framework
    if name not in _STEPS or case.retrieval_only:
        return NA
    required = case.steps_required or _required(name, case.emotion0)
    first = _first_places(name, seen)
    present = [letter for letter in required if letter in first]
    if not required:
        return NA
    presence = len(present) / len(required)
    order = _rising([first[letter] for letter in present]) / len(present) if present else 0.0
    value = presence * (0.5 + 0.5 * order) - _haste(case, seen) - _grovelling(seen)
    missing = [letter for letter in required if letter not in first]
    reason = f"missing: {' '.join(missing)}" if missing else ""
    return scored(min(1.0, max(0.0, value)), reason)


def _required(name: str, emotion: float) -> tuple[str, ...]:
    letters = [letter for letter, _ in _STEPS[name]]
    if emotion < _MILD and name != "CARE":
        letters = [letter for letter in letters if letter not in ("E", "A")]
    return tuple(letters)


def _first_places(name: str, seen: Observation) -> dict[str, int]:
    places: dict[str, int] = {}
    for letter, acts in _STEPS[name]:
        starts = [act.start for act in seen.acts if act.name in acts]
        if starts:
            places[letter] = min(starts)
    return places


def _rising(values: list[int]) -> int:
    """Return the length of the longest run that never falls."""
    best: list[int] = []
    for n, value in enumerate(values):
        best.append(1 + max((best[m] for m in range(n) if values[m] <= value), default=0))
    return max(best, default=0)


def _haste(case: Case, seen: Observation) -> float:
    helps = min(
        (n for n in (_first(seen, _SOLVES), _fact(case, seen)) if n is not None), default=None
    )
    cares = _first(seen, ("empathy", "ack", "apologise"))
    early = case.emotion0 >= _UPSET and helps is not None and (cares is None or helps < cares)
    return _EARLY if early else 0.0


def _fact(case: Case, seen: Observation) -> int | None:
    """Return where the first sentence begins that tells a key fact: that is the matter itself."""
    start = 0
    for sentence in seen.sentences:
        start = max(start, seen.text.find(sentence.text, start))
        if any(said(fact, sentence.text, case.now.date()) for fact in case.must):
            return start
        start += len(sentence.text)
    return None


def _grovelling(seen: Observation) -> float:
    return _SORRY if sum(act.name == "apologise" for act in seen.acts) > 2 else 0.0


def _first(seen: Observation, names: tuple[str, ...]) -> Any:
    return min((act.start for act in seen.acts if act.name in names), default=None)
