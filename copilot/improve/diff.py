"""What differs between two texts, word by word, in offsets of the first one."""

from difflib import SequenceMatcher
from typing import NamedTuple

import regex

_TOKEN = regex.compile(r"\s+|[\p{L}\p{N}]+|.", regex.DOTALL)
_WORD = regex.compile(r"[\p{L}\p{N}]")


class Difference(NamedTuple):
    """Put `after` for `before[start:end]`."""

    start: int
    end: int
    before: str
    after: str


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """Return the places that differ, in order; changes with less than a word between are one."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    spans: list[list[int]] = []
    for tag, first, last, other, stop in matcher.get_opcodes():
        if tag == "equal":
            continue
        if spans and not _WORD.search("".join(old[spans[-1][1] : first])):
            spans[-1][1], spans[-1][3] = last, stop
        else:
            spans.append([first, last, other, stop])
    places = [0]
    for token in old:
        places.append(places[-1] + len(token))
    return tuple(
        Difference(places[a], places[b], "".join(old[a:b]), "".join(new[c:d]))
        for a, b, c, d in spans
    )
