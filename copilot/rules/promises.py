"""Promises in a draft: which words bind us, of what kind, and who is bound."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from copilot.rules.lexicon import fold, load_lexicon, patterns
from copilot.rules.parts import Part, clauses_of, sentences_of, unquoted
from copilot.rules.predicates import FREE, Predicate, predicate_of
from copilot.rules.quantities import Quantity, quantities
from copilot.rules.screen import hears
from knowledge import Locale

PromiseType = Literal["time", "money", "action", "outcome"]
Scope = Literal["company", "own_followup", "third_party"]
_TIMES = ("span", "date", "clock")
_SUMS = ("money", "percent", "free")


class Promise(NamedTuple):
    """Words that bind us: `text[start:end]`; `about` is the sentence they stand in.

    `name` is the pattern that heard it (a key of `phrases` in the lexicon) or the lemma of the verb;
    `running` says that it is under way already.
    """

    start: int
    end: int
    text: str
    type: PromiseType
    scope: Scope
    name: str
    numbers: tuple[Quantity, ...]
    clause: str
    about: str
    running: bool


class _Clause(NamedTuple):
    part: Part
    predicate: Predicate | None
    numbers: tuple[Quantity, ...]
    conditional: bool


@lru_cache(maxsize=512)
def promises(text: str, language: Locale, today: date | None) -> tuple[Promise, ...]:
    """Return the promises of a text in order; questions, offers, refusals, quotes are none."""
    clean = unquoted(text)
    numbers = quantities(clean, today)
    parts = sentences_of(clean)
    found: list[Promise] = []
    for n, sentence in enumerate(parts):
        following = parts[n + 1].text if n + 1 < len(parts) else ""
        if _binds(sentence, following, language):
            inside = [q for q in numbers if sentence.start <= q.start < sentence.end]
            asked = n > 0 and _asked(parts[n - 1], language)
            found.extend(_of_sentence(sentence, inside, language, today, asked=asked))
    return tuple(
        promise._replace(text=text[promise.start : promise.end], about=promise.about)
        for promise in found
    )


def _free_of_charge(clauses: list[_Clause], sentence: str, language: Locale) -> None:
    """Make «delivery is free» a promise of money where no verb promises anything."""
    if _search("offer", sentence, language):
        return
    for n, clause in enumerate(clauses):
        free = any(q.kind == "free" for q in clause.numbers)
        low = fold(clause.part.text.lower())
        if (
            clause.predicate is None
            and free
            and not clause.conditional
            and not _search("usually", low, language)
        ):
            clauses[n] = clause._replace(predicate=FREE)


def _binds(sentence: Part, following: str, language: Locale) -> bool:
    low = fold(sentence.text.lower())
    if low.rstrip(' )\u00bb"').endswith("?"):
        return False
    if _search("refusal", low, language) or _search("doubt", low, language):
        return False
    # «I'll send a new one. Or I'll refund it. What suits you?»: offers, until one is chosen.
    option = _search("option_head", low, language) or _search(
        "option_head", fold(following.lower()), language
    )
    return not option


def _asked(before: Part, language: Locale) -> bool:
    """Say whether a sentence asks the customer to send something: what follows waits for it."""
    low = fold(before.text.lower())
    return low.rstrip().endswith("?") and _search("request", low, language)


def _of_sentence(
    sentence: Part,
    numbers: Sequence[Quantity],
    language: Locale,
    today: date | None,
    *,
    asked: bool,
) -> Iterator[Promise]:
    clauses = _read(sentence, numbers, language, asked=asked)
    for n, clause in enumerate(clauses):
        if clause.predicate is None or clause.conditional:
            continue
        mine = (*clause.numbers, *_orphans(clauses, n))
        ahead = tuple(q for q in mine if not _past(q, today))
        if _past_only(clause, mine, ahead):
            continue
        yield from _promises_of(clause, ahead, sentence)


def _past_only(clause: _Clause, mine: Sequence[Quantity], ahead: Sequence[Quantity]) -> bool:
    """A date that has gone by is history, unless the words can only speak of the future."""
    needs = clause.predicate is not None and clause.predicate.needs_time
    times = [q for q in ahead if q.kind in _TIMES]
    return (needs and not times) or (bool(mine) and not ahead and needs)


def _read(
    sentence: Part, numbers: Sequence[Quantity], language: Locale, *, asked: bool
) -> list[_Clause]:
    """Read the clauses; what waits for the customer («send it, and I'll …») is conditional."""
    read: list[_Clause] = []
    reported = False
    choice = _search("choice", fold(sentence.text.lower()), language)
    waits = asked
    for part in clauses_of(sentence, language):
        low = fold(part.text.lower())
        condition = _starts(low, "condition", language)
        hearsay = _search("reported", low, language)
        inside = tuple(q for q in numbers if part.start <= q.start < part.end)
        indirect = _starts(low, "indirect", language)
        predicate = None if reported or hearsay or indirect else predicate_of(low, language)
        free = not any(q.kind in (*_TIMES, *_SUMS) for q in inside)
        request = _search("request", low, language)
        depends = (waits or request or choice) and free
        read.append(_Clause(part, predicate, inside, condition or depends))
        reported = hearsay
        waits = request or (waits and predicate is None)
    if read and not any(clause.predicate or clause.conditional for clause in read):
        whole = predicate_of(fold(sentence.text.lower()), language)
        if whole is not None and whole.name == "verbless" and not reported:
            read[0] = read[0]._replace(predicate=whole)
    if not reported and not _search("reported", fold(sentence.text.lower()), language):
        _free_of_charge(read, fold(sentence.text.lower()), language)
    return read


def _orphans(clauses: list[_Clause], n: int) -> tuple[Quantity, ...]:
    """Return the numbers of neighbouring clauses without a verb: «On Friday, 15 May, we bring it».

    A bare term there is no deadline: «Two days without heating, we start now».
    """
    found: list[Quantity] = []
    for step in (1, -1):
        at = n + step
        while 0 <= at < len(clauses) and clauses[at].predicate is None:
            if clauses[at].conditional or (step < 0 and _owned(clauses, at)):
                break
            found.extend(q for q in clauses[at].numbers if q.kind != "span" or q.bound == "max")
            at += step
    return tuple(found)


def _owned(clauses: list[_Clause], at: int) -> bool:
    """Say whether a verbless clause follows another promise, whose it then is."""
    return any(clause.predicate is not None for clause in clauses[:at])


def _past(quantity: Quantity, today: date | None) -> bool:
    if quantity.kind != "date" or quantity.top is None or today is None:
        return False
    return quantity.top < today.toordinal()


def _promises_of(clause: _Clause, numbers: Sequence[Quantity], sentence: Part) -> Iterator[Promise]:
    predicate = clause.predicate
    if predicate is None:
        return
    sums = tuple(q for q in numbers if q.kind in _SUMS)
    times = tuple(q for q in numbers if q.kind in _TIMES)
    scope = _scope(predicate, times, sums)
    if predicate.kind == "speech" and not times:
        return
    start = clause.part.start
    whole = (start, max([clause.part.end, *(q.end for q in numbers)]))
    build = _Builder(clause, sentence, predicate, scope)
    if scope == "own_followup" or (predicate.type == "outcome" and predicate.phrase):
        yield build.one(
            "action" if scope == "own_followup" else predicate.type, whole, (*sums, *times)
        )
        return
    kind: PromiseType = "money" if sums else "time" if times else predicate.type
    yield build.one(kind, whole, (*sums, *times))


class _Builder(NamedTuple):
    clause: _Clause
    sentence: Part
    predicate: Predicate
    scope: Scope

    def one(
        self, kind: PromiseType, place: tuple[int, int], numbers: tuple[Quantity, ...]
    ) -> Promise:
        return Promise(
            start=place[0],
            end=place[1],
            text="",
            type=kind,
            scope=self.scope,
            name=self.predicate.name,
            numbers=numbers,
            clause=self.clause.part.text,
            about=self.sentence.text,
            running=self.predicate.running,
        )


def _scope(predicate: Predicate, times: Sequence[Quantity], sums: Sequence[Quantity]) -> Scope:
    if predicate.third_party:
        return "third_party"
    if predicate.kind == "deed" and not times and not sums and predicate.light:
        return "own_followup"
    if (
        predicate.kind in ("own", "speech", "hedge")
        and not (predicate.plural and times)
        and not sums
    ):
        return "own_followup"
    return "company"


def _search(key: str, low: str, language: Locale) -> bool:
    return hears(language, "promises", key)(low)


def _starts(low: str, key: str, language: Locale) -> bool:
    match = patterns(language, "promises", key).match(low)
    return match is not None and not low[match.end() : match.end() + 1].isalpha()


def lexicon(language: Locale) -> dict[str, Any]:
    """Return the word lists on promises."""
    loaded: dict[str, Any] = load_lexicon(language, "promises")
    return loaded
