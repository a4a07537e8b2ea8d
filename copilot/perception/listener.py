"""The conversation as the rest of the pipeline sees it: person, matter, facts, risk."""

from typing import Literal

from copilot.brief import Emotion, Fact, Perception, Risk
from copilot.conversation import Conversation
from copilot.perception.emotion import emotion_of
from copilot.perception.facts import facts_of
from copilot.perception.hearing import CRITICAL
from copilot.perception.hostility import FAILURES, distress
from copilot.perception.language import conversation_language
from copilot.perception.mood import moods_of
from copilot.perception.request import requests_of
from copilot.perception.signals import signals_of
from copilot.perception.turns import Turn, customer_turns
from copilot.perception.vectors import VectorHead
from knowledge import Failure, Locale

_RISKS: tuple[tuple[Risk, tuple[str, ...]], ...] = (
    ("self_harm", ("self_harm",)),
    ("violence", ("violence_threat",)),
    ("health", ("health_risk",)),
    ("safety", ("safety_risk",)),
    ("fraud", ("fraud_suspected", "account_takeover")),
    ("privacy", ("data_leak",)),
    ("legal", ("legal_threat", "regulator_threat")),
    ("publicity", ("extortion", "publicity_threat")),
    ("abuse", ("insult_operator",)),
    ("injection", ("prompt_injection",)),
)
_NEAR = 30  # turns and messages that say which language the thread is in
_TELLS_LANGUAGE = 500  # characters of a message that do
_ESCALATED = (CRITICAL - {"prompt_injection"}) | {"discrimination_claim"}
_OURS = (
    "broken_promise", "double_charge", "wrong_item", "missing_item", "rude_staff", "delay",
    "non_delivery", "reask_complaint", "bot_loop", "data_leak", "repeat_contact",
    "waiting_unanswered", "discrimination_claim",
)  # fmt: skip
_OURS_WHEN_UPSET = ("defect", "quality", "outage", "health_risk", "safety_risk", "sarcasm")
_NOT_OURS = ("customer_error", "fraud_suspected", "account_takeover", "impossible_request")
_OPEN = (
    "money_dispute",
    "money_loss",
    "third_party_fault",
    "health_risk",
    "safety_risk",
    "complaint",
)


def perceive(conversation: Conversation, *, vectors: VectorHead | None = None) -> Perception:
    """Say what a conversation tells of the person and the matter.

    Args:
        conversation: any, also an empty one or one in which only we have written.
        vectors: a trained head over sentence vectors that settles what words leave open; slow.
    """
    turns = customer_turns(conversation)
    language = _language(conversation, turns)
    if not turns:
        return Perception(language=language, facts=facts_of(conversation), failure="no")
    moods = moods_of(turns, vectors)
    mood, heat = moods[-1], moods[-1].hostility
    signals = signals_of(turns, moods)
    names = frozenset(signal.name for signal in signals)
    dangers = frozenset(danger.label for danger in mood.dangers.heard)
    need = distress(turns[-1], heat, dangers=dangers)
    requests = requests_of(turns)
    facts = facts_of(conversation)
    return Perception(
        language=language,
        hostility=heat,
        distress=need,
        emotion=_emotion(turns[-1], heat, need, names),
        signals=signals,
        facts=facts,
        request=requests[0] if requests else "",
        requests=requests,
        risk=_risk(names),
        needs_escalation=heat == 4 or bool(names & _ESCALATED) or _patience_gone(names),
        course=tuple(each.hostility for each in moods),
        upset=mood.upset,
        failure=_failure(names, heat, bought=_bought(turns[-1], facts)),
        address=_address(turns, language, heat),
    )


def _emotion(turn: Turn, heat: int, need: int, names: frozenset[str]) -> Emotion:
    return emotion_of(turn, hostility=heat, distress=need, signals=names)


def _language(conversation: Conversation, turns: tuple[Turn, ...]) -> Locale:
    earlier = [heard.text[:_TELLS_LANGUAGE] for turn in turns[-_NEAR:-1] for heard in turn.heard]
    ours = [
        m.text[:_TELLS_LANGUAGE] for m in conversation.messages[-_NEAR:] if m.role != "customer"
    ]
    last = turns[-1].text[: 4 * _TELLS_LANGUAGE] if turns else ""
    return conversation_language(last, earlier, (*ours, *conversation.card.notes))


def _risk(names: frozenset[str]) -> Risk:
    return next((risk for risk, signs in _RISKS if names.intersection(signs)), "none")


def _patience_gone(names: frozenset[str]) -> bool:
    return {"repeat_contact", "broken_promise"} <= names


def _bought(turn: Turn, facts: tuple[Fact, ...]) -> bool:
    """Say whether the thing came from us: what is wrong with it is then ours."""
    return turn.has("arrived") or any(fact.kind == "order" for fact in facts)


def _failure(names: frozenset[str], heat: int, *, bought: bool) -> Failure:
    if "customer_error" in names and not names.intersection(
        FAILURES - {"money_dispute", "money_loss"}
    ):
        return "no"
    if names.intersection(_NOT_OURS) and not names.intersection(_OURS):
        return "no"
    ours = set(_OURS) | (set(_OURS_WHEN_UPSET) if heat >= 2 else set())
    if names & ours or (bought and names & {"defect", "quality"}):
        return "yes"
    if names.intersection(_OPEN) or heat >= 1:
        return "unknown"
    return "no"


def _address(turns: tuple[Turn, ...], language: Locale, heat: int) -> Literal["vy", "ty"]:
    """Return how to address the customer: «ty» is theirs to offer, in Russian only."""
    if language != "ru":
        return "vy"
    if any(turn.has("propose_ty") for turn in turns):
        return "ty"
    said = sum(turn.count("ty_us") for turn in turns)
    return "ty" if said >= 2 and heat <= 1 else "vy"
