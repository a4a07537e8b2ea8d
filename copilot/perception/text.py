"""Text as perception reads it: sentences, lemmas, and folding of disguised letters."""

from functools import cache, lru_cache
from typing import Any, NamedTuple

import regex

from copilot.perception.lexicon import Letters, letters, words

_GUESSABLE = 7  # letters; the reading of a shorter unknown word is a guess
_LONG_WORD = 16  # letters; a longer unknown word is a name or noise
_NEVER_SOFT = "\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u0439\u044c\u044a"
_LONG_LINE = 4_000  # razdel is slower than linear on pathological lines; these get the plain split
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"[a-z]")
_TOKEN = regex.compile(r"[\p{L}\p{N}@$]+")
_WORD = regex.compile(r"\p{L}+(?:[-'\u2019]\p{L}+)*")
_LOUD_END = regex.compile(
    r"(?<![!?\u2026])[!?\u2026]++[)\"\u00bb]*+\s++|(?<=\p{L}{2})\.++\s++(?=\p{Ll}{2})"
)
_PLAIN_END = regex.compile(
    r"(?<![.!?\u2026])(?<!(?<!\p{L})\p{L}\p{L}?)[.!?\u2026]++[)\"\u00bb]*+\s++"
)
_SPACED = regex.compile(r"(?<!\w)(?:\p{L}[ .\-_*]{1,2}(?=\p{L}(?!\w))){3,}+\p{L}")
_LAST_WORD = regex.compile(r"(?<!\p{L})\p{L}++$")
_RUN = regex.compile(r"(\p{L})\1{2,}+")


class Span(NamedTuple):
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int
    text: str


class View(NamedTuple):
    """A rewritten text; `origins[i]` is the offset in the original of its character `i`."""

    text: str
    origins: tuple[int, ...]


def sentences(text: str) -> tuple[Span, ...]:
    """Cut a text into sentences with their offsets; also where people write no capitals."""
    found: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            found.extend(_line_sentences(line, start))
        start += len(line) + 1
    return tuple(found)


def lemmas(text: str) -> tuple[str, ...]:
    """Return the dictionary form of every word in order; what no dictionary knows stays as it is."""
    return tuple(_lemma(word) for word in _WORD.findall(fold(text)))


def fold(text: str) -> str:
    """Return `text` in lower case with disguised letters undone, character for character.

    Look-alike letters of the other alphabet and digits standing for letters inside a word become
    the letters they are meant as; the length never changes, so that offsets stay valid.
    """
    tables = letters()
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    lowered = lowered.translate(tables.plain)
    russian = _is_russian(lowered)
    return str(_TOKEN.sub(lambda match: _unmask(match.group(), tables, russian=russian), lowered))


def undisguise(folded: str) -> View | None:
    """Return a second reading of a folded text for words that hide, or None if nothing differs.

    Letters spaced or dotted apart are joined, letters repeated three times or more become one, a
    digit at the head of a word becomes its letter, and Russian words in Latin look-alikes return.
    """
    tables = letters()
    chars = [(char, offset) for offset, char in enumerate(folded)]
    if _is_russian(folded):
        chars = _rewrite(chars, _TOKEN, lambda token: _respell(token, tables))
    dropped = {
        offset
        for match in _SPACED.finditer(folded)
        for offset in range(match.start(), match.end())
        if not folded[offset].isalpha()
    }
    for match in _RUN.finditer(folded):
        dropped.update(range(match.start() + 1, match.end()))
    kept = [(char, offset) for char, offset in chars if offset not in dropped]
    text = "".join(char for char, _ in kept)
    if text == folded:
        return None
    return View(text, tuple(offset for _, offset in kept))


def cyrillic_to_latin_share(text: str) -> tuple[int, int]:
    """Count the Cyrillic and the basic Latin letters of a text."""
    return len(_CYRILLIC.findall(text)), len(_LATIN.findall(text.lower()))


class Form(NamedTuple):
    """A Russian word as the dictionary sees it; `part` is its part of speech in OpenCorpora tags."""

    part: str
    lemma: str
    nominative: str
    proper: bool
    parsed: Any

    def agreeing(self, noun: "Form") -> str:
        """Return this adjective in the nominative, agreeing with a noun."""
        tag = noun.parsed.tag
        wanted = {"nomn", tag.number} | ({tag.gender} if tag.number == "sing" else set())
        changed = self.parsed.inflect({grammeme for grammeme in wanted if grammeme})
        return str(changed.word) if changed else self.lemma


def is_given_name(word: str) -> bool:
    """Say whether a Russian word is a person's first name and hardly anything else."""
    if not _CYRILLIC.search(word):
        return False
    best = _analyser().parse(word)[0]
    return "Name" in best.tag and bool(_analyser().word_is_known(word))


