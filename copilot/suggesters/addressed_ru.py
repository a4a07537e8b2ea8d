"""A Russian note about the customer, said to the customer: «клиент заберёт» becomes «вы заберёте»."""

from functools import cache, lru_cache
from typing import Any

import regex

from copilot.cues import speech
from copilot.rules.morphology import analyser

_TOKEN = regex.compile(r"\p{L}[\p{L}-]*+|[^\p{L}]+")
_LETTER = regex.compile(r"\p{L}")
_STOPS = regex.compile(r"[,;:.!?\u2014\u2013()]")
_RARE, _SHORT = 0.1, ("ADJS", "PRTS")


class _Text:
    """The words of a sentence and what has become of each."""

    def __init__(self, text: str, *, ty: bool = False) -> None:
        self.ty = ty
        self.raw = [m.group() for m in _TOKEN.finditer(text)]
        self.lows = [word.lower() for word in self.raw]
        self.said = list(self.raw)
        self.before: dict[int, str] = {}
        self.about_person = False

    def word_before(self, at: int) -> int:
        """Return the place of the word before this one in the clause, or -1."""
        for n in range(at - 1, -1, -1):
            if _LETTER.match(self.raw[n]):
                return n
            if _STOPS.search(self.raw[n]):
                return -1
        return -1

    def clause_from(self, at: int) -> list[int]:
        """Return the places of the words of the clause that holds a place."""
        first, last = at, at
        while first > 0 and not _STOPS.search(self.raw[first - 1]):
            first -= 1
        while last + 1 < len(self.raw) and not _STOPS.search(self.raw[last + 1]):
            last += 1
        return [n for n in range(first, last + 1) if _LETTER.match(self.raw[n])]

    def words(self, name: str) -> Any:
        """Return wording for the address in force: polite, or on first-name terms."""
        return speech("ru", "cards")[f"{name}_ty" if self.ty else name]

    def text(self) -> str:
        """Return the sentence as it now stands."""
        joined = "".join(self.before.get(n, "") + word for n, word in enumerate(self.said))
        return regex.sub(r" {2,}", " ", joined).strip()


def addressed(sentence: str, *, ty: bool = False) -> str:
    """Return the sentence with the customer as «вы» (or «ты») and the operator as «я»."""
    read = _Text(sentence, ty=ty)
    for n, low in enumerate(read.lows):
        if _names(low, "people"):
            _turn_person(read, n)
            before = read.word_before(n)
            if before >= 0 and read.lows[before] in speech("ru", "cards")["pointing"]:
                read.said[before] = ""
        elif _names(low, "us"):
            _turn_us(read, n)
    if read.about_person:
        _turn_pronoun(read)
        others = read.words("others")
        for n, low in enumerate(read.lows):
            if low in others and read.said[n] == read.raw[n]:
                read.said[n] = others[low]
    return read.text()


def _turn_pronoun(read: _Text) -> None:
    """A later «he» or «she» is the customer too, unless a noun of that gender came between."""
    genders = speech("ru", "cards")["others_subject"]
    for n, low in enumerate(read.lows):
        if low not in genders or read.said[n] != read.raw[n]:
            continue
        rivals = [
            m for m in range(n)
            if not _names(read.lows[m], "people") and _nominative(read.lows[m], genders[low])
        ]  # fmt: skip
        if not rivals:
            read.said[n] = _like(str(read.words("you")["nomn"]), read.raw[n])
            _agree(read, n, "2per")


def ordered(sentence: str) -> bool:
    """Say whether a sentence begins with a bare infinitive, as an order to colleagues does."""
    first = _TOKEN.match(sentence)
    top = _top(first[0].lower()) if first else None
    return top is not None and str(top.tag.POS) == "INFN"


def requested(sentence: str) -> str:
    """Return bare infinitives at the head of clauses as requests: «вынуть» becomes «выньте»."""
    read = _Text(sentence)
    for n, low in enumerate(read.lows):
        top = _top(low)
        if top is None or str(top.tag.POS) != "INFN" or not _heads_clause(read, n):
            continue
        if form := top.inflect({"impr", "plur", "excl"}):
            read.said[n] = str(form.word)
    return read.text()


