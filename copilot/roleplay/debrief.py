"""What a finished role-play teaches: ten criteria with evidence, never one grade for a person."""

from copilot.conversation import Frozen
from copilot.roleplay.criteria import COMPARED, UPSET, Evidence, Score, scores_of, worth
from copilot.roleplay.policies import Policy
from copilot.roleplay.scenario import Need
from copilot.roleplay.session import Exchange, Play
from copilot.roleplay.simulate import run
from copilot.roleplay.state import MET, Ending, Why
from copilot.roleplay.steps import steps_of
from copilot.roleplay.weights import GENERIC


class Step(Frozen):
    """One turn of the debrief."""

    turn: int
    operator: str
    customer: str
    hinted: bool
    anger: float
    trust: float
    heard: float
    patience: float
    moved: tuple[Evidence, ...]
    steps: tuple[str, ...]
    better: str = ""
    source: str = ""


class Discovery(Frozen):
    """A hidden need: the turn in which it came out, or the question that would have opened it."""

    need: str
    text: str
    turn: int | None
    question: str


class Debrief(Frozen):
    """The whole debrief: best sentences first, then turn by turn, then the ten criteria."""

    scenario: str
    ending: Ending
    satisfaction: float
    best: tuple[Evidence, ...]
    costliest: tuple[Evidence, ...]
    turns: tuple[Step, ...]
    scores: tuple[Score, ...]
    discoveries: tuple[Discovery, ...]
    waterfall: dict[str, float]
    ticked: tuple[str, ...]
    unticked: tuple[str, ...]
    ghost: tuple[tuple[float, float, float], ...]


def debrief(play: Play, *, reference: Policy = "lead") -> Debrief:
    """Explain a session that has ended, turn by turn, with the words that moved the customer.

    Raises:
        ValueError: the session is still going on.
    """
    if play.ending is None:
        raise ValueError("the session is still going on; end it before the debrief")
    seen = [_evidence(n, why) for n, e in enumerate(play.exchanges) for why in e.response.whys]
    scenario = play.scenario
    good = sorted((e for e in seen if worth(e) > 0 and e.span), key=lambda e: -worth(e))
    bad = sorted((e for e in seen if worth(e) < 0), key=worth)
    ghost = run(scenario, reference, seed=play.seed)
    ticked = set(play.state.ticked)
    return Debrief(
        scenario=scenario.id,
        ending=play.ending,
        satisfaction=play.satisfaction,
        best=_distinct(good),
        costliest=_distinct(bad),
        turns=tuple(_step(play, n) for n in range(len(play.exchanges))),
        scores=scores_of(play, seen),
        discoveries=tuple(_discovery(play, need) for need in scenario.needs if need.hidden),
        waterfall=_waterfall(seen),
        ticked=tuple(item.id for item in scenario.checklist if (item.id in ticked) != item.never),
        unticked=tuple(item.id for item in scenario.checklist if (item.id in ticked) == item.never),
        ghost=tuple(
            (s.anger, s.trust, s.heard) for s in [ghost.start, *(e.state for e in ghost.exchanges)]
        ),
    )


def _evidence(turn: int, why: Why) -> Evidence:
    return Evidence(
        turn=turn,
        act=why.act,
        span=why.span,
        label=why.label,
        anger=why.anger,
        trust=why.trust,
        heard=why.heard,
    )


def _distinct(found: list[Evidence]) -> tuple[Evidence, ...]:
    """Keep the first of each sentence."""
    by_span: dict[str, Evidence] = {}
    for evidence in found:
        by_span.setdefault(evidence.span or f"{evidence.turn}{evidence.act}", evidence)
    return tuple(list(by_span.values())[:COMPARED])


def _step(play: Play, n: int) -> Step:
    exchange = play.exchanges[n]
    state = exchange.state
    better, source = _better(play, n)
    return Step(
        turn=n,
        operator=exchange.said.text,
        customer=exchange.customer,
        hinted=exchange.said.hinted,
        anger=state.anger,
        trust=state.trust,
        heard=state.heard,
        patience=state.patience,
        moved=tuple(_evidence(n, why) for why in exchange.response.whys),
        steps=_steps(play, exchange),
        better=better,
        source=source,
    )


def _steps(play: Play, exchange: Exchange) -> tuple[str, ...]:
    """Return the steps of the scenario's framework that this turn took, each once, in order."""
    strip = steps_of(play.scenario.framework)
    taken = [
        (move.start, place, letter)
        for move in exchange.heard.moves
        for place, (letter, acts) in enumerate(strip)
        if move.act in acts and move.strength > GENERIC
    ]
    return tuple(dict.fromkeys(letter for _, _, letter in sorted(taken)))


def _better(play: Play, n: int) -> tuple[str, str]:
    """Return what would have been better at a turn that cost something, and where it comes from."""
    exchange = play.exchanges[n]
    cost = sum(why.anger for why in exchange.response.whys)
    gained = exchange.state.heard - (play.exchanges[n - 1].state.heard if n else play.start.heard)
    if exchange.said.action != "say" or (cost < 0 and gained > 0):
        return "", ""
    ref, scenario = play.scenario.reference, play.scenario
    before = play.exchanges[n - 1].state if n else play.start
    if before.heard < 0.4 and before.anger >= UPSET:
        lines = (*ref.acknowledge[:1], *ref.empathise[:1])
        return " ".join(lines), "scenario:reference"
    open_ = [
        need
        for need in scenario.needs
        if need.id in before.known and before.progress[need.id] < MET
    ]
    if open_:
        return open_[0].good, f"scenario:{open_[0].id}"
    return (ref.close[0], "scenario:reference") if ref.close else ("", "")


def _discovery(play: Play, need: Need) -> Discovery:
    turn = next((n for n, e in enumerate(play.exchanges) if need.id in e.response.disclosed), None)
    return Discovery(need=need.id, text=need.text, turn=turn, question=need.question)


def _waterfall(seen: list[Evidence]) -> dict[str, float]:
    """Return how much anger each act moved in all, the largest change first."""
    total: dict[str, float] = {}
    for evidence in seen:
        total[evidence.act] = round(total.get(evidence.act, 0.0) + evidence.anger, 4)
    return dict(sorted(total.items(), key=lambda item: (-abs(item[1]), item[0])))
