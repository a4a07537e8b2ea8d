"""What a clause says will be done, and by whom: by verb forms in Russian, by auxiliaries in English."""

from functools import cache
from typing import Any, Literal, NamedTuple, cast

import regex

from copilot.rules.lexicon import compile_any, load_lexicon, patterns
from copilot.rules.morphology import Verb, verb
from knowledge import Locale

DeedKind = Literal["deed", "own", "speech", "event", "phrase", "hedge"]
_TYPE = Literal["time", "money", "action", "outcome"]
_WORD = regex.compile(r"\p{L}[\p{L}'-]*")
_FIRST_PERSON = regex.compile(
    r"\b(?P<who>i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to)\s+"
    r"(?:(?:also|now|just|then|gladly|even|still|go ahead and|[a-z]+ly)\s+){0,2}(?P<verb>(?:be\s+)?[a-z-]+)"
)
_IN_PROGRESS = regex.compile(
    r"\b(?P<who>i|we)(?:'m| am|'re| are)\s+(?:(?:also|now|just|already|[a-z]+ly)\s+){0,2}(?P<verb>[a-z]+ing)\b"
)
_THIRD_PERSON = regex.compile(
    r"(?P<who>[a-z]+)(?:'ll| will|(?:'s| is|'re| are) going to)\s+(?:(?:then|also|now|automatically|[a-z]+ly)\s+){0,2}"
    r"(?P<verb>(?:be\s+)?(?:[a-z]+ly\s+)?[a-z-]+)"
)


class Predicate(NamedTuple):
    """What will be done; `needs_time` if the words bind only together with a day or an hour,
    `running` if it is said to be under way already.
    """

    kind: DeedKind
    type: _TYPE
    name: str
    plural: bool
    third_party: bool
    phrase: bool
    needs_time: bool
    running: bool = False
    light: bool = False


FREE = Predicate("phrase", "money", "free", True, False, False, False)


def predicate_of(low: str, language: Locale) -> Predicate | None:
    """Return the strongest thing a folded lower-case clause promises, or None."""
    third = patterns(language, "promises", "third_party").search(low) is not None
    if patterns(language, "promises", "hedges").search(low):
        return Predicate("hedge", "action", "hedge", plural=False, third_party=False, phrase=True,
                         needs_time=False)  # fmt: skip
    found = _phrase(low, language, third)
    if found is None or found.needs_time:
        found = (_russian(low, third) if language == "ru" else _english(low, third)) or found
    if found is not None and not found.phrase and found.kind in ("event", "phrase"):
        vague = any(patterns(language, "promises", key).search(low) for key in ("usually", "doubt"))
        return None if vague else found
    return found


def _phrase(low: str, language: Locale, third: bool) -> Predicate | None:
    lexicon = load_lexicon(language, "promises")
    types: dict[str, str] = lexicon["phrase_types"]
    for name, kind in types.items():
        if patterns(language, "promises", "phrases", name).search(low):
            usual = kind == "time" and patterns(language, "promises", "usually").search(low)
            return None if usual else _from_phrase(name, cast("_TYPE", kind), third)
    for key in ("verbless", "waits"):
        if patterns(language, "promises", key).search(low):
            return _from_phrase(key, "time", third)
    return None


def _from_phrase(name: str, kind: _TYPE, third: bool) -> Predicate:
    needs_time = name in ("present", "verbless", "waits") or (
        name == "participle" and kind == "time"
    )
    return Predicate("phrase", "outcome" if name == "participle" else kind, name, plural=True,
                     third_party=third and kind == "time", phrase=kind == "outcome" and name != "participle",
                     needs_time=needs_time)  # fmt: skip


def _russian(low: str, third: bool) -> Predicate | None:
    best: Predicate | None = None
    words = [match.group() for match in _WORD.finditer(low)]
    offered = patterns("ru", "promises", "offer").search(low) is not None
    for n, word in enumerate(words):
        form = verb(word)
        if form is None or (n and words[n - 1] in _lists("ru")["not"]):
            continue
        found = _by_form(form, low, third, helped=n > 0 and words[n - 1] in _lists("ru")["will"])
        if found is not None and (best is None or _weight(found) > _weight(best)):
            best = found
    return None if offered and (best is None or best.kind != "deed") else best


def _by_form(form: Verb, low: str, third: bool, *, helped: bool) -> Predicate | None:
    lists = _lists("ru")
    if form.tense == "infinitive" and not helped:
        return None
    if form.person == 1 or (helped and form.tense == "infinitive"):
        return _by_us(form, low)
    if form.tense != "future":
        return None
    if form.person == 2 and form.lemma in lists["yours"]:
        return _event(form, third)
    if form.person == 3 and form.lemma in lists["events"]:
        return _event(form, third)
    return None