def _heads_clause(read: _Text, at: int) -> bool:
    clause = [n for n in read.clause_from(at) if n < at]
    return all(str(top.tag.POS) in ("CONJ", "PRCL", "INFN", "ADVB", "NOUN", "PREP", "ADJF", "NUMR")
               for n in clause if (top := _top(read.lows[n])) is not None)  # fmt: skip


def _turn_person(read: _Text, at: int) -> None:
    you = read.words("you")
    read.about_person = True
    case = _case_of(read, at)
    if case in ("gent", "") and (noun := _owned(read, at)) >= 0:
        _possess(read, at, noun)
        return
    read.said[at] = _like(you.get(case, you["accs"]), read.raw[at])
    if case == "nomn":
        _agree(read, at, "2per")


def _turn_us(read: _Text, at: int) -> None:
    """The operator as a subject: «оператор создаёт» becomes «создаю», in the past «мы создали»."""
    if _case_of(read, at) != "nomn":
        return
    verbs = [n for n in read.clause_from(at) if _finite(read.lows[n]) is not None]
    if any(str(_finite(read.lows[n]).tag.tense) == "past" for n in verbs):  # type: ignore[union-attr]  # filtered above
        read.said[at] = _like(speech("ru", "cards")["we"], read.raw[at])
        _agree(read, at, "1per")
        return
    read.said[at] = ""
    for n in verbs:
        top = _finite(read.lows[n])
        if form := top.inflect({"1per", "sing"}):  # type: ignore[union-attr]  # filtered above
            read.said[n] = str(form.word)


def _agree(read: _Text, at: int, person: str) -> None:
    """Put the verbs of the subject at a place into the plural of a person, also after a comma."""
    place = at
    while True:
        clause = read.clause_from(place)
        for n in clause:
            if n != at and (form := _form(read.lows[n], person, ty=read.ty)):
                read.said[n] = form
        following = next((n for n in range(clause[-1] + 1, len(read.raw)) if _LETTER.match(read.raw[n])), -1)  # fmt: skip
        if following < 0 or not _goes_on(read, read.clause_from(following)):
            return
        place = following


def _goes_on(read: _Text, clause: list[int]) -> bool:
    """Say whether a clause has a finite verb and no subject of its own."""
    verbs = [n for n in clause if _finite(read.lows[n]) is not None]
    return bool(verbs) and not any(_nominative(read.lows[n]) for n in clause)


def _form(low: str, person: str, *, ty: bool) -> str:
    """Return a verb or short adjective as its new subject wants it, or nothing to leave it so."""
    top = _finite(low)
    if top is None:
        short = _top(low)
        if ty or short is None or str(short.tag.POS) not in _SHORT or "sing" not in short.tag:
            return ""
        form = short.inflect({"plur"})
        return str(form.word) if form else ""
    past = str(top.tag.tense) == "past"
    if str(top.tag.number) != "sing" or (ty and past):
        return ""
    form = top.inflect({"plur"} if past else {person, "sing" if ty else "plur"})
    return str(form.word) if form else ""


def _finite(low: str) -> Any | None:
    top = _top(low)
    if top is None or str(top.tag.POS) != "VERB" or str(top.tag.mood) == "impr":
        return None
    return top if str(top.tag.person) in ("3per", "None") else None


def _owned(read: _Text, at: int) -> int:
    """Return the place of the noun that the person's genitive belongs to, or -1."""
    before = read.word_before(at)
    if before < 0:
        return -1
    top = _top(read.lows[before])
    return before if top is not None and str(top.tag.POS) == "NOUN" else -1


