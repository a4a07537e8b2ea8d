"""Russian verbs by their form: who will do what."""

from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from copilot.rules.lexicon import patterns

Tense = Literal["future", "present", "past", "infinitive", "other"]


class Verb(NamedTuple):
    """A verb form: its lemma, tense, person 1–3 (0 if none) and number."""

    lemma: str
    tense: Tense
    person: int
    plural: bool


@lru_cache(maxsize=20_000)
def verb(word: str) -> Verb | None:
    """Return the likeliest verbal reading of a lower-case Russian word, or None."""
    if len(word) < 3 or patterns("ru", "promises", "verb_endings").search(word) is None:
        return None
    readings = analyser().parse(word)
    best = next((r for r in readings if r.tag.POS in ("VERB", "INFN")), None)
    if best is None or (best.score < 0.3 and readings[0].tag.POS not in ("VERB", "INFN")):
        return None
    tag = best.tag
    if tag.mood == "impr":
        return None
    if tag.POS == "INFN":
        tense: Tense = "infinitive"
    else:
        tenses: dict[str, Tense] = {"futr": "future", "pres": "present", "past": "past"}
        tense = tenses.get(str(tag.tense), "other")
    person = int(str(tag.person)[0]) if tag.person else 0
    lemma = str(best.normal_form).replace("\u0451", "\u0435")
    return Verb(lemma, tense, person, str(tag.number) == "plur")


@lru_cache(maxsize=20_000)
def is_past(word: str) -> bool:
    """Say whether a lower-case Russian word is most likely a verb in the past tense."""
    if patterns("ru", "promises", "past_endings").search(word) is None:
        return False
    best = analyser().parse(word)[0]
    return best.tag.POS == "VERB" and str(best.tag.tense) == "past"


@lru_cache(maxsize=20_000)
def past_deed(word: str) -> str:
    """Return the lemma of a transitive verb in the past singular («sent»), or ''."""
    if not is_past(word):
        return ""
    best = analyser().parse(word)[0]
    if "tran" not in best.tag or str(best.tag.number) != "sing":
        return ""
    return str(best.normal_form).replace("\u0451", "\u0435")


@cache
def analyser() -> Any:
    """Return the morphological dictionary; loading it takes a fifth of a second, once."""
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="ru")
