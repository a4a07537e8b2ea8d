"""The debrief as the page and the report show it: best first, turn by turn, then the grounds."""

from typing import Any

from copilot.conversation import Frozen
from copilot.records.roleplays import Sitting
from copilot.roleplay import Play
from copilot.roleplay.criteria import Evidence, Score
from copilot.roleplay.debrief import Debrief, Discovery, Step
from copilot.roleplay.steps import steps_of
from knowledge import Locale
from ui.locales import name_of, words
from ui.view.practice import Bar, decimal, signed_number

_FOUR = 4


class Moved(Frozen):
    """What an act did: its name, the words that show it, and the change of each measure as text."""

    name: str
    quote: str
    good: bool
    changes: str


class Remark(Frozen):
    """A note on a turn: an objection of the trainee or a word of the trainer."""

    kind: str
    text: str


class TurnView(Frozen):
    """One turn."""

    n: int
    operator: str
    customer: str
    action: str
    hinted: bool
    seconds: int
    moods: tuple[Bar, ...]
    patience: str
    moved: tuple[Moved, ...]
    steps: tuple[tuple[str, str, bool], ...]
    better: str
    source: str
    remarks: tuple[Remark, ...]


class ScoreView(Frozen):
    """One side of the conversation: how far of four, and its grounds."""

    name: str
    percent: int | None
    value: str
    evidence: tuple[Moved, ...]
    better: str
    source: str


class Found(Frozen):
    """Something that the customer did not say at first; `turn` counts from 1, 0 if it never came."""

    text: str
    turn: int
    question: str


class Checked(Frozen):
    """A line of the checklist: kept or not, and the word for it."""

    text: str
    kept: bool
    word: str


class DebriefView(Frozen):
    """Everything but the charts."""

    ending: str
    best: tuple[Moved, ...]
    starters: tuple[str, ...]
    turns: tuple[TurnView, ...]
    scores: tuple[ScoreView, ...]
    found: tuple[Found, ...]
    checklist: tuple[Checked, ...]


def debrief_view(play: Play, debrief: Debrief, sitting: Sitting, language: Locale) -> DebriefView:
    """Put a debrief into the words of the screen."""
    return DebriefView(
        ending=name_of("endings", debrief.ending, language),
        best=tuple(moved(e, language) for e in debrief.best),
        starters=() if debrief.best else _starters(play),
        turns=tuple(_turn(play, step, sitting, language) for step in debrief.turns),
        scores=tuple(_score(play, score, language) for score in debrief.scores),
        found=tuple(_found(one) for one in debrief.discoveries),
        checklist=_checklist(play, debrief, language),
    )


def moved(evidence: Evidence, language: Locale) -> Moved:
    """Say what an act did, in the words of the screen."""
    names = words(language, "practice")["debrief"]
    parts = [
        f"{names[key]} {signed_number(value, language)}"
        for key, value in (
            ("anger", evidence.anger), ("trust", evidence.trust), ("heard", evidence.heard)
        )
        if abs(value) >= 0.005
    ]  # fmt: skip
    return Moved(
        name=evidence.label or name_of("moves", evidence.act, language),
        quote=evidence.span,
        good=evidence.anger - evidence.trust - evidence.heard <= 0,
        changes=" · ".join(parts),
    )


def source_name(play: Play, source: str, language: Locale) -> str:
    """Say where a better line comes from."""
    w = words(language, "practice")["debrief"]
    if not source:
        return ""
    name = source.partition(":")[2]
    need = next((need for need in play.scenario.needs if need.id == name), None)
    return str(w["from_need"]).format(text=need.text) if need else str(w["from_reference"])


def _starters(play: Play) -> tuple[str, ...]:
    ref = play.scenario.reference
    return (*ref.acknowledge[:1], *ref.empathise[:1], *ref.own[:1])


def _turn(play: Play, step: Step, sitting: Sitting, language: Locale) -> TurnView:
    said = play.exchanges[step.turn].said
    names = words(language, "practice")["debrief"]
    letters = set(step.steps)
    steps = words(language)["steps"].get(play.scenario.framework, {})
    return TurnView(
        n=step.turn + 1,
        operator=step.operator,
        customer=step.customer,
        action="" if said.action == "say" else str(names["actions"][said.action]),
        hinted=step.hinted,
        seconds=round(said.seconds),
        moods=tuple(
            Bar(key=key, name=str(names[key]), percent=round(100 * value))
            for key, value in (
                ("anger", step.anger), ("trust", step.trust), ("heard", step.heard)
            )
        ),
        patience=decimal(max(0.0, step.patience), language),
        moved=tuple(moved(e, language) for e in step.moved),
        steps=tuple(
            (letter, str(steps.get(letter, letter)), letter in letters)
            for letter, _ in steps_of(play.scenario.framework)
        ),
        better=step.better,
        source=source_name(play, step.source, language),
        remarks=_remarks(sitting, step.turn),
    )  # fmt: skip


def _remarks(sitting: Sitting, turn: int) -> tuple[Remark, ...]:
    return tuple(
        Remark(kind=str(note["kind"]), text=str(note.get("text", "")))
        for note in sitting.notes
        if note.get("kind") in ("dispute", "comment") and note.get("turn") == turn
    )


def _score(play: Play, score: Score, language: Locale) -> ScoreView:
    w = words(language, "practice")["debrief"]
    value = score.value
    return ScoreView(
        name=name_of("criteria", score.criterion, language),
        percent=None if value is None else round(100 * value / _FOUR),
        value=str(w["no_occasion"])
        if value is None
        else str(w["of_four"]).format(value=decimal(value, language)),
        evidence=tuple(moved(e, language) for e in score.evidence),
        better=score.better,
        source=source_name(play, score.source, language),
    )


def _found(one: Discovery) -> Found:
    turn = 0 if one.turn is None else one.turn + 1
    return Found(text=one.text, turn=turn, question=one.question)


def _checklist(play: Play, debrief: Debrief, language: Locale) -> tuple[Checked, ...]:
    w: Any = words(language, "practice")["debrief"]
    kept = set(debrief.ticked)
    word = {(True, False): "done", (False, False): "missed", (True, True): "avoided",
            (False, True): "broken"}  # fmt: skip
    return tuple(
        Checked(
            text=item.text, kept=item.id in kept, word=str(w[word[item.id in kept, item.never]])
        )
        for item in play.scenario.checklist
    )
