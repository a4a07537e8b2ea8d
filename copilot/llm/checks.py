"""What no text of a model may be, whatever it was asked for: each check is a function.

Checks look at the text before private details are put back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import regex

from copilot.cues import wording
from copilot.llm.ground import Ground, model_words
from copilot.suggestion import SLOT

_LEAKED_WORDS = 8  # as many words of the instructions in a row are no accident
_COPIED_WORDS = 9  # customers are quoted in fewer
_MIN_LETTERS = 12

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_LETTER = regex.compile(r"\p{L}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"\p{Latin}")
_NOT_RUSSIAN = regex.compile(
    r"[\u0454\u0456\u0457\u0491\u045e\u0458\u0459\u045a\u045b\u0452\u04d9]"
)
_BRACKET = regex.compile(r"\[[^\[\]\n]{1,80}\]|\{[^{}\n]{1,80}\}|<[^<>\n]{1,80}>")
_DAMAGED = regex.compile(r"\b\p{Lu}{2,20}_\d{1,6}\b")
_NUMBER = regex.compile(r"\d+(?:[ \u00a0\u202f.,]\d{3})+(?!\d)|\d+")
_DIGITS = regex.compile(r"\d+")
_PERCENT = regex.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|\u043f\u0440\u043e\u0446\u0435\u043d\u0442|percent\b)"
)
_LIST_NUMBER = regex.compile(r"(?m)^\s*\d{1,2}[.)](?=\s)")
_PHONE = regex.compile(r"\+?\d(?:[ \u00a0().\-]{0,3}\d){9,14}(?!\d)")
_CONTACT = regex.compile(
    r"""(?ix)
      \b(?:https?|hxxps?|ftp|tg|javascript|data)\s?:\S*      # an address with a scheme
    | \bwww\.\S+
    | [\w.+\-]{1,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64}){1,4}     # e-mail
    | (?<![\w@])@[a-z]\w{3,31}                               # a messenger's handle
    | (?<![\w.@\-])(?:[\w\-]{1,63}(?:\.|\[\.\]|\(\.\)|\s?[\[(](?:dot|\u0442\u043e\u0447\u043a\u0430)[\])]\s?)){1,4}
      (?:com|net|org|info|biz|io|ai|app|dev|me|co|cc|xyz|top|site|online|shop|store|club|link|click
        |ru|su|by|kz|ua|uz|eu|uk|us|de|cn|example|test|\u0440\u0444)(?![\w\-])
    """
)


@dataclass(frozen=True)
class Fault:
    """Why a text cannot be used. A hostile one is dropped at once, others may be repaired."""

    name: str
    detail: str = ""
    hostile: bool = False


Check = Callable[[str, Ground], Fault | None]


def leak(text: str, ground: Ground) -> Fault | None:
    """The instructions, the canary or the fence must not come back."""
    if ground.block.canary in text or ground.block.fence.strip("=") in text:
        return Fault("leak", hostile=True)
    ours = frozenset(runs(ground.system, _LEAKED_WORDS))
    leaked = any(run in ours for run in runs(text, _LEAKED_WORDS))
    return Fault("leak", hostile=True) if leaked else None


def contacts(text: str, ground: Ground) -> Fault | None:
    """Links, addresses and phone numbers come from the company, never from the customer."""
    ours = ground.company.lower()
    digits = "".join(_DIGITS.findall(ours + ground.thread))  # the customer's own phone is masked
    foreign = [m for m in _CONTACT.findall(text) if m.lower().rstrip(".,;)") not in ours]
    foreign += [m for m in _PHONE.findall(text) if "".join(_DIGITS.findall(m)) not in digits]
    return Fault("contact", hostile=True) if foreign else None


def placeholders(text: str, ground: Ground) -> Fault | None:
    """Only marks that were sent may come back, whole, and no secrets among them."""
    sent = {span.placeholder for span in ground.masked.spans}
    marks = [m for m in _BRACKET.findall(text) if not SLOT.fullmatch(m) and m not in sent]
    if any(regex.fullmatch(r"\[[A-Z_]+_\d+\]", mark) for mark in marks):
        return Fault("placeholder", hostile=True)
    back = [mark for mark in sent if mark in text]
    kept = [mark for mark in back if mark in ground.masked.restore(mark)]
    if kept:
        return Fault("placeholder", hostile=True)
    bare = _BRACKET.sub(" ", text)
    names = {mark.strip("[]") for mark in sent}
    marks += [torn for torn in _DAMAGED.findall(bare) if torn in names]
    return Fault("bracket", ", ".join(marks[:3])) if marks else None


def refusal(text: str, ground: Ground) -> Fault | None:
    """The customer talks to a person, not to a model that talks of itself."""
    said, ours = folded(text), folded(ground.company)
    for pattern in _refusals():
        match = pattern.search(said)
        if match and not pattern.search(ours):
            return Fault("refusal", match.group())
    return None


def language(text: str, ground: Ground) -> Fault | None:
    """The text is in the language that was asked for."""
    own = _WORD.findall(folded(_BRACKET.sub(" ", text)))
    given = set(_WORD.findall(folded(ground.company)))
    fresh = " ".join(word for word in own if word not in given)
    letters = len(_LETTER.findall(fresh))
    if letters < _MIN_LETTERS:
        fresh = " ".join(own)
        letters = len(_LETTER.findall(fresh))
    script = _CYRILLIC if ground.language == "ru" else _LATIN
    if letters and len(script.findall(fresh)) < 0.75 * letters:
        return Fault("wrong_language")
    if ground.language == "ru":
        return Fault("wrong_language") if len(_NOT_RUSSIAN.findall(fresh)) > 2 else None
    stops = set(wording("en")["stop"])
    foreign = len(own) >= 10 and sum(word in stops for word in own) < 0.12 * len(own)
    return Fault("wrong_language") if foreign else None


def strangers(text: str, ground: Ground) -> Fault | None:
    """Names, addresses and the like come from the company, or as the marks that were sent."""
    given = folded(f"{ground.company}\n{ground.thread}")
    found = [text[span.start : span.end] for span in ground.mask(text).spans]
    unknown = [value for value in found if folded(value) not in given]
    return Fault("stranger", ", ".join(unknown[:3])) if unknown else None


def numbers(text: str, ground: Ground) -> Fault | None:
    """Every number stands in a source, the card or the thread; percentages not in the thread alone."""
    ours = numbers_in(ground.company)
    known = ours | numbers_in(ground.thread)
    text = _LIST_NUMBER.sub("", _BRACKET.sub(" ", text))
    unknown = [
        written
        for written in _NUMBER.findall(text)
        if _plain(written) not in known and not set(_DIGITS.findall(written)) <= known
    ]
    unknown += [
        share for share in _PERCENT.findall(text) if not set(_DIGITS.findall(share)) <= ours
    ]
    return Fault("unknown_number", ", ".join(dict.fromkeys(unknown))) if unknown else None


def benefits(text: str, ground: Ground) -> Fault | None:
    """Gifts, discounts, compensation and vows are spoken of only where the company does."""
    said, ours = folded(text), folded(ground.company)
    for pattern in _benefits():
        match = pattern.search(said)
        if match and not pattern.search(ours):
            return Fault("benefit", match.group())
    return None


TEXT_CHECKS: tuple[Check, ...] = (
    leak, contacts, placeholders, refusal, language, strangers, numbers, benefits,
)  # fmt: skip


def faults_in(
    text: str, ground: Ground, checks: Iterable[Check] = TEXT_CHECKS
) -> tuple[Fault, ...]:
    """Run checks over a text."""
    return tuple(fault for check in checks if (fault := check(text, ground)))


def graver(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return the first hostile fault alone, or all of them when none is."""
    found = tuple(faults)
    return tuple(fault for fault in found if fault.hostile)[:1] or found


