"""What a model may not say as the customer: checked line by line, without asking anybody."""

from functools import cache
from typing import Literal

import regex

from copilot.conversation import Conversation, Frozen, Message
from copilot.perception import perceive
from copilot.perception.language import language_of
from copilot.roleplay.hearing import lexicon
from copilot.roleplay.phrases import stems_of
from copilot.roleplay.session import Play
from copilot.roleplay.state import State
from copilot.rules import acts_of
from copilot.rules.lexicon import compile_any, fold
from knowledge import Locale

Breach = Literal[
    "empty", "role_flip", "leak", "fabrication", "language", "address", "mood", "echo", "repeat",
    "long",
]  # fmt: skip
MAX_CHARS = 500
_ECHO, _REPEAT = 0.5, 0.8  # share of stems in common with the operator's last line, with own ones
_TOLD = 0.5  # share of a secret's own stems that gives it away
_HOTTER, _COOLER = 1, 2  # levels that a line may be off the mood: a bare answer sounds cool
_SERVICE = {"own", "compensate_within_limit", "offer_human", "escalate", "private_channel"}
_NUMBER = regex.compile(r"\d+(?:[.,:]\d+)*")
_LETTERS = 8  # letters from which a line shows its language


class Violation(Frozen):
    """Why a line may not be said; `detail` quotes it for the model's next attempt."""

    breach: Breach
    detail: str = ""


def violations(play: Play, state: State, line: str) -> tuple[Violation, ...]:
    """Return everything that forbids a line as this customer's next one.

    Args:
        play: the session before the line, the operator's last message included.
        state: the customer when saying it.
        line: what a model wrote.
    """
    if not line.strip():
        return (Violation(breach="empty"),)
    found = (
        _role_flip(play, line),
        _leak(play, state, line),
        _fabrication(play, state, line),
        _language(play, line),
        _address(play, line),
        _mood(state, line),
        *_echoes(play, line),
        Violation(breach="long", detail=str(len(line))) if len(line) > MAX_CHARS else None,
    )
    return tuple(violation for violation in found if violation is not None)


def _role_flip(play: Play, line: str) -> Violation | None:
    """A customer neither serves nor promises to look into it."""
    language = play.scenario.language
    served = _pattern(language, "service").search(fold(line.lower()))
    if served:
        return Violation(breach="role_flip", detail=served.group())
    acts = [act for act in acts_of(line, language) if act.name in _SERVICE]
    names = {act.name for act in acts}
    return Violation(breach="role_flip", detail=acts[0].text) if len(names) > 1 else None


def _leak(play: Play, state: State, line: str) -> Violation | None:
    scenario, known = play.scenario, set(state.known)
    public = stems_of(" ".join((*_spoken(play), *_open_texts(play, state))))
    secrets = [(n.id, f"{n.text} {n.line}") for n in scenario.needs if n.hidden]
    secrets += [(d.id, f"{d.text} {d.line}") for d in scenario.details if d.hidden]
    said = stems_of(line)
    for name, text in secrets:
        own = stems_of(text) - public
        if name not in known and len(own) > 1 and len(own & said) >= max(2, _TOLD * len(own) / 2):
            return Violation(breach="leak", detail=", ".join(sorted(own & said)))
    return None


def _fabrication(play: Play, state: State, line: str) -> Violation | None:
    """A number that stands nowhere the customer could have it from."""
    known = " ".join(
        (
            *_spoken(play),
            *_open_texts(play, state),
            *play.operator_lines,
            *play.scenario.card.facts.values(),
        )
    )
    numbers = set(_NUMBER.findall(known))
    made_up = [n for n in _NUMBER.findall(line) if n not in numbers]
    return Violation(breach="fabrication", detail=", ".join(made_up)) if made_up else None


def _language(play: Play, line: str) -> Violation | None:
    spoken = language_of(line)
    letters = sum(character.isalpha() for character in line)
    if spoken is None or letters < _LETTERS or spoken.language == play.scenario.language:
        return None
    return Violation(breach="language", detail=spoken.language)


def _address(play: Play, line: str) -> Violation | None:
    wrong = "ty" if play.scenario.persona.address == "vy" else "vy"
    found = _pattern(play.scenario.language, f"says_{wrong}").search(fold(line.lower()))
    return Violation(breach="address", detail=found.group()) if found else None


def _mood(state: State, line: str) -> Violation | None:
    heat = perceive(Conversation(messages=(Message(role="customer", text=line),))).hostility
    if -_COOLER <= heat - state.band <= _HOTTER:
        return None
    return Violation(breach="mood", detail=f"{heat} instead of {state.band}")


def _echoes(play: Play, line: str) -> tuple[Violation, ...]:
    mine = stems_of(line)
    if len(mine) < 3:
        return ()
    found: list[Violation] = []
    last = play.operator_lines[-1:]
    if last and len(mine & stems_of(last[0])) / len(mine) > _ECHO:
        found.append(Violation(breach="echo", detail=last[0][:80]))
    for earlier in play.customer_lines:
        old = stems_of(earlier)
        if old and len(mine & old) / len(mine | old) > _REPEAT:
            found.append(Violation(breach="repeat", detail=earlier[:80]))
            break
    return tuple(found)


def _spoken(play: Play) -> tuple[str, ...]:
    return (*play.customer_lines, play.scenario.persona.name)


def _open_texts(play: Play, state: State) -> tuple[str, ...]:
    """Return what the customer may speak of: open needs and facts, and those that came out."""
    known = set(state.known)
    needs = [f"{n.text} {n.line}" for n in play.scenario.needs if not n.hidden or n.id in known]
    details = [f"{d.text} {d.line}" for d in play.scenario.details if not d.hidden or d.id in known]
    return (*needs, *details)


@cache
def _pattern(language: Locale, name: str) -> "regex.Pattern[str]":
    return compile_any(lexicon(language).get(name, []))