def _by_us(form: Verb, low: str) -> Predicate | None:
    lists = _lists("ru")
    kind = lists["deeds"].get(form.lemma)
    message = form.lemma in lists["sending"] and _is_message(low, "ru")
    if kind and not message:
        return Predicate(
            "deed",
            kind,
            form.lemma,
            form.plural,
            False,
            False,
            False,
            form.tense == "present",
            form.lemma in lists["light"],
        )
    if form.tense == "present":
        return None
    if form.lemma in lists["speech"]:
        return Predicate("speech", "action", form.lemma, form.plural, False, False, False)
    if form.lemma in lists["own"] or message:
        return Predicate("own", "action", form.lemma, form.plural, False, False, False)
    return Predicate("deed", "action", form.lemma, form.plural, False, False, False)


def _event(form: Verb, third: bool) -> Predicate:
    kind: _TYPE = "action" if form.lemma in _lists("ru")["moves"] else "outcome"
    return Predicate("event", kind, form.lemma, True, third, False, False)


def _english(low: str, third: bool) -> Predicate | None:
    lists = _lists("en")
    for pattern in (_FIRST_PERSON, _IN_PROGRESS):
        best: Predicate | None = None
        for match in pattern.finditer(low):
            tail = low[match.start("verb") :]
            found = _english_deed(match["verb"], tail, plural=match["who"] == "we",
                                  running=pattern is _IN_PROGRESS)  # fmt: skip
            if found is not None and (best is None or _weight(found) > _weight(best)):
                best = found
        if best is not None:
            return best
    for match in _THIRD_PERSON.finditer(low):
        base = match["verb"].split()[-1]
        if match["who"] in ("i", "we", "you", "that", "this", "which") or base == "not":
            continue
        lemma = _base(base, lists["events"])
        if lemma or match["verb"].startswith("be "):
            kind: _TYPE = "action" if lemma in lists["moves"] else "outcome"
            return Predicate("event", kind, lemma or base, True, third, False, False)
    return None


def _english_deed(written: str, tail: str, *, plural: bool, running: bool) -> Predicate | None:
    lists = _lists("en")
    own = patterns("en", "promises", "own_phrases").match(tail)
    base = written.rsplit(maxsplit=1)[-1]
    if own and not running:
        return Predicate("own", "action", base, plural, False, False, False)
    lemma = _base(base, lists["deeds"])
    if lemma:
        kind = lists["deeds"][lemma]
        if not (lemma in lists["sending"] and _is_message(tail[:60], "en")):
            return Predicate(
                "deed", kind, lemma, plural, False, False, False, running, lemma in lists["light"]
            )
    if base == "not" or (running and _base(base, lists["own"] | lists["speech"])):
        return None
    if running:
        return Predicate(
            "deed", "action", base, plural, False, False, needs_time=True, running=True
        )
    if lemma or _base(base, lists["own"]):
        return Predicate("own", "action", base, plural, False, False, False)
    if _base(base, lists["speech"]):
        return Predicate("speech", "action", base, plural, False, False, False)
    return Predicate("deed", "action", base, plural, False, False, False)


def _base(word: str, known: Any) -> str:
    """Return the known base form of an English verb form, or ''."""
    forms = [word]
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            forms += [stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2:-1] else stem]
    return next((form for form in forms if form in known), "")


def _is_message(low: str, language: Locale) -> bool:
    """Sending a link or a copy is our own step; sending a parcel is the company's deed."""
    return patterns(language, "promises", "messages").search(low) is not None


def _weight(predicate: Predicate) -> int:
    return {"deed": 3, "event": 2, "own": 1}.get(predicate.kind, 0)


@cache
def _lists(language: Locale) -> dict[str, Any]:
    lexicon = load_lexicon(language, "promises")
    return {
        "deeds": {lemma: kind for kind, lemmas in lexicon["deeds"].items() for lemma in lemmas},
        "own": frozenset(lexicon["own"]),
        "speech": frozenset(lexicon["speech"]),
        "events": frozenset(lexicon["events"]),
        "yours": frozenset(lexicon["yours"]),
        "sending": frozenset(lexicon["sending"]),
        "light": frozenset(lexicon["light"]),
        "moves": frozenset(lexicon["moves"]),
        "not": frozenset(lexicon["not"]),
        "will": frozenset(lexicon["will"]),
    }


__all__ = ["Predicate", "compile_any", "predicate_of"]
