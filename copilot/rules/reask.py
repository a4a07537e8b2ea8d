"""Re-asking: questions for what the customer has already said, and steps already taken."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import regex

from copilot.brief import Brief, Fact
from copilot.rules.lexicon import compile_any, fold, load_lexicon, patterns
from copilot.rules.parts import Part
from copilot.rules.view import View
from copilot.suggestion import Finding
from knowledge import Locale

_SHOWN = 60  # characters of a fact that the operator sees in the reason
_REACH = 70  # how far from the request the thing may stand
_CONTACT = {"phone": regex.compile(r"(?:\d[\s()+-]*){7}"), "email": regex.compile(r"@")}


class _Kind(NamedTuple):
    name: str
    things: "regex.Pattern[str]"
    questions: "regex.Pattern[str]"
    card: frozenset[str]
    same: frozenset[str]


def reask(view: View) -> Iterator[Finding]:
    """Yield the sentences that ask for a known fact, saying where it was given."""
    known = _known(view.brief, view.language)
    if not known:
        return
    for sentence in view.sentences:
        low = fold(sentence.text.lower())
        if patterns(view.language, "reask", "innocent").search(low):
            continue
        for kind in _kinds(view.language):
            fact = known.get(kind.name)
            if fact is None or _names_value(low, fact) or not _asks(low, kind, view.language):
                continue
            yield _finding(view, sentence, fact, "reask")
            break


def retry(view: View) -> Iterator[Finding]:
    """Yield the sentences that tell the customer to do again what they have done."""
    tried = [fact for fact in _facts(view.brief) if fact.kind == "tried"]
    if not tried:
        return
    for sentence in view.sentences:
        low = fold(sentence.text.lower())
        if not patterns(view.language, "reask", "tell").search(low) or _tells_done(low, view):
            continue
        steps = _steps_in(low, view.language)
        for fact in tried:
            theirs = fold(f"{fact.value} {fact.span}".lower())
            if steps & (_steps_in(theirs, "ru") | _steps_in(theirs, "en")):
                yield _finding(view, sentence, fact, "retry")
                break


def _tells_done(low: str, view: View) -> bool:
    """«You have restarted it already» and «no need to restart» take the step as done."""
    return patterns(view.language, "reask", "done").search(low) is not None


def _finding(view: View, sentence: Part, fact: Fact, check: str) -> Finding:
    words: dict[str, str] = view.wording["details"]
    place = "card" if fact.message < 0 else "message"
    value = (fact.span or fact.value)[:_SHOWN]
    why = words[f"{check}_{place}"].replace("{n}", str(fact.message + 1)).replace("{value}", value)
    return view.finding(check, "reask", "high", (sentence.start, sentence.end), why=why)


def _known(brief: Brief, language: Locale) -> dict[str, Fact]:
    """Return the newest known fact for each kind of question."""
    facts = _facts(brief)
    known: dict[str, Fact] = {}
    for kind in _kinds(language):
        for fact in facts:
            if fact.kind in kind.same and _fits(kind.name, fact.value):
                known[kind.name] = fact
    return known


def _facts(brief: Brief) -> list[Fact]:
    card = [
        Fact(kind=_card_kind(key), value=value, message=-1)
        for key, value in brief.conversation.card.facts.items()
        if value.strip()
    ]
    return [*card, *brief.perception.facts]


@cache
def _card_kind(key: str) -> str:
    low = key.strip().lower().replace("-", "_")
    for kind in (*_kinds("ru"), *_kinds("en")):
        if low in kind.card:
            return kind.name
    return low


def _fits(kind: str, value: str) -> bool:
    """A contact answers for a phone or for an e-mail, by its look."""
    return kind not in _CONTACT or _CONTACT[kind].search(value) is not None


def _names_value(low: str, fact: Fact) -> bool:
    """A sentence that says the value itself confirms it and does not ask for it."""
    value = fold(fact.value.lower()).strip()
    return len(value) > 1 and value in low


def _asks(low: str, kind: _Kind, language: Locale) -> bool:
    if kind.questions.search(low):
        return True
    things = [match.span() for match in kind.things.finditer(low)]
    if not things:
        return False
    asks = [match.span() for match in patterns(language, "reask", "ask").finditer(low)]
    return any(0 <= thing[0] - ask[0] <= _REACH for ask in asks for thing in things)


def _steps_in(low: str, language: Locale) -> frozenset[str]:
    return frozenset(name for name, pattern in _steps(language).items() if pattern.search(low))


@cache
def _steps(language: Locale) -> dict[str, "regex.Pattern[str]"]:
    table: dict[str, list[str]] = load_lexicon(language, "reask")["steps"]
    edge = r"(?<!\p{L})"
    return {name: compile_any([edge + one for one in words]) for name, words in table.items()}


@cache
def _kinds(language: Locale) -> tuple[_Kind, ...]:
    lexicon = load_lexicon(language, "reask")
    edge = r"(?<!\p{L})"
    return tuple(
        _Kind(
            name,
            compile_any([edge + one for one in table["things"]]),
            compile_any([edge + one for one in table["questions"]]),
            frozenset(table["card"]),
            frozenset(lexicon["same"].get(name, ())) | {name},
        )
        for name, table in lexicon["kinds"].items()
    )
