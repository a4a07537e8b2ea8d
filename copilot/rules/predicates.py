"""What a clause says will be done, and by whom: by verb forms in Russian, by auxiliaries in English."""

from functools import cache
from typing import Any, Literal, NamedTuple, cast

import regex

from copilot.rules.lexicon import load_lexicon, patterns
from copilot.rules.morphology import Verb, verb
from copilot.rules.screen import hears
from knowledge import Locale

DeedKind = Literal["deed", "own", "speech", "event", "phrase", "hedge"]
DeedType = Literal["time", "money", "action", "outcome"]
_WORD = regex.compile(r"\p{L}[\p{L}'-]*")
_ADVERBS = r"(?:(?:also|now|just|then|gladly|even|still|already|automatically|go ahead and|[a-z]+ly)\s+){0,2}"
_FIRST_PERSON = regex.compile(
    r"\b(?P<who>i|we)(?:'ll| will| shall|'m going to| am going to|'re going to| are going to)\s+"
    rf"{_ADVERBS}(?P<verb>(?:be\s+)?[a-z-]+)"
)
_IN_PROGRESS = regex.compile(
    rf"\b(?P<who>i|we)(?:'m| am|'re| are)\s+{_ADVERBS}(?P<verb>[a-z]+ing)\b"
)
_THIRD_PERSON = regex.compile(
    rf"(?<![a-z])(?P<who>[a-z]{{1,30}})(?:'ll| will|(?:'s| is|'re| are) going to)\s+{_ADVERBS}"
    r"(?P<verb>(?:be\s+)?(?:[a-z]+ly\s+)?[a-z-]+)"
)
_NOT_THIRD = ("i", "we", "you", "that", "this", "which")


class Predicate(NamedTuple):
    """What will be done.

    `name` is the lemma of the verb or the pattern that heard it; `phrase` says that the words bind
    as a whole whatever the numbers; `needs_time` that they bind only with a day or an hour;
    `running` that it is under way already; `light` that the verb says little by itself.
    """

    kind: DeedKind
    type: DeedType
    name: str
    plural: bool = True
    third_party: bool = False
    phrase: bool = False
    needs_time: bool = False
    running: bool = False
    light: bool = False


FREE = Predicate("phrase", "money", "free")


def predicate_of(low: str, language: Locale) -> Predicate | None:
    """Return the strongest thing a folded lower-case clause promises, or None."""
    third = _hears("third_party", low, language)
    if _hears("hedges", low, language):
        return Predicate("hedge", "action", "hedge", plural=False, phrase=True)
    found = _phrase(low, language, third)
    if found is None or found.needs_time:
        found = (_russian(low, third) if language == "ru" else _english(low, third)) or found
    if found is not None and found.running and _hears("general", low, language):
        return None
    if found is not None and not found.phrase and found.kind in ("event", "phrase"):
        vague = _hears("usually", low, language) or _hears("doubt", low, language)
        return None if vague else found
    return found


def _phrase(low: str, language: Locale, third: bool) -> Predicate | None:
    types: dict[str, str] = load_lexicon(language, "promises")["phrase_types"]
    for name, kind in types.items():
        if hears(language, "promises", "phrases", name)(low):
            return _from_phrase(name, cast("DeedType", kind), third)
    for key in ("verbless", "waits"):
        if _hears(key, low, language):
            return _from_phrase(key, "time", third)
    return None


def _from_phrase(name: str, kind: DeedType, third: bool) -> Predicate:
    loose = name == "participle"  # «will be delivered»: binds with a number or without
    return Predicate(
        "phrase",
        "outcome" if loose else kind,
        name,
        third_party=third and kind == "time",
        phrase=kind == "outcome" and not loose,
        needs_time=kind == "time",
    )


def _russian(low: str, third: bool) -> Predicate | None:
    lists = _lists("ru")
    best: Predicate | None = None
    words = [match.group() for match in _WORD.finditer(low)]
    for n, word in enumerate(words):
        form = verb(word)
        before = words[n - 1] if n else ""
        if form is None or before in lists["not"]:
            continue
        best = _graver(best, _by_form(form, low, third, helped=before in lists["will"]))
    if _hears("offer", low, "ru") and (best is None or best.kind != "deed"):
        return None
    return best


