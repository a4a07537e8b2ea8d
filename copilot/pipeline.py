"""The way of a message: perceive, retrieve, frame, compose, guard. This list and nothing more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from copilot.brief import Brief, Voice
from copilot.conversation import Conversation
from copilot.framing import choose_frame
from copilot.guard import guard
from copilot.incidents import Incident, informed
from copilot.perception import VectorHead, perceive
from copilot.planted import honest_card
from copilot.retrieval import retrieve
from copilot.rules import Ruleset
from copilot.suggesters import Suggester
from copilot.suggestion import Draft, Result
from knowledge import Framework, Retriever


@dataclass(frozen=True)
class Parts:
    """The concrete stages of one installation; `copilot/app.py` picks them."""

    retriever: Retriever
    suggester: Suggester
    rules: Ruleset
    voice: Voice = field(default_factory=Voice)
    brand: str | None = None
    head: VectorHead | None = None
    incidents: Callable[[], Sequence[Incident]] = tuple


def understand(
    conversation: Conversation, parts: Parts, *, framework: Framework | None = None
) -> Brief:
    """Read the conversation, find what the company knows, choose how to answer."""
    conversation = honest_card(conversation)
    perception = perceive(conversation, vectors=parts.head)
    conversation, perception = informed(conversation, perception, parts.incidents())
    found = retrieve(conversation, perception, parts.retriever, brand=parts.brand)
    frame = choose_frame(perception, conversation, framework=framework)
    return Brief(
        conversation=conversation,
        perception=perception,
        frame=frame,
        hits=found.hits,
        cases=found.cases,
        voice=parts.voice,
    )


def suggest(
    conversation: Conversation, parts: Parts, *, framework: Framework | None = None
) -> Result:
    """Answer a conversation: at most three suggestions, best first, each through the guard.

    `framework` is the operator's own choice; without it the decision table decides.
    """
    brief = understand(conversation, parts, framework=framework)
    drafts = parts.suggester.draft(brief)
    return answered(brief, drafts, parts, notices=parts.suggester.notices())


def answered(
    brief: Brief, drafts: Sequence[Draft], parts: Parts, *, notices: tuple[str, ...] = ()
) -> Result:
    """Return what is said of a conversation with these drafts, each through the guard."""
    return Result(
        conversation=brief.conversation.id,
        incident=brief.conversation.card.incident,
        perception=brief.perception,
        frame=brief.frame,
        hits=brief.hits,
        cases=brief.cases,
        suggestions=guard(drafts, brief, parts.rules),
        notices=notices,
    )
