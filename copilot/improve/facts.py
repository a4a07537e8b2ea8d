"""What an edit may not touch, and the proof that it did not: numbers, links, names, promises."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import regex

from copilot.improve.words import words
from copilot.rules.promises import promises
from copilot.rules.quantities import Quantity, quantities
from knowledge import Locale

Span = tuple[int, int]

QUOTED = regex.compile(
    r"\u00ab(?:[^\u00ab\u00bb\n]|\u00ab[^\u00ab\u00bb\n]{0,200}\u00bb){1,300}+\u00bb"
    r"|[\u201c\u201e][^\u201c\u201d\u201e\n]{1,300}+[\u201d\u201c]"
    r"|(?<![\w\"])\"[^\"\n]{1,300}+\"(?![\p{L}\"])|`[^`\n]{1,300}+`"
)
_BRACKET = regex.compile(r"\[[^\[\]\n]{1,60}+\]|\{[^{}\n]{1,60}+\}")
_NUMBER = regex.compile(r"\d+(?:[\u00a0\u202f ]\d{3}(?!\d))*+(?:[.,:/\u2013-]\d+)*+")
_NUMBERED = regex.compile(r"(?<![\w\u2116#])[\p{L}_\u2116#/+-]{0,40}+\d[\w\u2116#/.+%-]*+")
_SIGN = regex.compile(r"[\u20bd$\u20ac\u00a3\u20b8%]")
_WORD = regex.compile(r"\p{L}[\p{L}'\u2019-]*+")
_HEADS = ".!?\u2026\n:\u2014\u2013-*\u2022)"
_SPACES = regex.compile(r"[\s\u00a0\u202f]+")
_ENDLESS = regex.compile(r"\p{L}{60,}+")  # no word; the reader of promises is slow on it
_CONTACTS = ("link", "email", "phone")


class Facts(NamedTuple):
    """What a text states that rewording must not change, each as often as it is said.

    `names` are capitalised words inside sentences, `capitals` all capitalised words, in lower case.
    """

    numbers: Counter[str]
    meanings: Counter[str]
    contacts: Counter[str]
    quotes: Counter[str]
    promised: Counter[str]
    questions: int
    promises: int
    names: Counter[str]
    capitals: Counter[str]

    def without_promises(self) -> "Facts":
        """Return the facts with no promise counted."""
        return self._replace(promised=Counter(), promises=0)


def protected(text: str) -> tuple[Span, ...]:
    """Return the spans that no rewording may touch: quotes, brackets, links, whatever has digits."""
    found = [match.span() for match in QUOTED.finditer(text)]
    found += [match.span() for match in _BRACKET.finditer(text)]
    found += [match.span() for match in _NUMBERED.finditer(text)]
    found += [(q.start, q.end) for q in quantities(text) if q.kind in _CONTACTS]
    return tuple(sorted(found))


def touches(start: int, end: int, spans: Iterable[Span]) -> bool:
    """Say whether `start:end` overlaps one of the spans; an empty place does inside of one."""
    return any(start < right and left < end for left, right in spans)


@lru_cache(maxsize=512)
def facts_of(text: str, language: Locale, today: date | None) -> Facts:
    """Return the facts of a text; `today` tells dates said in words from each other."""
    said = quantities(text, today)
    contacts = [q for q in said if q.kind in _CONTACTS]
    rest = [q for q in said if q.kind not in (*_CONTACTS, "number")]
    heard = promises(_ENDLESS.sub(" ", text), language, today)
    names, capitals = _names(text, language)
    return Facts(
        numbers=Counter([_bare(m.group()) for m in _NUMBER.finditer(text)] + _SIGN.findall(text)),
        meanings=Counter(_meaning(q) for q in rest),
        contacts=Counter(_bare(q.unit or q.text) for q in contacts),
        quotes=Counter(_bare(m.group()[1:-1]) for m in QUOTED.finditer(text)),
        promised=Counter(_meaning(q) for promise in heard for q in promise.numbers),
        questions=len(regex.findall(r"\?+", text)),
        promises=len(heard),
        names=names,
        capitals=capitals,
    )


def broken(
    before: Facts, after: Facts, *, added: Facts | None = None, clearer: bool = False
) -> str:
    """Return which fact a rewording has changed, as a key of the wording, or an empty string.

    Args:
        before: The facts of the text that came in.
        after: The facts of the rewritten text.
        added: The facts of sentences put in on purpose from known sources.
        clearer: Plainer words may make a term or a promise audible that officialese or a typing
            error had hidden; none may be lost.
    """
    for name in ("numbers", "meanings", "contacts", "quotes"):
        had, has = getattr(before, name), getattr(after, name)
        grown = has - had - (getattr(added, name) if added else Counter())
        if had - has or (grown and not (clearer and name == "meanings")):
            return name
    new_capitals = added.capitals if added else Counter[str]()
    if before.names - after.capitals or after.names - before.capitals - new_capitals:
        return "names"
    if after.questions != before.questions + (added.questions if added else 0):
        return "questions"
    if before.promised - after.promised or after.promises < before.promises:
        return "promises"
    grown = after.promises > before.promises or bool(after.promised - before.promised)
    return "promises" if grown and added is None and not clearer else ""


def _meaning(quantity: Quantity) -> str:
    return f"{quantity.kind} {quantity.top} {quantity.unit}"


def _names(text: str, language: Locale) -> tuple[Counter[str], Counter[str]]:
    common = frozenset(words(language, "facts")["not_names"])
    names: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for match in _WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.lower() in common:
            continue
        capitals[word.lower()] += 1
        shouted = len(word) > 1 and word.isupper()
        if not shouted and not initial(text, match.start()):
            names[word.lower()] += 1
    return names, capitals


def initial(text: str, at: int) -> bool:
    """Say whether an offset begins a sentence, a line or a quotation."""
    while at and text[at - 1] in " \t\u00a0\u00ab\"'(\u201c\u201e[":
        at -= 1
    return at == 0 or text[at - 1] in _HEADS


def _bare(written: str) -> str:
    return str(_SPACES.sub("", written))
