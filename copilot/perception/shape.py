"""What the look of a message says: capitals, exclamation, emoji, length."""

from functools import lru_cache
from typing import NamedTuple

import regex

from copilot.perception.lexicon import words

_WORD = regex.compile(r"(?<![\p{L}\p{N}_-])\p{L}{3,}+(?![\p{L}\p{N}_]|-\p{N})")
_ANY_WORD = regex.compile(r"[\p{L}\p{N}]++")
_STRETCH = regex.compile(r"(\p{L})\1{3,}+|[!?]{3,}+")
_LOUD = regex.compile(r"![!?]++|\?[!?]++")
_SMILE = regex.compile(r"[:;=]-?[)D]|\){2,}+|\U0001F600|\U0001F642|\U0001F60A|\U0001F609")
_SAYS_NOTHING = 3  # words; a turn this short is a short message


class Shape(NamedTuple):
    """How a text looks; `caps` are the offsets of the words cried out in capitals."""

    caps: tuple[tuple[int, int], ...]
    exclaims: int
    stretched: bool
    smiles: bool
    laughs: bool
    words: int

    @property
    def energy(self) -> int:
        """How loud the text is, 0–3."""
        loud = self.exclaims >= 2
        return int(bool(self.caps)) + int(loud) + int(self.stretched)

    @property
    def short(self) -> bool:
        """Whether the text is a few words only."""
        return 0 < self.words <= _SAYS_NOTHING


@lru_cache(maxsize=4_096)
def shape_of(text: str) -> Shape:
    """Look at a text without understanding it."""
    lowered = text.lower()
    laughs = (*words("ru").joking, *words("en").joking)
    return Shape(
        caps=_cried(text),
        exclaims=text.count("!") + 2 * len(_LOUD.findall(text)),
        stretched=bool(_STRETCH.search(text)),
        smiles=bool(_SMILE.search(text)),
        laughs=any(sign in lowered for sign in laughs),
        words=len(_ANY_WORD.findall(text)),
    )


def _cried(text: str) -> tuple[tuple[int, int], ...]:
    """Find the words in capitals, abbreviations aside; fewer than two are nothing."""
    found = list(_WORD.finditer(text))
    capitals = [match for match in found if match.group().isupper()]
    shouting = len(capitals) * 2 > len(found) and len(found) > 2
    cried = [match.span() for match in capitals if _is_word(match.group().lower(), shouting)]
    return tuple(cried) if len(cried) >= 2 else ()


def _is_word(word: str, shouting: bool) -> bool:
    russian, english = words("ru"), words("en")
    if word in russian.acronyms or word in english.acronyms:
        return False
    return shouting or len(word) > 4 or word in russian.common or word in english.common
