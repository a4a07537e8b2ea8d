"""Ten criteria of a role-play, each with what it rests on; no grade of a person comes of them."""

from typing import Literal

from copilot.conversation import Frozen
from copilot.roleplay.session import Exchange, Play
from copilot.roleplay.state import State
from copilot.roleplay.weights import GENERIC, WEIGHTS

Criterion = Literal[
    "listen", "empathise", "own", "direct", "order", "discovery", "grounded", "tone", "safety",
    "pace",
]  # fmt: skip
COMPARED = 3  # sentences shown as best, turns as costliest, and pieces of evidence
UPSET = 0.5  # anger from which help has to wait for listening
_TONE = frozenset(name for name, weight in WEIGHTS.items() if weight.sort == "harm") - {
    "premature_solution", "ignored_question", "reask", "transfer", "contradiction", "empty", "foreign",
}  # fmt: skip


class Evidence(Frozen):
    """Where something was seen: the turn, the words and what it changed."""

    turn: int
    act: str
    span: str
    label: str = ""
    anger: float = 0
    trust: float = 0
    heard: float = 0


class Score(Frozen):
    """One criterion from 0 to 4 with what it rests on; None where the case gave no occasion."""

    criterion: Criterion
    value: float | None
    seen: int = 0
    of: int = 0
    evidence: tuple[Evidence, ...] = ()
    better: str = ""
    source: str = ""


def worth(evidence: Evidence) -> float:
    """Say how much good it did in all; negative for harm."""
    return evidence.trust - evidence.anger + evidence.heard


def scores_of(play: Play, seen: list[Evidence], *, unaided: bool = False) -> tuple[Score, ...]:
    """Judge a session by every criterion, in the order of the list.

    Args:
        play: the session.
        seen: what its turns did, for the evidence.
        unaided: leave out the turns before which a hint was shown.
    """
    ref = play.scenario.reference
    turns = [
        (before, e)
        for before, e in zip(_before(play), play.exchanges, strict=True)
        if e.said.action == "say" and not (unaided and e.said.hinted)
    ]
    said = [e for _, e in turns]
    upset = [e for before, e in turns if before.anger >= 0.4]
    return (
        _shown("listen", upset or said[:1], ("paraphrase", "open_question"), seen, ref.acknowledge),
        _shown("empathise", upset, ("empathy",), seen, ref.empathise),
        _shown("own", said[:2], ("own", "apologise"), seen, ref.own),
        _shown(
            "direct", said[1:] or said, ("concrete_step", "options", "deadline"), seen, ref.options
        ),
        _order(turns, seen),
        _found(play),
        _grounded(said),
        _clean(play, said, seen),
        _safe(play, seen),
        _pace(play),
    )


def _shown(
    criterion: Criterion,
    turns: list[Exchange],
    acts: tuple[str, ...],
    seen: list[Evidence],
    better: tuple[str, ...],
) -> Score:
    """Count the turns that asked for an act and had it: one that names the case counts full."""
    if not turns:
        return Score(criterion=criterion, value=None)
    got = [max((m.strength for m in e.heard.moves if m.act in acts), default=0.0) for e in turns]
    spans = {move.span for e in turns for move in e.heard.moves}
    evidence = tuple(e for e in seen if e.act in acts and e.span in spans)[:COMPARED]
    full = sum(1 for strength in got if strength > GENERIC)
    value = round(min(4.0, 4 * sum(got) / max(1, (len(turns) + 1) // 2)), 1)
    return Score(
        criterion=criterion, value=value, seen=full, of=len(turns), evidence=evidence,
        better="" if value >= 3 or not better else better[0],
        source="scenario:reference" if value < 3 and better else "",
    )  # fmt: skip


def _before(play: Play) -> list[State]:
    """Return the customer before each turn."""
    return [play.start, *(e.state for e in play.exchanges)][: len(play.exchanges)]


def _order(said: list[tuple[State, Exchange]], seen: list[Evidence]) -> Score:
    """Count the turns to an upset customer in which listening came before help."""
    turns = [
        e for before, e in said
        if before.anger >= UPSET
        and any(WEIGHTS[m.act].sort == "influence" for m in e.heard.moves if m.act in WEIGHTS)
    ]  # fmt: skip
    if not turns:
        return Score(criterion="order", value=None)
    right = sum(not e.heard.leads_with_help for e in turns)
    early = tuple(e for e in seen if e.act == "premature_solution")[:COMPARED]
    return Score(
        criterion="order", value=round(4 * right / len(turns), 1), seen=right, of=len(turns),
        evidence=early,
    )  # fmt: skip


def _found(play: Play) -> Score:
    hidden = [need for need in play.scenario.needs if need.hidden]
    if not hidden:
        return Score(criterion="discovery", value=None)
    out = [need for need in hidden if need.id in play.state.known]
    missed = [need for need in hidden if need not in out]
    return Score(
        criterion="discovery", value=round(4 * len(out) / len(hidden), 1), seen=len(out),
        of=len(hidden), better=missed[0].question if missed else "",
        source=f"scenario:{missed[0].id}" if missed else "",
    )  # fmt: skip


def _grounded(said: list[Exchange]) -> Score:
    vows = [(n, vow) for n, e in enumerate(said) for vow in e.heard.vows]
    if not vows:
        return Score(criterion="grounded", value=None)
    hollow = [
        Evidence(turn=n, act="promise_without_source", span=vow.span)
        for n, vow in vows
        if not vow.supported
    ]
    kept = len(vows) - len(hollow)
    return Score(
        criterion="grounded", value=round(4 * kept / len(vows), 1), seen=kept, of=len(vows),
        evidence=tuple(hollow[:COMPARED]),
    )  # fmt: skip


def _clean(play: Play, said: list[Exchange], seen: list[Evidence]) -> Score:
    own = {mover.id for mover in play.scenario.triggers}
    slips = [e for e in seen if e.act in _TONE or (e.act in own and e.anger > 0)]
    turns = {e.turn for e in slips}
    value = round(max(0.0, 4 - 1.5 * len(turns)), 1)
    return Score(
        criterion="tone", value=value, seen=len(said) - len(turns), of=len(said),
        evidence=tuple(sorted(slips, key=worth)[:COMPARED]),
    )  # fmt: skip


def _safe(play: Play, seen: list[Evidence]) -> Score:
    items = play.scenario.checklist
    grave = [e for e in seen if e.act in {"abuse", "threaten", "ask_secret", "judge_person"}]
    if not items and not grave:
        return Score(criterion="safety", value=None)
    done = sum((item.id in play.state.ticked) != item.never for item in items)
    share = done / len(items) if items else 1.0
    return Score(
        criterion="safety", value=0.0 if grave else round(4 * share, 1), seen=done, of=len(items),
        evidence=tuple(grave[:COMPARED]),
    )  # fmt: skip


def _pace(play: Play) -> Score:
    used, allowed = play.state.turn, play.scenario.max_turns
    good = play.ending in ("resolved", "handed_over_well", "protocol_done")
    if not good:
        return Score(criterion="pace", value=None, seen=used, of=allowed)
    spare = max(0.0, (allowed - used) / max(1, allowed - 3))
    return Score(criterion="pace", value=round(2 + 2 * min(1.0, spare), 1), seen=used, of=allowed)
