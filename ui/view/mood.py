"""How the person is and how to answer, as the panel shows it."""

import re
from typing import Literal

from copilot.brief import Frame, Perception
from copilot.conversation import Conversation, Frozen
from copilot.framing import explain
from knowledge import Locale
from ui.locales import name_of, words

MAX_CHIPS = 12
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_PERSONAL = 3  # from this hostility on, the operator is reminded that it is not about them
_SAID_BY_THE_METER = {"neutral", "irritated", "angry", "furious"}


class Meter(Frozen):
    """A scale of `top` marks of which `value` are filled, with the word for it."""

    name: str
    value: int
    top: int
    word: str


class Chip(Frozen):
    """A signal with the customer's words that show it, or a known fact with its value."""

    name: str
    value: str = ""
    quote: str = ""


class StepView(Frozen):
    """One step of the framework."""

    letter: str
    name: str
    state: Literal["done", "next", "later"]


class WayView(Frozen):
    """How to answer: the framework in force, its steps and the reason in one sentence."""

    framework: str
    framework_name: str
    chosen: bool
    steps: tuple[StepView, ...]
    why: str


class MoodView(Frozen):
    """The state of the person and what is known of the matter."""

    hostility: Meter
    distress: Meter
    emotion: str
    course: tuple[int, ...]
    signals: tuple[Chip, ...]
    facts: tuple[Chip, ...]
    request: str
    alarm: str
    escalate: bool
    not_about_you: bool


def mood_view(perception: Perception, conversation: Conversation, language: Locale) -> MoodView:
    """Put what was perceived into the words of the screen."""
    w = words(language)
    hostility, distress = perception.hostility, perception.distress
    return MoodView(
        hostility=Meter(
            name=w["state"]["hostility"], value=hostility, top=4, word=w["hostility"][hostility]
        ),
        distress=Meter(
            name=w["state"]["distress"], value=distress, top=3, word=w["distress"][distress]
        ),
        emotion=_emotion(perception, language),
        course=perception.course,
        signals=_signals(perception, language),
        facts=_facts(perception, conversation, language),
        request=perception.request,
        alarm="" if perception.risk == "none" else name_of("risks", perception.risk, language),
        escalate=perception.needs_escalation,
        not_about_you=hostility >= _PERSONAL,
    )


def way_view(frame: Frame, language: Locale, *, chosen: bool) -> WayView:
    """Show the steps: those taken in this thread, the ones this reply takes, the rest."""
    names = words(language)["steps"].get(frame.framework, {})
    return WayView(
        framework=frame.framework,
        framework_name=name_of("frameworks", frame.framework, language),
        chosen=chosen,
        steps=tuple(
            StepView(letter=step, name=names.get(step, step), state=_state(step, frame))
            for step in frame.steps
        ),
        why=explain(frame, language),
    )


def _as_read(value: str) -> str:
    """Turn a date of the machines into one of people: day, month, year."""
    iso = _ISO_DATE.fullmatch(value)
    return f"{iso[3]}.{iso[2]}.{iso[1]}" if iso else value


def _emotion(perception: Perception, language: Locale) -> str:
    if perception.emotion in _SAID_BY_THE_METER:
        return ""
    return name_of("emotions", perception.emotion, language)


def _state(step: str, frame: Frame) -> Literal["done", "next", "later"]:
    if step in frame.next:
        return "next"
    return "done" if step in frame.done else "later"


def _signals(perception: Perception, language: Locale) -> tuple[Chip, ...]:
    spans: dict[str, str] = {}
    for signal in perception.signals:
        spans[signal.name] = spans.get(signal.name) or signal.span
    chips = (Chip(name=name_of("signals", n, language), quote=span) for n, span in spans.items())
    return tuple(chips)[:MAX_CHIPS]


def _facts(
    perception: Perception, conversation: Conversation, language: Locale
) -> tuple[Chip, ...]:
    known = {(fact.kind, fact.value): fact.span for fact in perception.facts}
    for kind, value in conversation.card.facts.items():
        known.setdefault((kind, value), "")
    return tuple(
        Chip(name=name_of("facts", kind, language), value=_as_read(value), quote=span)
        for (kind, value), span in known.items()
    )[:MAX_CHIPS]
