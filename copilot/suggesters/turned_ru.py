"""A Russian clause about oneself, said to that person: «я жду» becomes «вы ждёте».

Where it is not certain whom a verb speaks of, nothing is said: a wrong person is worse than none.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import regex

from copilot.cues import speech
from copilot.rules.morphology import analyser

_TOKEN = regex.compile(r"\p{L}[\p{L}-]*+|\d[\d .,:-]*+|[^\p{L}\d]+")
_LETTERS = regex.compile(r"\p{L}")
_RARE = 0.12  # a reading rarer than this names no subject
_GUESSABLE = 7  # letters; a shorter word that no dictionary knows is a slip of the pen
_VERBAL = ("VERB", "PRTS", "ADJS", "PRED")
_NAMES = ("Name", "Surn", "Geox", "Orgn", "Abbr", "Patr")


@dataclass(frozen=True)
class Turned:
    """A clause in the second person; `yours` says that the customer is its subject."""

    text: str
    yours: bool


@dataclass
class _Clause:
    """Words of a clause with what is known of its subject."""

    words: list[str]
    ours: bool
    carried: bool
    ty: bool = False
    before: str = ""
    leaning: bool = False

    @property
    def lows(self) -> list[str]:
        return [word.lower() for word in self.words]


def turned(
    clause: str, *, ours: bool, carried: bool, ty: bool = False, before: str = ""
) -> Turned | None:
    """Return the clause as said to the person who wrote it, or None where that is not certain.

    Args:
        clause: Words between two commas.
        ours: Whether «вы» of the customer may become «мы»: it is settled that we failed.
        carried: Whether the customer is the subject of the clause before.
        ty: Whether the customer is on first-name terms; then the past keeps its gender, their own.
        before: What stands before the clause; a person named there may still be the subject.
    """
    read = _Clause(
        [m.group() for m in _TOKEN.finditer(clause)], ours and not ty, carried, ty, before
    )
    if _doubtful(read):
        return None
    words = speech("ru", "mirror")
    me = any(low in _speakers() for low in read.lows)
    read.leaning = not (me or carried) and read.lows[0] in words["joints"]
    forms = [_form(read, n) for n in range(len(read.words))]
    if None in forms:
        return None
    named = any(low in words["pronouns"] for low in read.lows)
    text = "".join(form.text for form in forms if form is not None).strip()
    yours = any(form.yours for form in forms if form is not None)
    if yours and read.leaning:
        return None
    if yours and not me and not carried:
        text = f"{words['you_ty' if ty else 'you']} {uncapital(text)}"
    if carried and not named and any(low in words["told_to_you"] for low in read.lows):
        text = f"{words['to_you_ty' if ty else 'to_you']} {uncapital(text)}"
    return Turned(text, me or yours or (carried and not _own_subject(read)))


@cache
def _speakers() -> frozenset[str]:
    """Return the words by which the writer is the subject: I, we."""
    words = speech("ru", "mirror")
    return frozenset(key for key, value in words["pronouns"].items() if value == words["you"])


def _doubtful(read: _Clause) -> bool:
    words = speech("ru", "mirror")
    if any(low in words["unsure"] for low in read.lows):
        return True
    if not read.ours and any(low in words["ours"] for low in read.lows):
        return True
    return any(
        _commands(low) or _misspelt(word) for word, low in zip(read.words, read.lows, strict=True)
    )


def has_verb(text: str) -> bool:
    """Say whether a clause holds a verb, a short adjective or a word like «нужно»."""
    tops = [_top(m.group().lower()) for m in _TOKEN.finditer(text)]
    return any(top is not None and str(top.tag.POS) in _VERBAL for top in tops)


def _commands(low: str) -> bool:
    readings = _readings(low)
    if not readings or str(readings[0].tag.mood) != "impr":
        return False
    return not any(str(r.tag.POS) == "NOUN" for r in readings)


def _misspelt(word: str) -> bool:
    if not _LETTERS.match(word) or not word.islower() or not 5 <= len(word) < _GUESSABLE:
        return False
    return not analyser().word_is_known(word)


@dataclass(frozen=True)
class _Form:
    text: str
    yours: bool = False


def _form(read: _Clause, n: int) -> _Form | None:
    """Return a word as it stands after the change of person, or None where that is not certain."""
    word, low = read.words[n], read.lows[n]
    if (swapped := _swapped(low, read)) is not None:
        return _Form(swapped)
    top = _top(low)
    if top is None:
        return _Form(word)
    tag = top.tag
    if str(tag.POS) == "VERB" and str(tag.person) == "1per":
        form = top.inflect({"2per", "sing" if read.ty else "plur"})
        return _Form(str(form.word), yours=True) if form else None
    if read.ours and str(tag.POS) == "VERB" and str(tag.person) == "2per":
        form = top.inflect({"1per", "plur"})
        return _Form(str(form.word)) if form else None
    past = str(tag.POS) == "VERB" and str(tag.tense) == "past"
    if (past or str(tag.POS) in ("ADJS", "PRTS")) and str(tag.gender) in ("masc", "femn"):
        return _agreed(read, n, top)
    return _Form(yofied(word))


def _swapped(low: str, read: _Clause) -> str | None:
    """Return the other person's pronoun for a pronoun, or None for any other word."""
    words = speech("ru", "mirror")
    tables = ["pronouns_ty", "mine_ty"] if read.ty else ["pronouns", "mine", "alone"]
    if read.ours:
        tables.append("ours")
    return next((str(words[table][low]) for table in tables if low in words[table]), None)


