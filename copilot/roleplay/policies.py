"""Reference operators: good ones, poor ones and impostors, each a fixed way of answering.

They are the simulator's regression tests (a scenario in which politeness without help wins, or
facts without listening calm an angry person, is a bad scenario), and the ghost line of the debrief.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from copilot.roleplay.scenario import Need
from copilot.roleplay.session import Play
from copilot.roleplay.state import MET
from knowledge import Locale

Policy = Literal[
    "lead", "care", "solution_first", "facts_only", "empathy_only", "stuffing", "script_reader",
    "hostile",
]  # fmt: skip
POLICIES: tuple[Policy, ...] = get_args(Policy)


def say(policy: Policy, play: Play) -> str:
    """Return what this operator says next."""
    return _SPEAKERS[policy](play)


def _lead(play: Play) -> str:
    """Listen, empathise, ask; then help with the open needs, with a time; close when all is met."""
    scenario, n = play.scenario, len(play.exchanges)
    ref = scenario.reference
    if n == 0:
        return _join(_at(ref.acknowledge, 0), _at(ref.empathise, 0), _opening_question(play))
    open_ = _open(play)
    hidden = _hidden(play)
    listened = _at(ref.acknowledge, n) if play.state.heard < 0.5 else ""
    if open_:
        need = open_[0]
        ask = hidden[0].question if hidden else ""
        return _join(
            listened,
            _own(play),
            _again(need.good, play),
            _rotated(ref.deadline, n - 1),
            ask or _rotated(ref.options, n - 1),
        )
    if hidden:
        return _join(_at(ref.empathise, n), hidden[0].question)
    return _join(_at(ref.empathise, n), _rotated(ref.close, n))


def _care(play: Play) -> str:
    """Take control, acknowledge, redirect, execute."""
    scenario, n = play.scenario, len(play.exchanges)
    ref = scenario.reference
    if n == 0:
        return _join(_at(ref.acknowledge, 0), _at(ref.empathise, 0), _own(play))
    return _lead(play)


def _solution_first(play: Play) -> str:
    """Help at once; listen only afterwards, when nobody is listening any more."""
    scenario, n = play.scenario, len(play.exchanges)
    ref = scenario.reference
    if n % 2 == 0:
        open_ = _open(play) or list(scenario.needs[:1])
        return _join(_again(open_[0].good, play), _rotated(ref.deadline, n))
    return _join(_rotated(ref.options, n), _at(ref.acknowledge, n // 2), _at(ref.empathise, n // 2))


def _facts_only(play: Play) -> str:
    """Correct facts and steps, no word for the person."""
    n = len(play.exchanges)
    needs = _open(play) or list(play.scenario.needs)
    return _join(
        _again(needs[n % len(needs)].good, play), _rotated(play.scenario.reference.deadline, n)
    )


def _empathy_only(play: Play) -> str:
    """Warm and specific, and nothing happens."""
    ref, n = play.scenario.reference, len(play.exchanges)
    return _join(_rotated(ref.empathise, n), _rotated(ref.acknowledge, n))


def _fixed(name: str) -> Callable[[Play], str]:
    def speak(play: Play) -> str:
        lines: list[str] = _texts(play.scenario.language)[name]
        return lines[len(play.exchanges) % len(lines)]

    return speak


_SPEAKERS: dict[Policy, Callable[[Play], str]] = {
    "lead": _lead,
    "care": _care,
    "solution_first": _solution_first,
    "facts_only": _facts_only,
    "empathy_only": _empathy_only,
    "stuffing": _fixed("stuffing"),
    "script_reader": _fixed("script_reader"),
    "hostile": _fixed("hostile"),
}


def _open(play: Play) -> list[Need]:
    state = play.state
    return [n for n in play.scenario.needs if n.id in state.known and state.progress[n.id] < MET]


def _hidden(play: Play) -> list[Need]:
    return [n for n in play.scenario.needs if n.id not in play.state.known and n.question]


def _opening_question(play: Play) -> str:
    hidden = _hidden(play)
    asked = [need.question for need in hidden] or [n.question for n in play.scenario.needs]
    return next((question for question in asked if question), "")


def _own(play: Play) -> str:
    """Take it on in words not used before; a good operator does not repeat."""
    said = "\n".join(play.operator_lines)
    return next((line for line in play.scenario.reference.own if line not in said), "")


def _again(line: str, play: Play) -> str:
    """Say a line once; the second time in the operator's words for coming back to it."""
    if not any(line in earlier for earlier in play.operator_lines):
        return line
    backs: list[str] = _texts(play.scenario.language)["again"]
    back = backs[len(play.exchanges) % len(backs)]
    return back.replace("$line", line[0].lower() + line[1:] if line else line)


def _at(lines: tuple[str, ...], n: int) -> str:
    """Return line `n`, or nothing when there are not so many: a good operator does not repeat."""
    return lines[n] if n < len(lines) else ""


def _rotated(lines: tuple[str, ...], n: int) -> str:
    return lines[n % len(lines)] if lines else ""


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


@cache
def _texts(language: Locale) -> Any:
    path = files("copilot").joinpath("roleplay", "policies", f"{language}.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))
