"""The practice page before and during a conversation: cards, sessions, bubbles, the mood."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from copilot.conversation import Frozen
from copilot.records.roleplays import Sitting
from copilot.roleplay import Play, Scenario
from knowledge import Locale
from ui.locales import name_of, words


class ScenarioCard(Frozen):
    """A scenario to choose; `sought` is what a search looks through, in small letters."""

    id: str
    number: str
    title: str
    language: str
    situation: str
    difficulty: int
    framework: str
    skills: tuple[str, ...]
    heavy: bool
    played: int
    sought: str


class SittingRow(Frozen):
    """One session in a list."""

    id: str
    title: str
    date: str
    ending: str = ""
    turns: int = 0
    again: bool = False
    shared: bool = False
    waits: bool = False
    who: str = ""
    comments: int = 0
    disputes: int = 0


class Bubble(Frozen):
    """One message of the conversation, or what the trainee did instead of one."""

    by: Literal["customer", "operator"]
    text: str
    hinted: bool = False
    seconds: int = 0
    action: str = ""


class Bar(Frozen):
    """One measure of the mood: 0-100 percent and a key for its colour."""

    key: str
    name: str
    percent: int


def decimal(value: float, language: Locale, digits: int = 1) -> str:
    """Write a number the way the language does, without useless zeros."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", str(words(language, "practice")["debrief"]["point"]))


def signed_number(value: float, language: Locale) -> str:
    """Write a change of the mood with its sign."""
    return ("+" if value > 0 else "\u2212") + decimal(abs(value), language, 2)


def day(moment: datetime, language: Locale) -> str:
    """Write the day and hour of a session, where the reader is."""
    return moment.astimezone().strftime(str(words(language, "practice")["moment"]))


def heavy(scenario: Scenario) -> bool:
    """Say whether a scenario is about life and death: its checklist decides, not the outcome."""
    return scenario.judged_by == "checklist"


def scenario_cards(
    scenarios: Iterable[Scenario], sittings: Iterable[Sitting], language: Locale
) -> tuple[ScenarioCard, ...]:
    """Return the scenarios as cards, those in the language of the screen first, easy before hard."""
    played = Counter(sitting.scenario_id for sitting in sittings)
    ordered = sorted(scenarios, key=lambda s: (s.language != language, s.difficulty))
    return tuple(
        ScenarioCard(
            id=s.id,
            number=s.number,
            title=s.title,
            language=s.language,
            situation=s.situation,
            difficulty=s.difficulty,
            framework=s.framework,
            skills=s.skills,
            heavy=heavy(s),
            played=played[s.id],
            sought=" ".join((s.number, s.title, s.situation, *s.skills, *s.goals)).lower(),
        )
        for s in ordered
    )


def sitting_row(sitting: Sitting, language: Locale, play: Play | None = None) -> SittingRow:
    """Return a session as one row of a list."""
    kinds = Counter(str(note.get("kind")) for note in sitting.notes)
    return SittingRow(
        id=sitting.id,
        title=sitting.title,
        date=day(sitting.started, language),
        ending=name_of("endings", sitting.ending, language) if sitting.ending else "",
        turns=len(play.exchanges) if play else 0,
        again=bool(sitting.again_of),
        shared=sitting.shared,
        waits=bool(sitting.ending) and not sitting.diagnosis,
        who=signed(sitting),
        comments=kinds["comment"],
        disputes=kinds["dispute"],
    )


def signed(sitting: Sitting) -> str:
    """Return the name under which a session was shown to the trainer; often there is none."""
    names = [str(n.get("name", "")) for n in sitting.notes if n.get("kind") == "name"]
    return names[-1] if names else ""


def bubbles(play: Play) -> tuple[Bubble, ...]:
    """Return the conversation so far."""
    found = [Bubble(by="customer", text=text) for text in play.scenario.opening]
    for exchange in play.exchanges:
        said = exchange.said
        action = "" if said.action == "say" else said.action
        found.append(
            Bubble(
                by="operator",
                text=said.text,
                hinted=said.hinted,
                seconds=round(said.seconds),
                action=action,
            )
        )
        if exchange.customer:
            found.append(Bubble(by="customer", text=exchange.customer))
    return tuple(found)


def mood_bars(play: Play, language: Locale) -> tuple[Bar, ...]:
    """Return anger, trust and being heard as the customer feels them now."""
    names = words(language, "practice")["debrief"]
    state = play.state
    return tuple(
        Bar(key=key, name=str(names[key]), percent=round(100 * value))
        for key, value in (("anger", state.anger), ("trust", state.trust), ("heard", state.heard))
    )
