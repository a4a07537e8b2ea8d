"""Which of our two languages a message is in, also when it is short, mixed or transliterated."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import regex

from copilot.perception.lexicon import letters, words
from copilot.perception.text import View, cyrillic_to_latin_share, fold, soft_sign_at
from knowledge import Locale

_WORD = regex.compile(r"[\p{L}']++")
_KEYED = regex.compile(r"[a-z\[\];',.]++")
_CYRILLIC_WORD = regex.compile(r"\p{Cyrillic}{2,}")
_LONG, _FEWEST_LONG = 5, 2  # letters of a word that is no word of both languages; how many of them
_FEW = 3  # letters; less says nothing about the language
_OTHER_CYRILLIC = regex.compile(
    r"[\u0456\u0457\u0454\u0491\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af\u045e\u0458\u0459\u045a\u045b\u0452]"
)
_OTHER_LATIN = regex.compile(
    r"[\u00e0-\u00f6\u00f8-\u00ff\u0105\u0107\u0119\u0142\u0144\u015b\u017a\u017c\u0111\u0131\u015f\u011f]"
)
_OTHER_SCRIPT = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Greek}\p{Thai}"
    r"\p{Georgian}\p{Armenian}]"
)


class Spoken(NamedTuple):
    """The language of a text: ours or the nearest of ours; `sure` when the text itself says so."""

    language: Locale
    sure: bool
    foreign: str = ""


def language_of(text: str) -> Spoken | None:
    """Return the language of one text, or None when it has too few letters to tell.

    `foreign` quotes a word that belongs to neither language, if the text seems to be in a third.
    """
    lowered = text.lower()
    cyrillic, latin = cyrillic_to_latin_share(lowered)
    others = len(_OTHER_SCRIPT.findall(lowered))
    if cyrillic + latin + others < _FEW:
        return None
    if others > cyrillic + latin:
        return Spoken("en", sure=False, foreign=_first_word(lowered, _OTHER_SCRIPT))
    if cyrillic >= latin or (cyrillic > _FEW and _russian_frame(lowered)):
        foreign = _third_language(lowered, _OTHER_CYRILLIC, "ru")
        return Spoken("ru", sure=True, foreign=foreign)
    if respelled(fold(text)):
        return Spoken("ru", sure=True)
    foreign = _third_language(lowered, _OTHER_LATIN, "en")
    known = len(set(_WORD.findall(lowered)) & words("en").common)
    return Spoken("en", sure=known > 0 or latin >= 12, foreign=foreign)


def conversation_language(last: str, earlier: Iterable[str], ours: Iterable[str]) -> Locale:
    """Return the language to answer in.

    Args:
        last: the customer's last turn.
        earlier: the customer's earlier messages.
        ours: the operator's messages and the notes of the card; they decide last.
    """
    spoken = language_of(last)
    if spoken and spoken.sure:
        return spoken.language
    for texts in (earlier, ours):
        votes = Counter(found.language for text in texts if (found := language_of(text)))
        if votes:
            return max(votes.items(), key=lambda vote: (vote[1], vote[0] == "ru"))[0]
    return spoken.language if spoken else "ru"


def respelled(folded: str) -> View | None:
    """Return Russian that was typed in Latin letters as Cyrillic, or None if it was not.

    Both transliteration and the English keyboard layout are undone.
    """
    cyrillic, latin = cyrillic_to_latin_share(folded)
    if latin < _FEW or cyrillic * 4 > latin:
        return None
    tokens = _WORD.findall(folded)
    english = sum(token in words("en").common for token in tokens)
    russian = sum(token in words("ru").translit for token in tokens)
    if russian > english and russian * 6 >= len(tokens):
        return _transliterated(folded)
    plain = any(len(token) >= _FEW and token in words("en").common for token in tokens)
    if not plain and (view := _of_russian_words(folded)):
        return view
    keyed = _typed_blind(folded)
    known = sum(token in words("ru").common for token in _WORD.findall(keyed.text))
    if known > english and known * 4 >= len(tokens) and english == 0:
        return keyed
    return None


def mixed_in(text: str, language: Locale) -> str:
    """Quote the stretch of the other of our languages inside a message, or return ''.

    A name or a single technical term is no mixture: two words in a row or more are.
    """
    if language == "ru":
        found = regex.search(r"(?<![\w@./-])[A-Za-z']{2,}(?:[ ,]+[A-Za-z']{2,}){1,8}", text)
        term = regex.findall(r"(?<![\w@./#-])[a-z]{4,}(?![\w@./-])", text)
        if found and _known_english(found.group()):
            return str(found.group())
        return str(term[0]) if len(set(term)) >= 2 else ""
    found = regex.search(r"\p{Cyrillic}{2,}+(?:[ ,]+\p{Cyrillic}{2,}+){0,8}", text)
    return str(found.group()) if found else ""


def _known_english(stretch: str) -> bool:
    return bool(set(stretch.lower().split()) & words("en").common)


def _russian_frame(lowered: str) -> bool:
    tokens = _WORD.findall(lowered)
    russian = sum(bool(_CYRILLIC_WORD.match(token)) for token in tokens)
    return russian * 2 >= len(tokens) or (
        lowered.lstrip()[:1] > "\u0400" and russian * 3 >= len(tokens)
    )


def _third_language(lowered: str, signs: "regex.Pattern[str]", near: Locale) -> str:
    marks = signs.findall(lowered)
    if not marks:
        return ""
    tokens = _WORD.findall(lowered)
    known = sum(token in words(near).common for token in tokens)
    marked = sum(bool(signs.search(token)) for token in tokens)
    return _first_word(lowered, signs) if marked * 2 > known else ""


def _first_word(lowered: str, signs: "regex.Pattern[str]") -> str:
    return next((word for word in _WORD.findall(lowered) if signs.search(word)), "")


def _of_russian_words(folded: str) -> View | None:
    """Return a text in Latin letters as Cyrillic where most of its long words are Russian then."""
    from copilot.rules.morphology import analyser

    view = _transliterated(folded)
    long = [token for token in _WORD.findall(view.text) if len(token) >= _LONG]
    if len(long) < _FEWEST_LONG:
        return None
    known = sum(analyser().word_is_known(token) for token in long)
    return view if known >= _FEWEST_LONG and known * 2 > len(long) else None


def _transliterated(folded: str) -> View:
    table = letters().translit
    chars: list[str] = []
    origins: list[int] = []
    at = 0
    while at < len(folded):
        size = next((n for n in (3, 2, 1) if folded[at : at + n] in table), 0)
        chars.append(table[folded[at : at + size]] if size else folded[at])
        origins.append(at)
        at += max(size, 1)
    return _softened(View("".join(chars), tuple(origins)))


def _softened(view: View) -> View:
    """Give the words back the soft sign that nobody types in Latin letters."""
    pieces: list[str] = []
    origins: list[int] = []
    end = 0
    for token in _WORD.finditer(view.text):
        at = token.start() + soft_sign_at(token.group())
        if at <= token.start():
            continue
        pieces += [view.text[end:at], "\u044c"]
        origins += [*view.origins[end:at], view.origins[at - 1]]
        end = at
    pieces.append(view.text[end:])
    return View("".join(pieces), (*origins, *view.origins[end:]))


def _typed_blind(folded: str) -> View:
    keys = letters().keys
    chars = [keys.get(char, char) for char in folded]
    return View("".join(chars), tuple(range(len(folded))))
