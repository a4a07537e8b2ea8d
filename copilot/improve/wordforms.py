"""Russian word forms: a word put into the form of another, a phrase put into another case."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import regex

from copilot.rules.morphology import analyser

_TOKEN = regex.compile(r"\p{L}[\p{L}-]*+")
_RUSSIAN = regex.compile(r"[\u0430-\u044f\u0451-]+")
_ATTRIBUTES = ("ADJF", "PRTF")
_MOST_ATTRIBUTES = 4


class Token(NamedTuple):
    """A word of a text: `text[start:end]`."""

    start: int
    end: int
    text: str

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.text.lower()


def tokens(text: str) -> list[Token]:
    """Return the words of a text with offsets."""
    return [Token(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[Any, ...]:
    """Return what a lower-case Russian word may be, likeliest first; two letters are no noun."""
    if _RUSSIAN.fullmatch(word) is None:
        return ()  # the dictionary guesses at other alphabets, and stumbles over rare letters
    return tuple(r for r in analyser().parse(word) if len(word) > 2 or str(r.tag.POS) != "NOUN")


def lemma(reading: Any) -> str:
    """Return the dictionary form of a reading, with yo as the dictionary writes it."""
    return str(reading.normal_form)


def reading_of(word: str, part: str, **wanted: str) -> Any | None:
    """Return the likeliest reading of a word as a part of speech with these grammemes, or None."""
    for reading in readings(word.lower()):
        tag = reading.tag
        if str(tag.POS) == part and all(str(getattr(tag, k)) == v for k, v in wanted.items()):
            return reading
    return None


def inflected(reading: Any, *grammemes: str) -> str:
    """Return the form of a reading with these grammemes, or an empty string if it has none."""
    form = reading.inflect({g for g in grammemes if g})
    return str(form.word) if form is not None else ""


@lru_cache(maxsize=4096)
def word_like(new: str, part: str, grammemes: tuple[str, ...]) -> str:
    """Return the dictionary word `new` in the form that the grammemes describe, or ''."""
    reading = next((r for r in readings(new) if str(r.tag.POS) in _kin(part)), None)
    return inflected(reading, *grammemes) if reading is not None else ""


def noun_like(word: str, old: str, new: str) -> str:
    """Return `new` in the form of `word`, a form of the noun `old`; '' if the form is uncertain."""
    forms = {
        word_like(new, "NOUN", name_grammemes(reading.tag, str(reading.tag.case), adjective=False))
        for reading in readings(word)
        if str(reading.tag.POS) == "NOUN" and str(reading.normal_form) == old
    }
    return forms.pop() if len(forms) == 1 else ""


def verb_grammemes(tag: Any) -> tuple[str, ...]:
    """Return what a finite verb form says beside its meaning, for another verb to say the same."""
    if str(tag.POS) == "INFN":
        return ("INFN",)
    names = [tag.mood, tag.tense, tag.person, tag.number, tag.involvement]
    if str(tag.tense) == "past" and str(tag.number) == "sing":
        names.append(tag.gender)
    return tuple(str(name) for name in names if name)


def name_grammemes(tag: Any, case: str, *, adjective: bool) -> tuple[str, ...]:
    """Return case, number and, for an adjective, gender or animacy."""
    found = [case, str(tag.number)]
    if adjective and str(tag.number) == "sing" and tag.gender:
        found.append(str(tag.gender))
    return tuple(found)


class Phrase(NamedTuple):
    """A noun with the adjectives before it, each with the reading in which they agree."""

    words: tuple[Token, ...]
    readings: tuple[Any, ...]

    @property
    def noun(self) -> Any:
        """The reading of the noun."""
        return self.readings[-1]


def phrase_at(found: Sequence[Token], first: int, text: str, case: str) -> Phrase | None:
    """Return the noun phrase in a case that begins at a token, or None.

    Words with capitals or digits, and words not joined by single spaces, belong to no phrase.
    """
    words: list[Token] = []
    attributes: list[tuple[Any, ...]] = []
    for token in found[first : first + _MOST_ATTRIBUTES + 1]:
        if words and (text[words[-1].end : token.start] != " " or token.text != token.low):
            return None
        words.append(token)
        for noun in _nouns(token, case):
            agreeing = [_agreeing(candidates, noun) for candidates in attributes]
            if None not in agreeing:
                return Phrase(tuple(words), (*agreeing, noun))
        candidates = _attributes(token, case)
        if not candidates:
            return None
        attributes.append(candidates)
    return None


def phrase_in(phrase: Phrase, case: str) -> str:
    """Return the phrase in another case, or an empty string if a word has no such form."""
    noun = phrase.noun
    said: list[str] = []
    for reading in phrase.readings:
        adjective = reading is not noun
        source = noun.tag if adjective else reading.tag
        wanted = list(name_grammemes(source, case, adjective=adjective))
        if adjective and case == "accs":
            wanted.append("anim" if "anim" in noun.tag else "inan")
        form = inflected(reading, *wanted)
        if not form and adjective:
            form = inflected(reading, *wanted[:-1])
        said.append(form)
    return " ".join(said) if all(said) else ""


def _nouns(token: Token, case: str) -> list[Any]:
    return [
        reading
        for reading in readings(token.low)
        if str(reading.tag.POS) == "NOUN" and str(reading.tag.case) in _same_case(case)
    ]


def _attributes(token: Token, case: str) -> tuple[Any, ...]:
    return tuple(
        reading
        for reading in readings(token.low)
        if str(reading.tag.POS) in _ATTRIBUTES and str(reading.tag.case) == case
    )


def _agreeing(candidates: Sequence[Any], noun: Any) -> Any | None:
    for reading in candidates:
        same_number = str(reading.tag.number) == str(noun.tag.number)
        plural = str(noun.tag.number) == "plur"
        if same_number and (plural or str(reading.tag.gender) == str(noun.tag.gender)):
            return reading
    return None


def _same_case(case: str) -> tuple[str, ...]:
    return {"gent": ("gent", "gen2"), "loct": ("loct", "loc2")}.get(case, (case,))


def _kin(part: str) -> tuple[str, ...]:
    return {"VERB": ("INFN", "VERB"), "INFN": ("INFN",)}.get(part, (part,))
