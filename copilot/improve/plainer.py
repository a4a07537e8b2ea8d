"""Plainer: everyday words for officialese, in the forms that the sentence needs."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import regex

from copilot.improve.cutting import like, rephrased
from copilot.improve.facts import initial
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.wordforms import (
    Token,
    name_grammemes,
    noun_like,
    phrase_at,
    phrase_in,
    readings,
    tokens,
    verb_grammemes,
    word_like,
)
from copilot.improve.words import Swap, swaps, words
from copilot.rules.lexicon import fold
from knowledge import Locale

_ADJECTIVES = ("ADJF", "PRTF")
_NEAR = 2  # words after an adjective among which its noun is looked for


def joints(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield plain conjunctions for long ones, at the head of a sentence and inside it."""
    folded = fold(text)
    for swap in _joints(setting.language, "openers"):
        for match in swap.pattern.finditer(folded):
            if initial(text, match.start()) or text[: match.start()].endswith(", "):
                yield Edit(match.start(), match.end(), like(match.group(), swap.new), "plain")
    for swap in _joints(setting.language, "closers"):
        for match in swap.pattern.finditer(folded):
            yield Edit(match.start(), match.end(), swap.new, "plain")


def phrases(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield plain phrases for officialese."""
    yield from rephrased(text, swaps(setting.language, "plainer", "phrases"), "plain", setting)


def governed(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield plain prepositions, the words after them put into the case that these need."""
    folded, found = fold(text), tokens(text)
    for pattern, (new, has, needs) in _governed(setting.language):
        for match in pattern.finditer(folded):
            after = next((n for n, t in enumerate(found) if t.start == match.end() + 1), None)
            phrase = phrase_at(found, after, text, has) if after is not None else None
            if phrase is None or phrase.words[0].text != phrase.words[0].low:
                continue
            end = phrase.words[-1].end
            said = text[match.end() + 1 : end] if has == needs else phrase_in(phrase, needs)
            if said:
                yield Edit(match.start(), end, f"{like(match.group(), new)} {said}", "plain")


def plain_words(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield plain words in the form of the official ones."""
    if setting.language == "en":
        yield from rephrased(text, english_verbs(), "plain", setting)
        return
    found = tokens(text)
    for n, token in enumerate(found):
        if token.text != token.low and not initial(text, token.start):
            continue
        edit = _pair(found, n, text) or _single(found, n)
        if edit is not None:
            yield edit


@cache
def english_verbs() -> tuple[Swap, ...]:
    """Return every form of the official English verbs with the plain form for it."""
    table: dict[str, str | list[str]] = words("en", "plainer")["verbs"]
    made: list[Swap] = []
    for old, new in table.items():
        plain = new if isinstance(new, list) else english_forms(new)
        noun = old in words("en", "forms")["also_nouns"]
        for n, (source, target) in enumerate(zip(english_forms(old), plain, strict=True)):
            if not (noun and n == 1):
                made.append(Swap(_english(source, after_verbs=noun and n == 0), target))
    return tuple(made)


def english_forms(base: str) -> tuple[str, ...]:
    """Return base, -s, past and -ing of a regular English verb; particles keep their place."""
    head, _, tail = base.partition(" ")
    tail = f" {tail}" if tail else ""
    irregular: dict[str, list[str]] = words("en", "forms")["irregular"]
    if head in irregular:
        return tuple(f"{form}{tail}" for form in (head, *irregular[head]))
    if head.endswith("y") and head[-2] not in "aeou":
        forms = (head, f"{head[:-1]}ies", f"{head[:-1]}ied", f"{head}ing")
    elif head.endswith("e"):
        forms = (head, f"{head}s", f"{head}d", f"{head[:-1]}ing")
    elif head.endswith(("s", "x", "ch", "sh", "z")):
        forms = (head, f"{head}es", f"{head}ed", f"{head}ing")
    else:
        forms = (head, f"{head}s", f"{head}ed", f"{head}ing")
    return tuple(f"{form}{tail}" for form in forms)


def _english(source: str, *, after_verbs: bool) -> "regex.Pattern[str]":
    if after_verbs:
        heads = "|".join(words("en", "forms")["before_verb"])
        return regex.compile(
            rf"(?<=\b(?:{heads}) ){regex.escape(source)}(?![\w'-])", regex.IGNORECASE
        )
    # «the purchase», «an advance request»: after an article or «your» it is a noun.
    return regex.compile(
        rf"(?<![\w'-])(?<!\b(?:the|a|an|your|our|my|this|that|any|no|of|new|for) )"
        rf"{regex.escape(source)}(?![\w'-])",
        regex.IGNORECASE,
    )


def _pair(found: list[Token], n: int, text: str) -> Edit | None:
    """Return one noun for an adjective with its noun, such as «cash means» for «money»."""
    if n + 1 >= len(found) or text[found[n].end : found[n + 1].start] != " ":
        return None
    first, second = found[n], found[n + 1]
    table: dict[str, str] = words("ru", "plainer")["nouns"]
    for one in readings(first.low):
        for other in readings(second.low):
            new = table.get(f"{one.normal_form} {other.normal_form}")
            if new and str(one.tag.case) == str(other.tag.case):
                case = name_grammemes(other.tag, str(other.tag.case), adjective=False)
                if said := word_like(new, "NOUN", case):
                    return Edit(first.start, second.end, like(first.text, said), "plain")
    return None


def _single(found: list[Token], n: int) -> Edit | None:
    token = found[n]
    lexicon = words("ru", "plainer")
    for reading in readings(token.low):
        part = str(reading.tag.POS)
        said = ""
        if part in ("VERB", "INFN") and reading.normal_form in lexicon["verbs"]:
            new = lexicon["verbs"][reading.normal_form]
            said = word_like(new, part, verb_grammemes(reading.tag))
        elif part == "NOUN" and reading.normal_form in lexicon["nouns"]:
            old = str(reading.normal_form)
            said = noun_like(token.low, old, lexicon["nouns"][old])
        elif part in _ADJECTIVES:
            said = _adjective(found, n)
        if said:
            return Edit(token.start, token.end, like(token.text, said), "plain")
    return None


def _adjective(found: list[Token], n: int) -> str:
    """Return the plain adjective in the form of the old one, which its noun makes certain."""
    lexicon = words("ru", "plainer")
    if found[n].low in lexicon["uncertain"] or (n and _describes(found[n - 1], found[n])):
        return ""
    for reading in readings(found[n].low):
        new = lexicon["adjectives"].get(str(reading.normal_form))
        if new is None or str(reading.tag.POS) not in _ADJECTIVES:
            continue
        if (noun := _noun_after(found, n, reading)) is None:
            continue
        case = str(reading.tag.case)
        wanted = name_grammemes(noun.tag, case, adjective=True)
        animacy = ("anim" if "anim" in noun.tag else "inan") if case == "accs" else ""
        return word_like(new, "ADJF", (*wanted, animacy)) or word_like(new, "ADJF", wanted)
    return ""


def _owned(adjective: Any, token: Token) -> bool:
    """Say whether «data of the card» may be meant and not «these cards»."""
    plural = str(adjective.tag.number) == "plur" and str(adjective.tag.case) in ("nomn", "accs")
    noun = any(str(r.tag.POS) == "NOUN" for r in readings(adjective.word))
    return plural and noun and any(str(r.tag.case) == "gent" for r in readings(token.low))


def _describes(before: Token, token: Token) -> bool:
    """Say whether the word is a noun with an adjective: «personal data», not «these rules»."""
    noun = [r for r in readings(token.low) if str(r.tag.POS) == "NOUN"]
    kinds = {(str(r.tag.case), str(r.tag.number)) for r in noun}
    return any(
        str(r.tag.POS) in _ADJECTIVES and (str(r.tag.case), str(r.tag.number)) in kinds
        for r in readings(before.low)
    )


def _noun_after(found: list[Token], n: int, adjective: Any) -> Any | None:
    """Return the reading of the noun that an adjective agrees with, or None."""
    tag = adjective.tag
    for token in found[n + 1 : n + 1 + _NEAR]:
        for reading in readings(token.low):
            same = (str(reading.tag.case), str(reading.tag.number)) == (
                str(tag.case),
                str(tag.number),
            )
            gender = str(tag.number) == "plur" or str(reading.tag.gender) == str(tag.gender)
            if str(reading.tag.POS) == "NOUN" and same and gender:
                return None if _owned(adjective, token) else reading
        if not any(str(reading.tag.POS) in _ADJECTIVES for reading in readings(token.low)):
            return None
    return None


@cache
def _joints(language: Locale, key: str) -> tuple[Swap, ...]:
    table: dict[str, str] = words(language, "joints")[key]
    head = r"(?<![\p{L}\d])" if key == "openers" else r"(?<=[\p{L}\d\u00bb)\"%\u20bd])"
    return tuple(
        Swap(regex.compile(rf"{head}(?:{fold(p)})(?![\p{{L}}\d])", regex.IGNORECASE), new)
        for p, new in table.items()
    )


@cache
def _governed(language: Locale) -> tuple[tuple["regex.Pattern[str]", tuple[str, str, str]], ...]:
    table: dict[str, list[str]] = words(language, "plainer")["governed"]
    return tuple(
        (regex.compile(rf"(?<!\p{{L}})(?:{fold(p)})(?= )", regex.IGNORECASE), (v[0], v[1], v[2]))
        for p, v in table.items()
    )
