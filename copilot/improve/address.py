"""Form of address in Russian: polite plural to familiar singular and back, verbs and all."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import regex

from copilot.brief import Brief
from copilot.improve.cutting import like
from copilot.improve.facts import QUOTED, initial, touches
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.splitting import sentences
from copilot.improve.wordforms import Token, inflected, readings, tokens
from copilot.improve.words import words

_Way = Literal["to_ty", "to_vy"]
_BREAK = regex.compile(r"[,;:()\u2014\u2013.!?\n]")
_NEAR_ME = 3  # words between «I» and a verb in the past that speaks of the writer
_LEAST = 0.1  # a reading rarer than this is no rival


class Clause(NamedTuple):
    """Words between two marks, in a direction of change, with the customer's gender if known.

    `sure` says that the text addresses somebody in the form that is to go: «you never know» does not.
    """

    words: tuple[Token, ...]
    way: _Way
    gender: str
    sure: bool = True

    @property
    def subject(self) -> bool:
        """Whether the addressed person is the subject."""
        wanted = words("ru", "address")["subject"][self.way]
        return any(token.low == wanted for token in self.words)


def to_ty(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits from the polite plural to the familiar singular."""
    yield from _changed(text, setting, "to_ty")


def to_vy(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits from the familiar singular to the polite plural."""
    yield from _changed(text, setting, "to_vy")


def left_for_gender(text: str, setting: Setting) -> tuple[str, ...]:
    """Return the words of sentences that `to_ty` leaves because they would tell the gender."""
    if setting.language != "ru":
        return ()
    gender = gender_of(setting.brief)
    found: list[str] = []
    for start, end in _sentences(text):
        for clause in _clauses(text, (start, end), "to_ty", gender):
            found += [token.text for token in clause.words if _needs_gender(clause, token)]
    return tuple(dict.fromkeys(found))


def gender_of(brief: Brief) -> str:
    """Return the gender in which the customer speaks of themselves, or an empty string."""
    heard: set[str] = set()
    me = words("ru", "address")["i"]
    for message in brief.conversation.messages:
        if message.role != "customer":
            continue
        found = tokens(message.text)
        for n, token in enumerate(found):
            if token.low == me:
                near = found[max(0, n - _NEAR_ME) : n + 1 + _NEAR_ME]
                heard |= {g for word in near if (g := _past_gender(word.low))}
    return heard.pop() if len(heard) == 1 else ""


def _changed(text: str, setting: Setting, way: _Way) -> Iterator[Edit]:
    if setting.language != "ru":
        return
    gender = gender_of(setting.brief)
    quoted = [match.span() for match in QUOTED.finditer(text)]
    for place in _sentences(text):
        edits: list[Edit] = []
        for clause in _clauses(text, place, way, gender):
            if any(_needs_gender(clause, token) for token in clause.words):
                edits = []
                break
            for n, token in enumerate(clause.words):
                new = _other(clause, n)
                if new and not touches(token.start, token.end, quoted):
                    said = like(token.text, new) if initial(text, token.start) else new
                    edits.append(Edit(token.start, token.end, said, "address"))
        yield from edits


def _sentences(text: str) -> list[tuple[int, int]]:
    return [(part.start, part.end) for part in sentences(text)]


def _clauses(text: str, place: tuple[int, int], way: _Way, gender: str) -> Iterator[Clause]:
    start = place[0]
    for match in [*_BREAK.finditer(text, *place), None]:
        end = match.start() if match else place[1]
        found = tokens(text[start:end])
        moved = tuple(Token(t.start + start, t.end + start, t.text) for t in found)
        if moved:
            yield Clause(moved, way, gender, way == "to_ty" or _addresses(text, way))
        start = match.end() if match else end


def _addresses(text: str, way: _Way) -> bool:
    """Say whether a text holds a pronoun or a plain order in the form that is to go."""
    table: dict[str, str] = words("ru", "address")[way]
    return any(
        token.low in table or (len(r := readings(token.low)) == 1 and str(r[0].tag.mood) == "impr")
        for token in tokens(text)
    )


def _other(clause: Clause, n: int) -> str:
    """Return the form of a word under the other address, or an empty string to leave it."""
    lexicon = words("ru", "address")
    token, way = clause.words[n], clause.way
    before = clause.words[n - 1].low if n else ""
    if before == lexicon["names_form"] and token.low == lexicon["subject"][way]:
        return ""
    after_of = before in lexicon["prepositional"]["after"]
    if after_of and (new := lexicon["prepositional"][way].get(token.low)):
        return str(new)
    if new := lexicon[way].get(token.low):
        return str(new)
    return _to_singular(clause, n) if way == "to_ty" else _to_plural(clause, n)


def _to_singular(clause: Clause, n: int) -> str:
    token = clause.words[n]
    order = _reading(token, "impr", "plur")
    statement = _reading(token, "indc", "plur", person="2per")
    if order is not None and (statement is None or _orders(clause, n, statement)):
        return inflected(order, "impr", "sing", "excl")
    if statement is not None:
        return inflected(statement, "indc", "sing", "2per", str(statement.tag.tense))
    if clause.subject and clause.gender:
        return _gendered(token, clause.gender)
    return ""


def _to_plural(clause: Clause, n: int) -> str:
    token = clause.words[n]
    statement = _reading(token, "indc", "sing", person="2per")
    if statement is not None and clause.sure:
        return inflected(statement, "indc", "plur", "2per", str(statement.tag.tense))
    order = _reading(token, "impr", "sing")
    if order is not None and _is_order(clause, n):
        return inflected(order, "impr", "plur", "excl")
    return _plural(token) if clause.subject else ""


def _orders(clause: Clause, n: int, statement: Any) -> bool:
    """Tell «receive the parcel!» from «you will receive»: both are one form for many verbs."""
    lexicon = words("ru", "address")
    lemma, head = str(statement.normal_form), clause.words[0].low
    if clause.subject or head in lexicon["states"] or lemma in lexicon["never_ordered"]:
        return False
    before, after = clause.words[:n], clause.words[n + 1 :]
    if lemma in lexicon["receives"]:
        return any(_only_order(token) for token in (*before, *after))
    first = all(token.low in lexicon["before_order"] for token in before)
    return first or any(_reading(token, "impr", "plur") is not None for token in before)


def _only_order(token: Token) -> bool:
    ordered = _reading(token, "impr", "plur") is not None
    return ordered and _reading(token, "indc", "plur", person="2per") is None


def _is_order(clause: Clause, n: int) -> bool:
    """Tell an order from the word it looks like: «send» from «they came»."""
    token = clause.words[n]
    lexicon = words("ru", "address")
    if token.low in lexicon["not_orders"]:
        return False
    order = max(r.score for r in readings(token.low) if str(r.tag.mood) == "impr")
    rivals = [r.score for r in readings(token.low) if str(r.tag.mood) != "impr"]
    if not rivals or max(rivals) < _LEAST:
        return True
    if max(rivals) > order:
        return False
    heads = (t.low not in lexicon["before_order"] for t in clause.words[:n])
    following = clause.words[n + 1] if n + 1 < len(clause.words) else None
    return not any(heads) and not (following is not None and _many(following))


def _many(token: Token) -> bool:
    return any(
        str(r.tag.POS) == "NOUN" and str(r.tag.case) == "nomn" and str(r.tag.number) == "plur"
        for r in readings(token.low)
    )


def _needs_gender(clause: Clause, token: Token) -> bool:
    if clause.way != "to_ty" or clause.gender or not clause.subject:
        return False
    return token.low in words("ru", "address")["alone"] or _short_plural(token) is not None


def _gendered(token: Token, gender: str) -> str:
    alone: dict[str, list[str]] = words("ru", "address")["alone"]
    if token.low in alone:
        return alone[token.low][0 if gender == "masc" else 1]
    reading = _short_plural(token)
    if reading is None:
        return ""
    tense = ("past", "indc") if str(reading.tag.POS) == "VERB" else ()
    return inflected(reading, "sing", gender, *tense)


def _short_plural(token: Token) -> Any | None:
    """Return the reading of a past or short form in the plural, if that is what it is."""
    best = next(iter(readings(token.low)), None)
    return best if best is not None and _short(best, "plur") else None


def _plural(token: Token) -> str:
    together: dict[str, str] = words("ru", "address")["together"]
    if token.low in together:
        return together[token.low]
    best = next(iter(readings(token.low)), None)
    if best is None or not _short(best, "sing") or str(best.tag.gender) == "neut":
        return ""
    tense = ("past", "indc") if str(best.tag.POS) == "VERB" else ()
    return inflected(best, "plur", *tense)


def _short(reading: Any, number: str) -> bool:
    tag = reading.tag
    past = str(tag.POS) == "VERB" and str(tag.tense) == "past"
    return (past or str(tag.POS) in ("ADJS", "PRTS")) and str(tag.number) == number


def _past_gender(word: str) -> str:
    best = next(iter(readings(word)), None)
    if best is None or (str(best.tag.POS), str(best.tag.tense)) != ("VERB", "past"):
        return ""
    return str(best.tag.gender) if str(best.tag.gender) in ("masc", "femn") else ""


def _reading(token: Token, mood: str, number: str, *, person: str = "") -> Any | None:
    for reading in readings(token.low):
        tag = reading.tag
        if (str(tag.mood), str(tag.number)) != (mood, number):
            continue
        if (person and str(tag.person) != person) or str(tag.involvement) == "incl":
            continue
        return reading
    return None
