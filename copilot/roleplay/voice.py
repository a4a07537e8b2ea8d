"""The customer's voice without a model: the scenario's own lines, else lines by mood and manner."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import regex
import yaml

from copilot.roleplay.intents import Intent
from copilot.roleplay.scenario import Persona, Scenario
from copilot.roleplay.state import State
from knowledge import Locale

if TYPE_CHECKING:
    from copilot.roleplay.session import Play

_EITHER = regex.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_LOUD = 3  # band from which a loud customer shouts
_NEAREST = ((0,), (0, -1, 1), (0, -1, 1, -2, 2, -3, 3, -4, 4))
_LAST = {"vent": "repeat", "repeat": "vent", "doubt": "ask_status", "wait": "accept",
         "soften": "accept", "threaten": "vent", "stuffed": "vent", "short": "repeat"}  # fmt: skip


class Voice(Protocol):
    """Says what the customer means to say. Whoever voices, the state decides."""

    def speak(self, play: "Play", state: State, intents: tuple[Intent, ...]) -> str:
        """Return the customer's next message.

        Args:
            play: the session with the operator's last message, which is not answered yet.
            state: the customer now.
            intents: what they want to say, in order.
        """
        ...


class EmbeddedVoice:
    """Lines picked by intent, anger, manner and seed; none twice in a session."""

    def speak(self, play: "Play", state: State, intents: tuple[Intent, ...]) -> str:
        """Return the customer's next message: up to two lines joined as this customer would."""
        scenario = play.scenario
        spoken: list[str] = []
        earlier = "\n".join(play.customer_lines).lower()
        for n, intent in enumerate(intents):
            line = _line(scenario, state, intent, earlier, _draw(play.seed, state.turn, n))
            if line and line not in spoken:
                spoken.append(line)
        return shape(scenario.persona, state, " ".join(spoken), _draw(play.seed, state.turn, 9))


def _line(scenario: Scenario, state: State, intent: Intent, earlier: str, draw: int) -> str:
    if intent.line and _new(intent.line, earlier):
        return intent.line
    own = [line for line in scenario.lines.get(intent.kind, ()) if _new(line, earlier)]
    if own:
        return own[draw % len(own)]
    kind = intent.kind if intent.kind in _table(scenario.language) else "repeat"
    for _ in range(3):
        line = _template(scenario, state, kind, earlier, draw)
        if line:
            return line
        kind = _LAST.get(kind, "ask_status")
    return ""


def _template(scenario: Scenario, state: State, kind: str, earlier: str, draw: int) -> str:
    bands: dict[int, dict[str, list[str]]] = _table(scenario.language).get(kind, {})
    jitter = (draw // 7) % 5  # one time in five a shade hotter or cooler
    middle = state.band + (1 if jitter == 3 else -1 if jitter == 4 else 0)
    for offset in _NEAREST[2]:
        by_manner = bands.get(middle + offset, {})
        pool = [*by_manner.get(scenario.persona.manner, []), *by_manner.get("any", [])]
        lines = [_gendered(line, scenario.persona) for line in pool]
        fresh = [line for line in lines if line and _new(line, earlier)]
        if fresh:
            return fresh[draw % len(fresh)]
    return ""


def shape(persona: Persona, state: State, text: str, draw: int) -> str:
    """Let anger show in the shape of a message, as far as this customer is loud at all."""
    if not persona.temperament.loud or state.band < _LOUD or not text:
        return text
    if text.endswith("."):
        text = text[:-1] + ("!!!" if state.band == 4 else "!")
    sentences = regex.split(r"(?<=[.!?])\s+", text)
    if state.band == 4 or draw % 2:
        sentences[draw % len(sentences)] = sentences[draw % len(sentences)].upper()
    return " ".join(sentences)


def _new(line: str, earlier: str) -> bool:
    return line.lower().rstrip(".!?") not in earlier


def _gendered(line: str, persona: Persona) -> str:
    """Choose the feminine or the masculine of `{f|m}`; a line that needs one is not for all."""
    if persona.gender == "open":
        return "" if _EITHER.search(line) else line
    return _EITHER.sub(lambda m: m.group(1) if persona.gender == "f" else m.group(2), line)


def _draw(seed: int, turn: int, n: int) -> int:
    """Return a number that is the same for the same session and place."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{turn}:{n}".encode()).digest()[:6], "big")


@cache
def _table(language: Locale) -> dict[str, Any]:
    path = files("copilot").joinpath("roleplay", "lines", f"{language}.yaml")
    table: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return table