def copied(text: str, thread: str) -> str:
    """Return a run of words that is the customer's own, or an empty string."""
    theirs = frozenset(runs(thread, _COPIED_WORDS))
    return next((run for run in runs(text, _COPIED_WORDS) if run in theirs), "")


def parroted(sentence: str, thread: str, *, least: int = 3) -> bool:
    """Say whether a sentence of at least so many words stands in the thread word for word."""
    words = _WORD.findall(folded(sentence))
    whole = f" {' '.join(_WORD.findall(folded(thread)))} "
    return len(words) >= least and f" {' '.join(words)} " in whole


def wordless(text: str) -> bool:
    """Say whether a text is too short to say anything."""
    return len(_LETTER.findall(text)) < _MIN_LETTERS


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers of a text, with and without the spaces inside them."""
    return frozenset({*map(_plain, _NUMBER.findall(text)), *_DIGITS.findall(text)})


def folded(text: str) -> str:
    """Return a text in lower case, with one form of every letter and apostrophe."""
    return text.lower().replace("\u0451", "\u0435").replace("\u2019", "'")


def runs(text: str, words: int) -> Iterable[str]:
    """Return every run of so many words, in order, each once."""
    read = _WORD.findall(folded(text))
    return dict.fromkeys(" ".join(read[n : n + words]) for n in range(len(read) - words + 1))


def _plain(written: str) -> str:
    return "".join(_DIGITS.findall(written))


@cache
def _refusals() -> tuple[regex.Pattern[str], ...]:
    patterns = [p for one in ("ru", "en") for p in model_words(one)["refusals"]]
    return tuple(regex.compile(pattern) for pattern in patterns)


@cache
def _benefits() -> tuple[regex.Pattern[str], ...]:
    """Return one pattern for each benefit, in both languages: a translation speaks of the same."""
    ru, en = model_words("ru")["benefits"], model_words("en")["benefits"]
    return tuple(regex.compile(f"{ru[name]}|{en[name]}") for name in ru)
