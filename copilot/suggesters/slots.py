"""Slots: what the thread and the card already tell, and lines filled with it."""

import re
from collections.abc import Mapping
from datetime import date

import regex

from copilot.brief import Brief, Fact
from copilot.cues import contact_number, wording
from knowledge import Locale, Script

_BRACES = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"^(?:the|a|an|my|our|your|this|that)\s+", re.IGNORECASE)
_MAX_VALUE_CHARS = 40  # a longer "fact" is a clause that the reader of facts took too much of
_THINGS = ("item", "product")
PERSONAL = (
    "order",
    "sum",
    "date",
    "name",
    "contact",
    "address",
    "track",
    "promo",
    "item",
    "product",
)


def known_slots(brief: Brief) -> dict[str, str]:
    """Return facts fit to be said back, by slot name.

    A kind with two different values is left out: which one a sentence means cannot be told.
    """
    known = {kind: said[0] for kind, said in _values(brief).items() if len(said) == 1}
    for thing, other in (_THINGS, _THINGS[::-1]):
        if thing not in spoken_kinds(brief) and other in known:
            known[thing] = known[other]
    if nth := contact_number(brief.perception):
        known["nth"] = nth
    if line := brief.voice.crisis_line or _noted_line(brief):
        known["crisis_line"] = line
    return known


def _noted_line(brief: Brief) -> str:
    """The crisis line that a note on the card names, where the settings name none."""
    named = regex.compile(wording(brief.perception.language)["crisis_number"], regex.IGNORECASE)
    found = (named.search(note) for note in brief.conversation.card.notes)
    return next((str(match[1]) for match in found if match), "")


def _values(brief: Brief) -> dict[str, list[str]]:
    """Return the different values of each kind of fact, in order; the card fills gaps."""
    values: dict[str, list[str]] = {}
    for fact in brief.perception.facts:
        said = _said(fact, brief.perception.language)
        if said and said not in values.setdefault(fact.kind, []):
            values[fact.kind].append(said)
    for kind, value in brief.conversation.card.facts.items():
        if value.strip() and len(value) <= _MAX_VALUE_CHARS and not values.get(kind):
            values[kind] = [value.strip()]
    return values


def spoken_kinds(brief: Brief) -> frozenset[str]:
    """Return the kinds of facts that somebody has already given, however many values they have."""
    kinds = {fact.kind for fact in brief.perception.facts}
    kinds.update(kind for kind, value in brief.conversation.card.facts.items() if value.strip())
    return frozenset(kinds)


def fill(line: str, known: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Put known values into `{slots}`; what nobody knows stays visible as `[label?]`."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return known.get(name) or f"[{labels.get(name, name.replace('_', ' '))}?]"

    return _capital(_BRACES.sub(value, line))


def slots_in(line: str) -> tuple[str, ...]:
    """Return the slot names of a line."""
    return tuple(_BRACES.findall(line))


def labels_for(script: Script | None, language: Locale) -> dict[str, str]:
    """Return what brackets are called: the script's own labels before the general ones."""
    labels: dict[str, str] = dict(wording(language)["labels"])
    if script is not None:
        labels.update({slot.name: slot.label for slot in script.slots})
    return labels


def _said(fact: Fact, language: Locale) -> str:
    value = fact.value.strip()
    if fact.kind in ("date", "deadline", "promise"):
        return _day(value, language) or (value if fact.message < 0 else "")
    if fact.kind == "sum":
        value = value if fact.span.isupper() else fact.span.strip() or value
    if fact.kind in _THINGS:
        value = _ARTICLE.sub("", value)
    fits = 0 < len(value) <= _MAX_VALUE_CHARS and "\n" not in value
    return value if fits else ""


def _day(value: str, language: Locale) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return ""
    words = wording(language)
    return str(words["date"]).format(day=day.day, month=words["months"][day.month - 1])


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:] if line[:1].islower() else line