def _by_form(form: Verb, low: str, third: bool, *, helped: bool) -> Predicate | None:
    lists = _lists("ru")
    if helped and form.tense == "infinitive":
        return _by_us(form, low)
    if form.person == 1:
        return _by_us(form, low)
    whose = {2: "yours", 3: "events"}.get(form.person, "")
    if form.tense != "future" or not whose or form.lemma in lists["harmless"]:
        return None
    known = form.lemma in lists[whose]
    if not known and form.person == 2:
        return None
    kind: DeedType = "action" if form.lemma in lists["moves"] else "outcome"
    return Predicate("event", kind, form.lemma, third_party=third, needs_time=not (known or third))


def _by_us(form: Verb, low: str) -> Predicate | None:
    lists = _lists("ru")
    kind = lists["deeds"].get(form.lemma)
    message = form.lemma in lists["sending"] and _hears("messages", low, "ru")
    if kind and not message:
        running, light = form.tense == "present", form.lemma in lists["light"]
        return Predicate("deed", kind, form.lemma, form.plural, running=running, light=light)
    if form.tense == "present":
        return None
    known: DeedKind = "speech" if form.lemma in lists["speech"] else "deed"
    if message or (known == "deed" and form.lemma in lists["own"]):
        known = "own"
    return Predicate(known, "action", form.lemma, form.plural)


def _english(low: str, third: bool) -> Predicate | None:
    lists = _lists("en")
    for pattern in (_FIRST_PERSON, _IN_PROGRESS):
        best: Predicate | None = None
        for match in pattern.finditer(low):
            verb_on = low[match.start("verb") :]
            deed = _running(match["verb"]) if pattern is _IN_PROGRESS else _coming(verb_on)
            best = _graver(best, deed and deed._replace(plural=match["who"] == "we"))
        if best is not None:
            return best
    for match in _THIRD_PERSON.finditer(low):
        base = match["verb"].rsplit(maxsplit=1)[-1]
        lemma = _base(base, lists["events"])
        if match["who"] in _NOT_THIRD or base in lists["harmless"]:
            continue
        known = bool(lemma) or match["verb"].startswith("be ") or third
        kind: DeedType = "action" if lemma in lists["moves"] else "outcome"
        return Predicate("event", kind, lemma or base, third_party=third, needs_time=not known)
    return None


def _running(written: str) -> Predicate | None:
    """Read «I'm refunding»: only deeds count, others with an hour only."""
    lists = _lists("en")
    if lemma := _base(written, lists["deeds"]):
        light = lemma in lists["light"]
        return Predicate("deed", lists["deeds"][lemma], lemma, running=True, light=light)
    if _base(written, lists["own"] | lists["speech"]):
        return None
    return Predicate("deed", "action", written, needs_time=True, running=True)


def _coming(verb_on: str) -> Predicate | None:
    """Read «I'll …» from the verb on: our own step, or a deed of the company."""
    lists = _lists("en")
    words = verb_on.split(maxsplit=2)
    base = (words[1] if words[0] == "be" and len(words) > 1 else words[0]).strip(".,;:!")
    if base == "not":
        return None
    if patterns("en", "promises", "own_phrases").match(verb_on):
        return Predicate("own", "action", base)
    lemma = _base(base, lists["deeds"])
    if lemma and not (lemma in lists["sending"] and _hears("messages", verb_on[:60], "en")):
        return Predicate("deed", lists["deeds"][lemma], lemma, light=lemma in lists["light"])
    known: DeedKind = "speech" if _base(base, lists["speech"]) else "deed"
    return Predicate("own" if lemma or _base(base, lists["own"]) else known, "action", base)


def _base(word: str, known: Any) -> str:
    """Return the known base form of an English verb form, or ''."""
    forms = [word]
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            forms += [stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2:-1] else stem]
    return next((form for form in forms if form in known), "")


def _hears(key: str, low: str, language: Locale) -> bool:
    return hears(language, "promises", key)(low)


def _graver(one: Predicate | None, other: Predicate | None) -> Predicate | None:
    """Of two things one clause says, return the one that binds more; the first among equals."""
    if one is None or other is None:
        return one or other
    weight = {"deed": 3, "event": 2, "own": 1}
    return other if weight.get(other.kind, 0) > weight.get(one.kind, 0) else one


@cache
def _lists(language: Locale) -> dict[str, Any]:
    lexicon = load_lexicon(language, "promises")
    names = (
        "own",
        "speech",
        "events",
        "yours",
        "sending",
        "light",
        "moves",
        "harmless",
        "not",
        "will",
    )
    lists: dict[str, Any] = {name: frozenset(lexicon[name]) for name in names}
    deeds: dict[str, list[str]] = lexicon["deeds"]
    lists["deeds"] = {lemma: kind for kind, lemmas in deeds.items() for lemma in lemmas}
    return lists
