"""Verbs out of nouns of action: «a check is being carried out» becomes «we are checking»."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import regex

from copilot.improve.cutting import like
from copilot.improve.facts import initial
from copilot.improve.plainer import english_forms
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.wordforms import (
    Token,
    phrase_at,
    phrase_in,
    readings,
    tokens,
    verb_grammemes,
    word_like,
)
from copilot.improve.words import Swap, words

_GOING, _DONE = 0, 1
_ENDS = ("", ".", "!", "?", ";", ",")
_WE: dict[str, tuple[str, ...]] = {
    "pres": ("indc", "1per", "plur", "pres"),
    "futr": ("indc", "1per", "plur", "futr"),
    "past": ("indc", "plur", "past"),
}


class _Carrier(NamedTuple):
    """A verb that only carries a noun: its words, aspect (0 going on, 1 done) and what to say."""

    first: int
    last: int
    aspect: int
    grammemes: tuple[str, ...]


def carried(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield a verb for a carrying verb with its noun: «carry out a check of» becomes «check»."""
    if setting.language == "en":
        yield from _english(text)
        return
    found = tokens(text)
    for n in range(len(found)):
        carrier = _active(found, n)
        edit = _after(text, found, carrier, "accs") if carrier is not None else None
        if edit is not None:
            yield edit


def passive(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield a verb of ours for a passive one with its noun, in either order."""
    if setting.language == "en":
        return
    found = tokens(text)
    for n in range(len(found)):
        carrier = _undergone(found, n)
        if carrier is None or _denied(found, n):
            continue
        edit = _after(text, found, carrier, "nomn") or _before(text, found, carrier)
        if edit is not None:
            yield edit


def _active(found: list[Token], n: int) -> _Carrier | None:
    for reading in readings(found[n].low):
        aspect = _light().get(str(reading.normal_form))
        same = str(reading.tag.aspect) == ("perf" if aspect == _DONE else "impf")
        if aspect is not None and same and str(reading.tag.POS) in ("VERB", "INFN"):
            return _Carrier(n, n, aspect, verb_grammemes(reading.tag))
    return None


def _undergone(found: list[Token], n: int) -> _Carrier | None:
    """Read «is carried out», «will be carried out», «was carried out» at a token."""
    lexicon = words("ru", "nominal")
    low = found[n].low
    if low in lexicon["passive"]:
        return _Carrier(n, n, _GOING, _WE["pres"])
    part = next((r for r in readings(low) if str(r.tag.POS) == "PRTS"), None)
    if part is None or _light().get(str(part.normal_form)) is None:
        return None
    aspect = _light()[str(part.normal_form)]
    before = found[n - 1].low if n else ""
    if before in lexicon["will_be"]:
        return _Carrier(n - 1, n, aspect, _WE["futr"])
    first = n - 1 if before in lexicon["was"] else n
    return _Carrier(first, n, aspect, _WE["past"])


def _denied(found: list[Token], n: int) -> bool:
    return n > 0 and found[n - 1].low in words("ru", "nominal")["not"]


def _after(text: str, found: list[Token], carrier: _Carrier, case: str) -> Edit | None:
    """Put a verb for the carrier and the noun right after it, with the object of the noun."""
    at = carrier.last + 1
    if at >= len(found) or text[found[carrier.last].end : found[at].start] != " ":
        return None
    said = _said(text, found, at, carrier, case)
    if said is None or (
        case == "accs" and said[1] == found[at].end and text[said[1] :][:1] in _ENDS
    ):
        return None  # «we have checked.» does not say what
    start = found[carrier.first].start
    verb, end = said
    return Edit(start, end, like(found[carrier.first].text, verb), "verb")


def _before(text: str, found: list[Token], carrier: _Carrier) -> Edit | None:
    """Put a verb for a noun that opens its sentence and the carrier after it."""
    for at in range(carrier.first - 1, max(-1, carrier.first - 6), -1):
        noun = found[at]
        if not initial(text, noun.start) and not text[: noun.start].endswith(", "):
            continue
        said = _said(text, found, at, carrier, "nomn")
        if said is None or said[1] != found[carrier.first - 1].end:
            return None
        end = found[carrier.last].end
        if "," in text[noun.start : end] or _by_somebody(text, found, carrier.last):
            return None
        return Edit(noun.start, end, like(noun.text, said[0]), "verb")
    return None


def _said(
    text: str, found: list[Token], at: int, carrier: _Carrier, case: str
) -> tuple[str, int] | None:
    """Return the verb with its object for the noun of action at a token, and where that ends."""
    noun = next((r for r in readings(found[at].low) if _acts(r, case)), None)
    if noun is None:
        return None
    verbs: dict[str, list[str]] = words("ru", "plainer")["nominal"]
    aspect = _GOING if "pres" in carrier.grammemes else carrier.aspect
    if carrier.grammemes == _WE["futr"]:
        aspect = _DONE
    verb = word_like(verbs[str(noun.normal_form)][aspect], "VERB", carrier.grammemes)
    if carrier.grammemes == ("INFN",):
        verb = verbs[str(noun.normal_form)][aspect]
    if not verb:
        return None
    thing = phrase_at(found, at + 1, text, "gent") if _joined(text, found, at) else None
    if thing is None:
        return verb, found[at].end
    inner = phrase_in(thing, "accs")
    return (f"{verb} {inner}", thing.words[-1].end) if inner else None


def _acts(reading: Any, case: str) -> bool:
    known = str(reading.normal_form) in words("ru", "plainer")["nominal"]
    return known and str(reading.tag.POS) == "NOUN" and str(reading.tag.case) == case


def _joined(text: str, found: list[Token], at: int) -> bool:
    return at + 1 < len(found) and text[found[at].end : found[at + 1].start] == " "


def _by_somebody(text: str, found: list[Token], at: int) -> bool:
    """Say whether the one who acts is named after the verb: «by the partner»."""
    if not _joined(text, found, at):
        return False
    return phrase_at(found, at + 1, text, "ablt") is not None


@cache
def _light() -> dict[str, int]:
    light: dict[str, list[str]] = words("ru", "plainer")["light"]
    going = dict.fromkeys(light["impf"], _GOING)
    return {**going, **dict.fromkeys(light["pf"], _DONE)}


def _english(text: str) -> Iterator[Edit]:
    for swap in _english_table():
        for match in swap.pattern.finditer(text):
            yield Edit(match.start(), match.end(), like(match.group(), swap.new), "verb")


@cache
def _english_table() -> tuple[Swap, ...]:
    lexicon = words("en", "plainer")
    light: list[list[str]] = lexicon["light"]["impf"]
    made: list[Swap] = []
    for noun, verb in lexicon["nominal"].items():
        for number, form in enumerate(english_forms(verb)):
            carriers = "|".join(regex.escape(verbs[number]) for verbs in light)
            source = rf"(?<![\w'-])(?:{carriers}) (?:{noun})(?![\w'-])"
            made.append(Swap(regex.compile(source, regex.IGNORECASE), form))
    return tuple(made)
