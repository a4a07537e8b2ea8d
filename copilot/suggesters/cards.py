"""Cards: what the notes on the card let us tell the customer, in the order in which it helps.

Notes are written for colleagues. Only safe operations are made: what is not meant for the customer
is left out, the customer becomes "you", the operator "I", a bare infinitive after "first step:" a
request. Each sentence keeps the note it comes from and names what it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from copilot.cues import folded, shows, speech
from copilot.suggesters import addressed_en, addressed_ru, turned_en, turned_ru
from copilot.suggesters.passages import ends_well, overlap, sentences
from copilot.suggesters.scene import Scene
from copilot.suggestion import Sentence
from knowledge import Hit, Locale

_LOOSE = regex.compile(r"[ \t]+(?=[.,;!?](?:\s|$))")  # what a word that is gone leaves behind
_MOST = 7  # sentences; more than that is a recital, the least to the point go
_CLAUSE = regex.compile(r"([,;]\s+)")
_LINK = regex.compile(r"https?://|\bwww\.")
_FIGURE = regex.compile(r"\d")
_WORD = regex.compile(r"\p{L}{2,}")
_DANGLES = regex.compile(r"^(?:\p{Ll}|$)")


@dataclass(frozen=True)
class Note:
    """A sentence for the customer, what it does, and its place on the card."""

    sentence: Sentence
    kind: str
    place: int


def told(scene: Scene) -> tuple[Sentence, ...]:
    """Return what the notes let us say, each sentence citing its note, the cause first."""
    every = [note for note in _notes(scene) if note.kind != "trivia"]
    notes = [note for note in every if scene.fresh(note.sentence.text)]
    if not notes:
        return _once_more(every, scene)
    kept = _to_the_point(notes, scene)
    return tuple(note.sentence for note in _ordered(kept, scene.language))


def _once_more(notes: Sequence[Note], scene: Scene) -> tuple[Sentence, ...]:
    """Return the one note that answers a question about what was already told, in short."""
    language = scene.language
    asked = scene.brief.conversation.last_customer_text
    about = [
        note
        for note in notes
        if (shows(asked, "asks_when", language) and shows(note.sentence.text, "when", language))
        or (
            shows(asked, "asks_how_much", language) and shows(note.sentence.text, "money", language)
        )
        or ("?" in asked and overlap(note.sentence.text, asked, language) > 1)
    ]
    if not about:
        return ()
    best = max(
        about,
        key=lambda n: (n.kind != "reason", overlap(n.sentence.text, asked, language), -n.place),
    )
    turn = turned_ru if language == "ru" else turned_en
    text = once_more(language).format(note=turn.uncapital(best.sentence.text))
    repeated = best.sentence.model_copy(update={"text": text})
    return (repeated,) if scene.fresh(text) else ()


def once_more(language: Locale) -> str:
    """Return how something already told is told again."""
    return str(speech(language, "cards")["once_more"])


def _ordered(notes: list[Note], language: Locale) -> list[Note]:
    """Put gestures and names last; the rest keeps the order of the card, conditions with theirs."""
    order = speech(language, "cards")["order"]
    ranks: list[int] = []
    for note in notes:
        gesture = shows(note.sentence.text, "gesture", language)
        rank = order.get("gesture" if gesture else note.kind, 0)
        ranks.append(ranks[-1] if note.kind == "condition" and ranks else rank)
    return [notes[n] for n in sorted(range(len(notes)), key=lambda n: (ranks[n], n))]


def _to_the_point(notes: Sequence[Note], scene: Scene) -> list[Note]:
    """Keep as many as a reply may hold: those that share most with what was asked."""
    if len(notes) <= _MOST:
        return list(notes)
    asked = scene.brief.conversation.last_customer_text
    ranked = sorted(
        notes, key=lambda n: (-overlap(n.sentence.text, asked, scene.language), n.place)
    )
    return sorted(ranked[:_MOST], key=lambda n: n.place)


def _notes(scene: Scene) -> list[Note]:
    language = scene.language
    found: list[Note] = []
    for hit in cards_of(scene):
        for raw in _sentences(hit.text):
            if scene.brief.conversation.channel == "voice" and _LINK.search(raw):
                continue
            text, kind = said(raw, language, ty=scene.address == "ty")
            if not text:
                continue
            act = speech(language, "cards")["acts"].get(kind, "answer")
            sentence = Sentence(text=text, sources=(hit.id,), act=act)
            found.append(Note(sentence, kind, len(found)))
    return found


def cards_of(scene: Scene) -> Sequence[Hit]:
    """Return the notes of the card as sources, in order."""
    cards = [hit for hit in scene.brief.hits if hit.kind == "card"]
    if cards:
        return cards
    notes = scene.brief.conversation.card.notes
    return [
        Hit(id=f"card#{n}", document="card", kind="card", title="", text=note, score=1, strength="strong")
        for n, note in enumerate(notes, 1)
    ]  # fmt: skip


def said(raw: str, language: Locale, *, ty: bool = False) -> tuple[str, str]:
    """Return a note's sentence as said to the customer, and its kind; two empty strings if it is
    not for them.
    """
    if not _same_script(raw, language):
        return "", ""
    if _pattern(language, "trivia").search(folded(raw)):
        return ends_well(raw), "trivia"
    if _reserved(raw, language):
        return "", ""
    text = _to_customer(_without_inner(raw, language), language, ty=ty)
    if not _WORD.search(text):
        return "", ""
    for group in ("heads", "swaps"):
        text = _swapped(text, language, group)
    text = _headed(regex.sub(r" {2,}", " ", text).strip(" ,;"), language)
    text = _LOOSE.sub("", _swapped(text, language, "headlines"))
    if not _WORD.search(text):
        return "", ""
    text = ends_well(text[:1].upper() + text[1:])
    return text, kind_of(text, language)


def _reserved(raw: str, language: Locale) -> bool:
    """Say whether a whole sentence is for colleagues: they are told not to tell it, or to refrain."""
    low = folded(raw)
    if _pattern(language, "hush").search(low):
        return True
    refrains = _pattern(language, "refrain").search(low) is not None
    return refrains and not _pattern(language, "refrain_told").search(low)


def _to_customer(text: str, language: Locale, *, ty: bool) -> str:
    """Put steps as requests, offers as «I can», the customer as «you»; orders to us are no answer."""
    turn = addressed_ru if language == "ru" else addressed_en
    stripped = _pattern(language, "steps").sub("", text, count=1)
    if stripped != text or _pattern(language, "does").search(folded(text)):
        return str(turn.addressed(turn.requested(stripped), ty=ty))
    offered = _offered(text, language)
    ordered = turn.ordered(text) and _pattern(language, "orders").search(folded(text))
    return "" if offered == text and ordered else str(turn.addressed(offered, ty=ty))


def _swapped(text: str, language: Locale, group: str) -> str:
    for pattern, by in _swaps(language, group):
        text = pattern.sub(by, text)
    return text


def kind_of(text: str, language: Locale) -> str:
    """Return what a sentence tells: reason, options, compensation and so on, or answer."""
    low = folded(text)
    return next((kind for kind, p in _kinds(language).items() if p.search(low)), "answer")


def _offered(text: str, language: Locale) -> str:
    words = speech(language, "cards")
    if match := _pattern(language, "offer").match(text):
        return str(words["offer_as"]).format(rest=_lower(text[match.end() :]))
    if match := _pattern(language, "can").match(text):
        return str(words["can_as"]).format(rest=_lower(text[match.start(1) :]))
    return text


def _headed(text: str, language: Locale) -> str:
    """Put an article before a bare noun, and a request before what the customer does."""
    words = speech(language, "cards")
    for pattern, article in _swaps(language, "articles"):
        if pattern.search(text):
            return f"{article} {_lower(text)}"
    if words["asked"] and (match := _pattern(language, "asked").match(text)):
        return str(words["asked_as"]).format(rest=text[match.start(1) :])
    return text


def _without_inner(raw: str, language: Locale) -> str:
    """Return what is left of a sentence without the clauses that are not for the customer."""
    inner = _pattern(language, "inner")
    if not inner.search(folded(raw)):
        return raw
    pieces = _CLAUSE.split(raw.rstrip(" ."))
    clauses, gaps = pieces[::2], ["", *pieces[1::2]]
    kept = [n for n, clause in enumerate(clauses) if not inner.search(folded(clause))]
    if not kept or kept[0] != 0 or kept != list(range(len(kept))):
        return ""
    text = "".join(gaps[n] + clauses[n] if n else clauses[n] for n in kept)
    return text if len(_WORD.findall(text)) > 1 else ""


def _sentences(note: str) -> list[str]:
    return [piece for line in note.splitlines() if line.strip() for piece in sentences(line)]


def _same_script(text: str, language: Locale) -> bool:
    cyrillic = len(regex.findall(r"\p{Cyrillic}", text))
    latin = len(regex.findall(r"\p{Latin}", text))
    if not cyrillic + latin:
        return bool(_FIGURE.search(text))
    return cyrillic > 0 if language == "ru" else latin > cyrillic


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


@cache
def _pattern(language: Locale, name: str) -> "regex.Pattern[str]":
    patterns: Any = speech(language, "cards")[name]
    return regex.compile("|".join(patterns), regex.IGNORECASE)


@cache
def _kinds(language: Locale) -> "dict[str, regex.Pattern[str]]":
    table = speech(language, "cards")["kinds"]
    return {kind: regex.compile("|".join(patterns)) for kind, patterns in table.items()}


@cache
def _swaps(language: Locale, group: str) -> "tuple[tuple[regex.Pattern[str], str], ...]":
    table = speech(language, "cards")[group]
    return tuple((regex.compile(pattern, regex.IGNORECASE), by) for pattern, by in table)
