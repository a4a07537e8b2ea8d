"""Card notes: what the operator or the CRM knows, turned into words for the customer.

Notes are written for colleagues. Only safe operations are made: a note not meant for the customer
is left out, «offer X» becomes «I can offer X», «the customer» becomes «you» where grammar allows.
"""

from collections.abc import Sequence
from functools import cache

import regex

from copilot.cues import folded, wording
from copilot.suggesters.passages import ends_well, overlap, sentences
from copilot.suggestion import Sentence
from knowledge import Hit, Locale

MAX_NOTES = 4
_FIGURE = regex.compile(r"\d")


@cache
def _compiled(language: Locale, name: str) -> regex.Pattern[str]:
    return regex.compile("|".join(wording(language)["notes"][name]), regex.IGNORECASE)


@cache
def _swaps(language: Locale) -> tuple[tuple[regex.Pattern[str], str], ...]:
    table = wording(language)["notes"]["swaps"]
    return tuple((regex.compile(pattern, regex.IGNORECASE), by) for pattern, by in table)


def told(hits: Sequence[Hit], request: str, language: Locale) -> tuple[Sentence, ...]:
    """Return what the notes let us tell the customer, each sentence citing its note.

    Args:
        hits: Hits of kind `card`, in the order of the card.
        request: What was asked; notes that speak of it come first when there are many.
        language: The language of the reply; a note in the other one is not quoted.
    """
    cards = [hit for hit in hits if hit.kind == "card"]
    if len(cards) > MAX_NOTES:
        by_use = sorted(
            range(len(cards)),
            key=lambda n: (-overlap(cards[n].text, request, language), n),
        )[:MAX_NOTES]
        cards = [cards[n] for n in sorted(by_use)]
    said: list[Sentence] = []
    for hit in cards:
        said.extend(
            Sentence(text=text, sources=(hit.id,), act="answer")
            for raw in _sentences(hit.text)
            if (text := _customer_facing(raw, language))
        )
    return tuple(said)


def _sentences(note: str) -> list[str]:
    return [piece for line in note.splitlines() if line.strip() for piece in sentences(line)]


def _customer_facing(note: str, language: Locale) -> str:
    """Return a note's sentence as it may be said to the customer, or an empty string."""
    if _compiled(language, "inner").search(folded(note)) or not _same_script(note, language):
        return ""
    text = note
    if match := _compiled(language, "can").search(text):
        text = str(wording(language)["notes"]["i_can"]).format(rest=_lower(text[match.start(1) :]))
    for pattern, by in _swaps(language):
        text = pattern.sub(by, text)
    if _compiled(language, "customer").search(folded(text)):
        return ""
    return ends_well(text[:1].upper() + text[1:])


def _same_script(text: str, language: Locale) -> bool:
    cyrillic = len(regex.findall(r"\p{Cyrillic}", text))
    latin = len(regex.findall(r"\p{Latin}", text))
    if not cyrillic + latin:
        return bool(_FIGURE.search(text))
    return cyrillic >= latin if language == "ru" else latin > cyrillic


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
