"""What is looked at when a case is scored: a reply with all that the product knows about it."""

import time
from typing import Any

from copilot import Conversation, Copilot
from copilot.brief import Brief
from copilot.conversation import Frozen
from copilot.rules import Act, acts_of, commitments, review
from copilot.suggestion import CommitmentCheck, Draft, Finding, Result, Sentence
from evals.cases import Case, Reply


class Found(Frozen):
    """A hit of the search, as far as scores need it."""

    document: str
    kind: str
    score: float
    strength: str


class Observation(Frozen):
    """One reply to one case, ready to be scored. `author` is the product or another hand."""

    case: str
    trial: int = 0
    author: str = "teplo"
    quality: str = ""
    text: str
    label: str = ""
    origin: str = ""
    sentences: tuple[Sentence, ...] = ()
    acts: tuple[Act, ...] = ()
    findings: tuple[Finding, ...] = ()
    commitments: tuple[CommitmentCheck, ...] = ()
    slots: tuple[str, ...] = ()
    blocked: bool = False
    hits: tuple[Found, ...] = ()
    framework: str = ""
    seconds: float | None = None
    tokens: int | None = None
    cost: float | None = None


def observe(copilot: Copilot, case: Case, *, trial: int = 0, llm: bool = False) -> Observation:
    """Let the product answer a case and look at its first suggestion."""
    conversation = case.conversation()
    started = time.perf_counter()
    result = copilot.suggest(conversation, llm=llm)
    seconds = time.perf_counter() - started
    hits = tuple(
        Found(document=h.document, kind=h.kind, score=h.score, strength=h.strength)
        for h in result.hits
    )
    base: dict[str, Any] = {
        "case": case.id, "trial": trial, "hits": hits, "framework": result.frame.framework,
        "seconds": round(seconds, 4),
    }  # fmt: skip
    if not result.suggestions:
        return Observation(text="", **base)
    best = result.suggestions[0]
    return Observation(
        text=best.text,
        label=best.label,
        origin=best.origin,
        sentences=best.sentences,
        acts=_acts(best.text, case, conversation),
        findings=best.findings,
        commitments=commitments(best.draft, _brief(copilot, conversation, result)),
        slots=best.slots,
        blocked=best.blocked,
        **base,
    )


def observe_reply(
    copilot: Copilot, case: Case, reply: Reply, *, brief: Brief | None = None
) -> Observation:
    """Look at a reply of another hand as strictly as at the product's own.

    `brief` spares reading and searching again where several replies to a case are looked at.
    """
    conversation = case.conversation()
    brief = brief or copilot.brief(conversation)
    draft = Draft.from_text(reply.text).model_copy(update={"origin": "llm"})
    return Observation(
        case=case.id,
        author=reply.author or reply.id,
        quality=reply.quality,
        text=reply.text,
        origin="llm",
        sentences=draft.sentences,
        acts=_acts(reply.text, case, conversation),
        findings=review(draft, brief, copilot.rules),
        commitments=commitments(draft, brief),
        slots=draft.slots,
        framework=brief.frame.framework,
    )


def _brief(copilot: Copilot, conversation: Conversation, result: Result) -> Brief:
    """Return the brief that a result came from, without searching twice."""
    return Brief(
        conversation=conversation,
        perception=result.perception,
        frame=result.frame,
        hits=result.hits,
        cases=result.cases,
        voice=copilot.settings.voice,
    )


def _acts(text: str, case: Case, conversation: Conversation) -> tuple[Act, ...]:
    return acts_of(text, case.lang, about=conversation.last_customer_text)
