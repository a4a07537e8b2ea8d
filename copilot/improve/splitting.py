"""Sentences of an operator's text, with offsets."""

from functools import lru_cache

import regex

from copilot.rules.parts import Part, sentences_of

# Short words that end a sentence; the general cut takes them for abbreviations.
_SHORT_END = regex.compile(
    r"\b(?:us|me|it|in|on|up|so|to|do|go|no|is|be|we|by|of|at|ok|he|my|am)[.!?]+\s+(?=[A-Z\"'(])"
)


@lru_cache(maxsize=256)
def sentences(text: str) -> tuple[Part, ...]:
    """Cut a text into sentences, keeping offsets."""
    found: list[Part] = []
    for part in sentences_of(text):
        start = 0
        for match in _SHORT_END.finditer(part.text):
            body = part.text[start : match.end()].rstrip()
            found.append(Part(part.start + start, part.start + start + len(body), body))
            start = match.end()
        found.append(Part(part.start + start, part.end, part.text[start:]))
    return tuple(found)


def sentence_at(text: str, at: int) -> Part | None:
    """Return the sentence that holds an offset, or None between sentences."""
    return next((part for part in sentences(text) if part.start <= at < part.end), None)
