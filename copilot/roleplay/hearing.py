"""What the customer hears in the operator's message: acts with their words, promises, questions."""

from functools import cache
from importlib.resources import files
from typing import Any

import regex
import yaml
from pydantic import Field

from copilot.brief import Brief, Frame, Perception
from copilot.conversation import Conversation, Frozen, Message
from copilot.perception import perceive
from copilot.perception.language import language_of
from copilot.roleplay.phrases import fits, stems_of
from copilot.roleplay.scenario import Mover, Scenario
from copilot.roleplay.weights import GENERIC, SUPPOSED, WEIGHTS
from copilot.rules import Act, acts_of, commitments
from copilot.rules.lexicon import compile_any, fold
from copilot.rules.parts import sentences_of
from copilot.rules.verdicts import SUPPORTED
from copilot.suggestion import Draft
from knowledge import Locale

_ALIKE = 0.8  # share of stems from which a sentence repeats an earlier one
_WORDS = 3  # stems a sentence needs before it can be called a repetition
_PROMISING = {"next_step", "own", "follow_up", "answer", "escalate", "options", "workaround"}
_FOREIGN_LETTERS = 12  # letters from which a message counts as written in another language


class Move(Frozen):
    """One act of the operator as this customer takes it: `strength` 0-1, with the words of it."""

    act: str
    span: str = ""
    strength: float = Field(default=1, ge=0, le=1)
    rule: str = ""
    start: int = 0
    mover: Mover | None = None


class Vow(Frozen):
    """A promise heard, and whether anything the operator may rely on carries it."""

    span: str
    supported: bool
    source: str = ""


class Heard(Frozen):
    """Everything the customer takes from one message of the operator."""

    text: str
    moves: tuple[Move, ...] = ()
    vows: tuple[Vow, ...] = ()
    open_question: str = ""
    asks: bool = False
    names: frozenset[str] = frozenset()

    @property
    def leads_with_help(self) -> bool:
        """Whether help comes before any sign of having listened."""
        listens = [m.start for m in self.moves if _sort(m) == "listen" and m.strength > GENERIC]
        helps = [m.start for m in self.moves if _sort(m) == "influence"]
        return bool(helps) and (not listens or min(helps) < min(listens))


def hear(
    scenario: Scenario,
    text: str,
    *,
    customer: tuple[str, ...],
    operator: tuple[str, ...],
    conversation: Conversation,
) -> Heard:
    """Read one message of the operator as the customer of a scenario does.

    Args:
        scenario: whose customer it is.
        text: what the operator wrote.
        customer: what the customer wrote so far, newest last.
        operator: what the operator wrote before this message.
        conversation: the thread up to here, with the card that promises may rest on.
    """
    language = scenario.language
    if not any(character.isalnum() for character in text):
        return Heard(text=text, moves=(Move(act="empty", span=text.strip()[:40]),))
    if strange := _foreign(text, language):
        return Heard(text=text, moves=(Move(act="foreign", span=strange),))
    theirs = stems_of(" ".join((*customer[-2:], *scenario.opening, *_case(scenario))))
    acts = acts_of(text, language, about="\n".join(customer[-2:]))
    helping = tuple(
        s for n in scenario.needs if n.kind == "outcome" and (s := fits(text, n.met_by))
    )
    moves = [m for act in acts if (m := _move(act, theirs, language, acts)) is not None]
    moves = _helped(moves, helping, text)
    moves += _more(scenario, text, language, customer=customer, operator=operator, acts=acts)
    return Heard(
        text=text,
        moves=tuple(moves),
        vows=_vows(text, conversation, language),
        open_question=next((m.span for m in moves if m.act == "open_question"), ""),
        asks="?" in text or _pattern(language, "requests").search(fold(text.lower())) is not None,
        names=frozenset(act.name for act in acts),
    )


def _sort(move: Move) -> str:
    return WEIGHTS[move.act].sort if move.act in WEIGHTS else "soft"


def _case(scenario: Scenario) -> tuple[str, ...]:
    needs = [need.text for need in scenario.needs]
    known = (*scenario.card.facts.values(), *scenario.card.notes, scenario.situation)
    return (*needs, *(detail.text for detail in scenario.details), *known)


def _move(act: Act, theirs: frozenset[str], language: Locale, acts: tuple[Act, ...]) -> Move | None:
    name = SUPPOSED.get(act.name, act.name)
    if name == "ask":
        name = "open_question" if _opens(act.text, language) else "closed_question"
    if name == "escalate":
        explained = {"deadline", "follow_up", "explain_reason"} & {a.name for a in acts}
        name = "concrete_step" if explained else "transfer"
    if name not in WEIGHTS or (name == "deadline" and _retold(act, acts, language)):
        return None
    sort = WEIGHTS[name].sort
    named = bool(stems_of(act.text) & theirs) or any(c.isdigit() for c in act.text)
    full = sort == "harm" or name == "closed_question" or (act.specific and named)
    return Move(
        act=name, span=act.text, strength=1 if full else GENERIC, rule=act.name, start=act.start
    )


