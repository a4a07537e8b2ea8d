"""A model as the customer's voice. The state decides what is said; the model only finds the words."""

import logging
from typing import Any

from copilot.conversation import Frozen
from copilot.llm import Asking, ModelClient, ModelFailure, Schema
from copilot.llm.reading import last_of
from copilot.llm.sealing import sealed
from copilot.roleplay.intents import Intent
from copilot.roleplay.session import Play
from copilot.roleplay.state import State
from copilot.roleplay.verify import Violation, violations
from copilot.roleplay.voice import EmbeddedVoice
from copilot.rules import mask
from prompts import Prompt, PromptMessage, load_prompt

LOG = logging.getLogger("teplo.roleplay")
ATTEMPTS = 3  # the first one and two more that name what was wrong
_THREAD = 8  # lines of the thread that the model sees
_SHAPE = '{"text": "..."}'
_SCHEMA = Schema(
    name="line",
    fields={
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
        "additionalProperties": False,
    },
)


class Line(Frozen):
    """What the model answers."""

    text: str


class LlmVoice:
    """Voices the customer with a model, and with the embedded lines whenever it fails or strays."""

    def __init__(self, client: ModelClient) -> None:
        """Use this client."""
        self._client = client
        self._embedded = EmbeddedVoice()
        self.refused: list[Violation] = []

    def speak(self, play: Play, state: State, intents: tuple[Intent, ...]) -> str:
        """Return the customer's next message, verified; never raises for what a model does."""
        if not intents:
            return ""
        try:
            return self._client.run(
                lambda asking: self._voiced(asking, play, state, intents), purpose="roleplay"
            )
        except ModelFailure as failure:
            LOG.info("The embedded voice speaks: %s.", failure.reason)
            return self._embedded.speak(play, state, intents)

    def _voiced(self, asking: Asking, play: Play, state: State, intents: tuple[Intent, ...]) -> str:
        prompt = load_prompt("customer", play.scenario.language)
        block = sealed(material(play, state, intents, prompt))
        said: list[PromptMessage] = list(
            prompt.render(shape=_SHAPE, canary=block.canary, fence=block.fence, data=block.text)
        )
        for _ in range(ATTEMPTS):
            text = asking.ask(said, _SCHEMA)
            line = last_of(text, Line)
            wrong = self._wrong(play, state, line, block.canary)
            if line is not None and not wrong:
                return line.text.strip()
            said += _again(prompt, text, wrong)
        raise ModelFailure("unfit", "its lines fell out of the role")

    def _wrong(
        self, play: Play, state: State, line: Line | None, canary: str
    ) -> tuple[Violation | str, ...]:
        if line is None:
            return ("unreadable",)
        if canary in line.text:
            raise ModelFailure("unfit", "it gave its instructions away")
        found = violations(play, state, line.text)
        self.refused += found
        return found


def material(
    play: Play, state: State, intents: tuple[Intent, ...], prompt: Prompt
) -> dict[str, Any]:
    """Return what the model may know: nothing that the customer still keeps quiet about."""
    scenario, known = play.scenario, set(state.known)
    knows = [n.text for n in scenario.needs if not n.hidden or n.id in known]
    knows += [d.line for d in scenario.details if not d.hidden or d.id in known]
    thread = play.conversation().messages[-_THREAD:]
    return {
        "persona": {"name": scenario.persona.name, "speech": _speech(play)},
        "mood": prompt.term("bands", str(state.band)),
        "intents": [
            {
                "say": prompt.term("intents", i.kind) or i.kind,
                **({"line": i.line} if i.line else {}),
            }
            for i in intents
        ],
        "knows": [*knows, *(f"{k}: {v}" for k, v in scenario.card.facts.items())],
        "thread": [{"role": m.role, "text": mask(m.text).text} for m in thread],
    }


def _speech(play: Play) -> str:
    """Return how the persona speaks; `about` may hold secrets, so it never goes out."""
    persona = play.scenario.persona
    return f"{persona.manner}, {persona.address}, {persona.gender}"


def _again(prompt: Prompt, text: str, wrong: tuple[Violation | str, ...]) -> list[PromptMessage]:
    named = [
        prompt.term("breaches", w if isinstance(w, str) else w.breach).replace(
            "{detail}", "" if isinstance(w, str) else w.detail
        )
        for w in wrong
    ]
    return [
        PromptMessage(role="assistant", text=text[:2000]),
        PromptMessage(role="user", text="\n".join(f"- {line}" for line in named)),
    ]