def _agreed(read: _Clause, n: int, top: Any) -> _Form | None:
    """Put a word that agrees in gender into the plural when the customer is its subject."""
    subject = "other" if read.leaning else _subject(read, n, top)
    if subject == "unsure":
        return None
    if subject == "other":
        return _Form(yofied(read.words[n]))
    if read.ty:
        return _Form(yofied(read.words[n]), yours=True)
    form = top.inflect({"plur"})
    return _Form(str(form.word), yours=True) if form else None


def _subject(read: _Clause, n: int, top: Any) -> str:
    """Say whether a verb has a subject of its own in the clause: other, none or unsure."""
    if any(low in _speakers() for low in read.lows):
        return "none"
    gender, takes_object = str(top.tag.gender), "tran" in top.tag
    for at, low in enumerate(read.lows):
        if at == n or not _nominative(low, gender) or _after_preposition(read, at):
            continue
        if takes_object and _lifeless(low) and gender == "masc":
            if at > n:
                continue
            return "unsure"
        return "other"
    return "none" if read.carried or not _named_before(read, gender) else "other"


def _named_before(read: _Clause, gender: str) -> bool:
    """Say whether the words before name somebody who may still be the subject."""
    earlier = _Clause([m.group() for m in _TOKEN.finditer(read.before)], read.ours, carried=False)
    return any(
        _nominative(low, gender) and not _lifeless(low) and not _after_preposition(earlier, at)
        for at, low in enumerate(earlier.lows)
    )


def _own_subject(read: _Clause) -> bool:
    return any(
        _nominative(low, gender) and not _after_preposition(read, at)
        for at, low in enumerate(read.lows)
        for gender in ("masc", "femn", "neut")
    )


def _nominative(low: str, gender: str) -> bool:
    return any(
        str(r.tag.POS) in ("NOUN", "NPRO") and str(r.tag.case) == "nomn"
        and str(r.tag.number) == "sing" and str(r.tag.gender) in (gender, "None")
        and float(r.score) >= _RARE
        for r in _readings(low)
    )  # fmt: skip


def _lifeless(low: str) -> bool:
    return any("inan" in r.tag for r in _readings(low) if str(r.tag.POS) == "NOUN")


def _after_preposition(read: _Clause, at: int) -> bool:
    before = [low for low in read.lows[:at] if _LETTERS.match(low)]
    top = _top(before[-1]) if before else None
    return top is not None and str(top.tag.POS) == "PREP"


def _top(low: str) -> Any | None:
    readings = _readings(low)
    return readings[0] if readings else None


@lru_cache(maxsize=20_000)
def _readings(low: str) -> tuple[Any, ...]:
    return tuple(analyser().parse(low)) if _LETTERS.match(low) else ()


def yofied(word: str) -> str:
    """Return a lower-case word as the dictionary writes it, dots of the letter yo included."""
    low = word.lower()
    forms = {str(r.word) for r in _readings(low) if float(r.score) >= _RARE}
    if word != low or len(forms) != 1:
        return word
    (form,) = forms
    return form if form.replace("\u0451", "\u0435") == low.replace("\u0451", "\u0435") else word


def uncapital(text: str) -> str:
    """Return the text with a small first letter, unless it begins with a name."""
    first = _TOKEN.match(text)
    if first is None or (len(first[0]) > 1 and first[0].isupper()):
        return text
    top = _top(first[0].lower())
    if top is not None and any(mark in top.tag for mark in _NAMES):
        return text
    return text[:1].lower() + text[1:]
