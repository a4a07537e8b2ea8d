"""Words planted in a source: orders to a machine, or to whoever answers, on how to put a reply.

A page of the knowledge base, a note or a field of the customer card may have been written by
anybody. What speaks of the matter is quoted and cited; what speaks to the one who writes the reply
is neither: it is taken out before anything reads the source, for the composer, for a model and for
the check of facts alike.
"""

from functools import cache, lru_cache

import regex

from copilot.conversation import Card, Conversation
from copilot.packaged import packaged
from knowledge import Hit

_END = r"[.!?]+[\u00bb\"')\]]*(?:\s+|\Z)|[\n|]"
_MOST = 600  # characters read as one sentence; tables and code know no full stops
_SENTENCE = regex.compile(rf"(?:(?!{_END}).){{0,{_MOST}}}+(?:{_END})?", regex.DOTALL)


def unplanted(text: str) -> str:
    """Return a text without the sentences and comments that are planted in it.

    A text without any comes back as it is, byte for byte.
    """
    return _unplanted(text) if text else text


def honest_card(conversation: Conversation) -> Conversation:
    """Return a conversation whose customer card holds nothing planted."""
    card = conversation.card
    facts = {name: unplanted(value) for name, value in card.facts.items()}
    notes = tuple(unplanted(note) for note in card.notes)
    if facts == card.facts and notes == card.notes:
        return conversation
    honest = Card(
        facts={name: value for name, value in facts.items() if value.strip()},
        notes=tuple(note for note in notes if note.strip()),
        incident=card.incident,
    )
    return conversation.model_copy(update={"card": honest})


def honest_hit(hit: Hit) -> Hit:
    """Return a hit whose text and answer hold nothing planted."""
    text, answer = unplanted(hit.text), unplanted(hit.answer)
    if text == hit.text and answer == hit.answer:
        return hit
    return hit.model_copy(update={"text": text, "answer": answer})


@lru_cache(maxsize=8192)
def _unplanted(text: str) -> str:
    cut, sentence = _patterns()
    kept = _without(text, cut)
    said = [match.group() for match in _SENTENCE.finditer(kept) if match.group()]
    honest = [one for one in said if not sentence.search(_folded(one))]
    return text if kept == text and len(honest) == len(said) else "".join(honest).strip()


def _without(text: str, pattern: "regex.Pattern[str]") -> str:
    for found in reversed(list(pattern.finditer(_folded(text)))):
        text = text[: found.start()] + text[found.end() :]
    return text


def _folded(text: str) -> str:
    """Lower case of the same length: a letter that grows stays as it is."""
    low = "".join(one if len(one.lower()) != 1 else one.lower() for one in text)
    return low.replace("\u0451", "\u0435").replace("\u2019", "'")


@cache
def _patterns() -> "tuple[regex.Pattern[str], regex.Pattern[str]]":
    signs: dict[str, list[str]] = packaged("wording", "planted.yaml")
    cut, sentence = ("|".join(f"(?:{one})" for one in signs[name]) for name in ("cut", "sentence"))
    return regex.compile(cut, regex.DOTALL), regex.compile(sentence, regex.MULTILINE)
