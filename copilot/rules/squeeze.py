"""Texts without endless words and gaps: patterns that try every place stay quick on them."""

from typing import NamedTuple

import regex

_ENDLESS = regex.compile(r"(?<=\s{3})\s+|(?<=[\p{L}\p{N}]{50})[\p{L}\p{N}]+")


class Squeezed(NamedTuple):
    """A shortened text; `origins[i]` is the offset in the original of its character `i`, and the
    last entry the length of the original. No origins mean that nothing was left out.
    """

    text: str
    origins: tuple[int, ...]

    def place(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return where a span of the shortened text stands in the original."""
        if not self.origins:
            return span
        return self.origins[span[0]], self.origins[span[1]]


def squeeze(text: str) -> Squeezed:
    """Cut gaps to three signs and words to fifty letters."""
    gone = [match.span() for match in _ENDLESS.finditer(text)]
    if not gone:
        return Squeezed(text, ())
    kept: list[int] = []
    at = 0
    for start, end in [*gone, (len(text), len(text))]:
        kept.extend(range(at, start))
        at = end
    return Squeezed("".join(text[n] for n in kept), (*kept, len(text)))