def dictionary_forms(word: str) -> Form | None:
    """Return the likeliest reading of a Russian word, a noun or adjective before others, or None."""
    if not _CYRILLIC.search(word):
        return None
    parsed = _analyser().parse(word)
    if not _analyser().word_is_known(word) and (len(word) < _GUESSABLE or parsed[0].score < 0.3):
        return None
    best = next((p for p in parsed if p.tag.POS in {"NOUN", "ADJF"}), parsed[0])
    if parsed[0].tag.POS not in {"NOUN", "ADJF", None} and parsed[0].score > 0.6:
        best = parsed[0]
    number = {"nomn", best.tag.number} if best.tag.number else {"nomn"}
    changed = best.inflect(number) if best.tag.POS == "NOUN" else None
    proper = any(mark in best.tag for mark in ("Name", "Surn", "Patr", "Geox"))
    nominative = str(changed.word if changed else best.word)
    return Form(str(best.tag.POS or ""), str(best.normal_form), nominative, proper, best)


@lru_cache(maxsize=4_096)
def soft_sign_at(word: str) -> int:
    """Return where a soft sign makes a dictionary word of an unknown Russian one, or 0."""
    if len(word) > _LONG_WORD or not _CYRILLIC.match(word) or _analyser().word_is_known(word):
        return 0
    places = (at for at in range(len(word), 1, -1) if word[at - 1] not in _NEVER_SOFT)
    soft = (at for at in places if _analyser().word_is_known(f"{word[:at]}\u044c{word[at:]}"))
    return next(soft, 0)


def _line_sentences(line: str, start: int) -> list[Span]:
    if len(line) <= _LONG_LINE and _CYRILLIC.search(line):
        from razdel import sentenize

        pieces = [(piece.start, piece.stop) for piece in sentenize(line)]
        ends = _LOUD_END
    else:
        pieces, ends = [(0, len(line))], _PLAIN_END
    cuts: list[Span] = []
    for first, last in pieces:
        begin = first
        found = ends.finditer(line, first, last)
        stops = [match.end() for match in found if not _shortened(line, match.start())]
        for stop in [*stops, last]:
            body = line[begin:stop]
            if body.strip():
                lead = len(body) - len(body.lstrip())
                text = body.strip()
                cuts.append(Span(start + begin + lead, start + begin + lead + len(text), text))
            begin = stop
    return cuts


def _shortened(line: str, at: int) -> bool:
    """Say whether the full stop at a place belongs to an abbreviation."""
    before = _LAST_WORD.search(line, max(0, at - 8), at)
    short = words("ru").abbreviations | words("en").abbreviations
    return line[at] == "." and before is not None and before.group().lower() in short


def _is_russian(text: str) -> bool:
    cyrillic, latin = cyrillic_to_latin_share(text)
    return cyrillic > latin


def _unmask(token: str, tables: Letters, *, russian: bool) -> str:
    if token.isdigit() or (token.isalpha() and not _mixed(token)):
        return token
    if not any(char.isalpha() for char in token):
        return token
    cyrillic = len(_CYRILLIC.findall(token))
    own = sum(char not in tables.to_cyrillic for char in token if _LATIN.match(char))
    own_cyrillic = sum(char not in tables.to_latin for char in token if _CYRILLIC.match(char))
    if cyrillic == 0:
        target_cyrillic = False
    elif own != own_cyrillic:
        target_cyrillic = own_cyrillic > own
    else:
        target_cyrillic = russian
    table = tables.to_cyrillic if target_cyrillic else tables.to_latin
    digits = tables.leet_cyrillic if target_cyrillic else tables.leet_latin
    token = "".join(table.get(char, char) for char in token)
    return _inner_digits(token, digits)


def _inner_digits(token: str, digits: dict[str, str]) -> str:
    if sum(char.isdigit() for char in token) > 2:
        return token
    last = len(token) - 1
    return "".join(
        digits.get(char, char)
        if 0 < at < last and not char.isalpha() and _near_letters(token, at)
        else char
        for at, char in enumerate(token)
    )


def _near_letters(token: str, at: int) -> bool:
    left = token[at - 1].isalpha() or (at > 1 and token[at - 1] == token[at])
    right = token[at + 1].isalpha() or token[at + 1] == token[at]
    return left and right


def _mixed(token: str) -> bool:
    return bool(_CYRILLIC.search(token)) and bool(_LATIN.search(token))


def _respell(token: str, tables: Letters) -> str:
    if token.isascii() and token.isalpha() and len(token) >= 3:
        if all(char in tables.to_cyrillic for char in token):
            return "".join(tables.to_cyrillic[char] for char in token)
        return token
    head = tables.leet_cyrillic.get(token[0])
    if head and len(token) > 4 and token[1:].isalpha() and not token[0].isalpha():
        return head + token[1:]
    return token


def _rewrite(
    chars: list[tuple[str, int]], pattern: "regex.Pattern[str]", change: Any
) -> list[tuple[str, int]]:
    text = "".join(char for char, _ in chars)
    changed = pattern.sub(lambda match: change(match.group()), text)
    return [(new, offset) for new, (_, offset) in zip(changed, chars, strict=True)]


@cache
def _analyser() -> Any:
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang="ru")


@lru_cache(maxsize=20_000)
def _lemma(word: str) -> str:
    if _CYRILLIC.search(word):
        return str(_analyser().parse(word)[0].normal_form)
    if word in words("en").irregular:
        return words("en").irregular[word]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