def _possess(read: _Text, at: int, noun: int) -> None:
    """Put «ваш» in the right form before a noun phrase and take the person away."""
    first = noun
    while (before := read.word_before(first)) >= 0:
        top = _top(read.lows[before])
        if top is None or str(top.tag.POS) not in ("ADJF", "PRTF"):
            break
        first = before
    form = _your(_reading_for(read, first, noun), str(read.words("your")))
    read.before[first] = f"{form} "
    if first == 0 or not any(_LETTER.match(word) for word in read.raw[:first]):
        read.before[first] = f"{form[:1].upper()}{form[1:]} "
        read.said[first] = read.said[first][:1].lower() + read.said[first][1:]
    read.said[at] = ""
    if at > 0 and read.said[at - 1].isspace():
        read.said[at - 1] = ""


def _reading_for(read: _Text, first: int, noun: int) -> Any:
    readings = [r for r in _readings(read.lows[noun]) if str(r.tag.POS) == "NOUN"]
    before = read.word_before(first)
    cases = speech("ru", "cards")["cases"]
    wanted = list(cases.get(read.lows[before], ())) if before >= 0 else ["nomn"]
    if before >= 0 and not wanted:
        verb = _top(read.lows[before])
        wanted = (
            ["accs", "gent"] if verb is not None and str(verb.tag.POS) in ("VERB", "INFN") else []
        )
    likely = [r for r in readings if float(r.score) >= _RARE]
    return next((r for r in likely if _case(r) in wanted), readings[0])


def _case(reading: Any) -> str:
    """Return the case of a reading, the rarer second cases as the common ones."""
    case = str(reading.tag.case)
    return {"gen2": "gent", "loc2": "loct", "acc2": "accs"}.get(case, case)


@lru_cache(maxsize=128)
def _your_form(word: str, grammemes: tuple[str, ...]) -> str:
    reading = next(r for r in analyser().parse(word) if str(r.tag.POS) == "ADJF")
    form = reading.inflect(set(grammemes))
    return str(form.word) if form else word


def _your(reading: Any, word: str) -> str:
    """Return «ваш» or «твой» in the form of a noun."""
    tag = reading.tag
    case = _case(reading)
    gender = str(tag.gender) if str(tag.number) == "sing" and tag.gender else ""
    wanted = [case, str(tag.number), *([gender] if gender else [])]
    if case == "accs" and gender not in ("femn", "neut"):
        wanted.append(str(tag.animacy or "inan"))
    return _your_form(word, tuple(wanted))


def _case_of(read: _Text, at: int) -> str:
    """Return the case of a word for the person: by its preposition, else the likeliest."""
    found = [
        str(r.tag.case)
        for r in _readings(read.lows[at])
        if str(r.tag.POS) == "NOUN" and str(r.tag.number) == "sing"
    ]
    before = read.word_before(at)
    wanted = speech("ru", "cards")["cases"].get(read.lows[before], ()) if before >= 0 else ()
    return next((case for case in wanted if case in found), found[0] if found else "")


@lru_cache(maxsize=4096)
def _names(low: str, group: str) -> bool:
    """Say whether a word is a singular form of one of the people of a group."""
    known = _people(group)
    return any(
        str(r.normal_form) in known and str(r.tag.POS) == "NOUN" and str(r.tag.number) == "sing"
        for r in _readings(low)
        if float(r.score) >= _RARE
    )


@cache
def _people(group: str) -> frozenset[str]:
    return frozenset(speech("ru", "cards")[group])


def _nominative(low: str, gender: str = "") -> bool:
    return any(
        str(r.tag.POS) in ("NOUN", "NPRO")
        and str(r.tag.case) == "nomn"
        and float(r.score) >= _RARE
        and (not gender or str(r.tag.gender) == gender)
        for r in _readings(low)
    )


def _top(low: str) -> Any | None:
    return next(iter(_readings(low)), None)


@lru_cache(maxsize=20_000)
def _readings(low: str) -> tuple[Any, ...]:
    return tuple(analyser().parse(low)) if _LETTER.match(low) else ()


def _like(word: str, model: str) -> str:
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