def _retold(act: Act, acts: tuple[Act, ...], language: Locale) -> bool:
    """Say whether a time stands in what happened or in a question, and promises nothing."""
    beside = {other.name for other in acts if other.start == act.start}
    return _opens(act.text, language) or ("ack" in beside and not beside & _PROMISING)


def _opens(sentence: str, language: Locale) -> bool:
    asked = _pattern(language, "open_questions").search(fold(sentence.lower()))
    return asked is not None and sentence.rstrip().endswith("?")


def _helped(moves: list[Move], helping: tuple[str, ...], text: str) -> list[Move]:
    """Take a sentence that gives the customer what they came for as help, not as a retelling."""
    for span in helping:
        at = max(0, text.find(span.split(" ")[0]) if span not in text else text.index(span))
        moves = [
            m
            for m in moves
            if m.act != "paraphrase" or m.span not in span or m.rule == "confirm_understanding"
        ]
        moves.append(Move(act="concrete_step", span=span, rule="scenario", start=at))
    return moves


def _more(
    scenario: Scenario,
    text: str,
    language: Locale,
    *,
    customer: tuple[str, ...],
    operator: tuple[str, ...],
    acts: tuple[Act, ...],
) -> list[Move]:
    """Find what is seen only across messages, in this customer's triggers, or in plain abuse."""
    found: list[Move] = []
    if repeated := _repeated(text, operator):
        found.append(Move(act="template_repeat", span=repeated))
    if _orders(text, language):
        found.append(Move(act="orders_customer", span=text.strip()[:120]))
    spoken = perceive(Conversation(messages=(Message(role="customer", text=text),)))
    if spoken.hostility == 4 or spoken.has("insult_operator", "violence_threat", "profanity"):
        spans = [s.span for s in spoken.signals if s.name != "caps"]
        found.append(Move(act="abuse", span=spans[0] if spans else text.strip()[:80]))
    if asked := _unanswered(text, customer, acts):
        found.append(Move(act="ignored_question", span=asked))
    own = [(m, _sets_off(m, text, acts)) for m in (*scenario.triggers, *scenario.soothers)]
    return found + [Move(act=m.id, span=s, rule="scenario", mover=m) for m, s in own if s]


def _sets_off(mover: Mover, text: str, acts: tuple[Act, ...]) -> str:
    said = next((act.text for act in acts if act.name in mover.acts), "")
    return said or fits(text, mover.said)


def _repeated(text: str, operator: tuple[str, ...]) -> str:
    earlier = [stems_of(part.text) for message in operator for part in sentences_of(message)]
    for part in sentences_of(text):
        mine = stems_of(part.text)
        if len(mine) >= _WORDS and any(
            len(mine & old) / len(mine | old) >= _ALIKE for old in earlier
        ):
            return part.text
    return ""


def _unanswered(text: str, customer: tuple[str, ...], acts: tuple[Act, ...]) -> str:
    """Quote the customer's question that this message passes by, if it does."""
    if not customer or "?" not in customer[-1]:
        return ""
    helps = {"answer", "ask", "next_step", "deadline", "options", "follow_up", "explain_reason"}
    if helps & {act.name for act in acts}:
        return ""
    questions = [p.text for p in sentences_of(customer[-1]) if p.text.rstrip().endswith("?")]
    open_ = [q for q in questions if not stems_of(q) & stems_of(text)]
    return open_[-1] if open_ and len(open_) == len(questions) else ""


def _vows(text: str, conversation: Conversation, language: Locale) -> tuple[Vow, ...]:
    if conversation.now is None:
        return ()
    brief = Brief(
        conversation=conversation,
        perception=Perception(language=language),
        frame=Frame(framework="LEAD"),
    )
    checks = commitments(Draft.from_text(text), brief)
    return tuple(
        Vow(
            span=check.span,
            supported=check.scope == "own_followup" or check.verdict in SUPPORTED,
            source=check.source,
        )
        for check in checks
    )


def _foreign(text: str, language: Locale) -> str:
    spoken = language_of(text)
    letters = sum(character.isalpha() for character in text)
    if spoken is None or letters < _FOREIGN_LETTERS or spoken.language == language:
        return ""
    return text.strip()[:80] if spoken.sure or spoken.foreign else ""


def _orders(text: str, language: Locale) -> bool:
    return _pattern(language, "orders").search(fold(text.lower())) is not None


@cache
def _pattern(language: Locale, name: str) -> "regex.Pattern[str]":
    return compile_any(lexicon(language)[name])


@cache
def lexicon(language: Locale) -> Any:
    """Return the word lists of role-play in one language."""
    path = files("copilot").joinpath("roleplay", "lexicons", f"{language}.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))
