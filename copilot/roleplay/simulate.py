"""Many sessions of reference operators: do they end as they should, and is the customer believable."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean

from copilot.conversation import Frozen
from copilot.roleplay.hearing import Heard, hear
from copilot.roleplay.phrases import stems_of
from copilot.roleplay.policies import Policy, say
from copilot.roleplay.scenario import Scenario
from copilot.roleplay.session import Play, Said, answer_heard, begin
from copilot.roleplay.state import GOOD, Ending
from copilot.rules import acts_of

_STARTED = datetime(2026, 11, 23, 10, tzinfo=UTC)  # simulations live at one fixed moment
_ECHO, _OWN_ECHO = 0.5, 0.8  # overlap of stems that counts as an echo of the operator, of oneself
_OPERATOR_ACTS = {"apologise", "own", "compensate_within_limit", "offer_human"}


class Fidelity(Frozen):
    """How the customer behaved over many sessions; shares are of customer lines unless said."""

    policy: str
    sessions: int
    endings: dict[str, int]
    good: float
    walked_away: float
    turns: float
    satisfaction: float
    volatility: float
    role_flips: float
    leaks: float
    echoes: float
    repeats: float
    variety: float


def run(scenario: Scenario, policy: Policy, *, seed: int, miss: float = 0.0) -> Play:
    """Play a whole session of a reference operator.

    Args:
        scenario: the case.
        policy: who operates.
        seed: of the customer, and of what goes unheard.
        miss: share of the operator's acts that the customer does not take in, as an act detector
            of that recall would leave them out.
    """
    play = begin(scenario, seed=seed, started=_STARTED)
    while play.ending is None:
        said = Said(text=say(policy, play))
        heard = hear(
            scenario,
            said.text,
            customer=play.customer_lines,
            operator=play.operator_lines,
            conversation=play.conversation(),
        )
        play = answer_heard(play, said, _missing(heard, seed, len(play.exchanges), miss))
    return play


def _missing(heard: Heard, seed: int, turn: int, miss: float) -> Heard:
    if not miss:
        return heard
    kept = tuple(
        move for n, move in enumerate(heard.moves) if _chance(seed, turn, n, move.act) >= miss
    )
    return heard.model_copy(update={"moves": kept})


def _chance(*key: object) -> float:
    digest = hashlib.sha256(":".join(map(str, key)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def fidelity(policy: Policy, plays: Iterable[Play]) -> Fidelity:
    """Sum up how customers behaved in sessions of one policy.

    Raises:
        ValueError: there are no sessions.
    """
    played = list(plays)
    if not played:
        raise ValueError("a fidelity report needs at least one session")
    endings: dict[str, int] = {}
    for play in played:
        endings[str(play.ending)] = endings.get(str(play.ending), 0) + 1
    lines = [(play, n) for play in played for n in range(len(play.exchanges))]
    good = {str(ending) for ending in GOOD}
    walked: set[Ending] = {"left", "escalated"}
    return Fidelity(
        policy=policy,
        sessions=len(played),
        endings=dict(sorted(endings.items())),
        good=_share(str(p.ending) in good for p in played),
        walked_away=_share(p.ending in walked for p in played),
        turns=round(fmean(p.state.turn for p in played), 2),
        satisfaction=round(fmean(p.satisfaction for p in played), 3),
        volatility=round(fmean(_volatility(p) for p in played), 3),
        role_flips=_share(_flips(play, n) for play, n in lines),
        leaks=_share(_leaks(play, n) for play, n in lines),
        echoes=_share(_echoes(play, n) for play, n in lines),
        repeats=_share(_repeats(play, n) for play, n in lines),
        variety=_variety(played),
    )


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return round(sum(values) / len(values), 4) if values else 0.0


def _volatility(play: Play) -> float:
    course = [play.start.anger, *(e.state.anger for e in play.exchanges)]
    return fmean(abs(b - a) for a, b in pairwise(course))


def _flips(play: Play, n: int) -> bool:
    """Say whether the customer speaks as the operator would."""
    acts = {act.name for act in acts_of(play.exchanges[n].customer, play.scenario.language)}
    return len(acts & _OPERATOR_ACTS) > 1


def _leaks(play: Play, n: int) -> bool:
    """Say whether a line gives away a hidden need that has not come out yet."""
    known = set(play.exchanges[n].state.known)
    secrets = [need.line for need in play.scenario.needs if need.hidden and need.id not in known]
    return any(secret and secret in play.exchanges[n].customer for secret in secrets)


def _echoes(play: Play, n: int) -> bool:
    mine, theirs = (stems_of(t) for t in (play.exchanges[n].customer, play.exchanges[n].said.text))
    return len(mine) > 2 and len(mine & theirs) / len(mine) > _ECHO


def _repeats(play: Play, n: int) -> bool:
    mine = stems_of(play.exchanges[n].customer)
    earlier = [stems_of(t) for t in play.customer_lines[: n + len(play.scenario.opening)]]
    return len(mine) > 2 and any(
        old and len(mine & old) / len(mine | old) > _OWN_ECHO for old in earlier
    )


def _variety(plays: list[Play]) -> float:
    """Return the share of different lines among all that customers said."""
    lines = [e.customer for p in plays for e in p.exchanges if e.customer]
    return round(len(set(lines)) / len(lines), 4) if lines else 0.0
