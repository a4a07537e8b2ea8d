"""What a model's draft must not be: each check is a function, all of them stand in `CHECKS`.

Checks look at the draft before private details are put back. They hold the form, the language and
the sources of hard facts; tone and promises are the rule engine's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex
import yaml

from copilot.cues import wording
from copilot.suggesters.llm_material import Material
from copilot.suggestion import SLOT, Draft
from knowledge import Locale

_LEAKED_WORDS = 8  # as many words of the instructions in a row are no accident
_COPIED_WORDS = 9  # customers are quoted in fewer
_MIN_LETTERS = 12
_PARAPHRASING = ("L", "H")  # steps that say back what the customer said
_TOLERANCE = 1.3  # a little longer than the channel likes is still worth reading

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_LETTER = regex.compile(r"\p{L}")
_CYRILLIC = regex.compile(r"\p{Cyrillic}")
_LATIN = regex.compile(r"\p{Latin}")
_NOT_RUSSIAN = regex.compile(
    r"[\u0454\u0456\u0457\u0491\u045e\u0458\u0459\u045a\u045b\u0452\u04d9]"
)
_BRACKET = regex.compile(r"\[[^\[\]\n]{1,80}\]|\{[^{}\n]{1,80}\}|<[^<>\n]{1,80}>")
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
    """Why a draft cannot be used. A hostile one is dropped at once, others may be repaired."""

    name: str
    detail: str = ""
    hostile: bool = False


Check = Callable[[Draft, Material], Fault | None]


@cache
def model_words(language: Locale) -> dict[str, Any]:
    """Return the wording of notices and the signs of a model that speaks of itself."""
    text = files("copilot").joinpath("wording", "model", f"{language}.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def leak(draft: Draft, material: Material) -> Fault | None:
    """The instructions, the canary or the fence must not come back."""
    said = draft.text
    if material.canary in said or material.fence.strip("=") in said:
        return Fault("leak", hostile=True)
    ours = _runs(material.system, _LEAKED_WORDS)
    leaked = any(run in ours for run in _runs(said, _LEAKED_WORDS))
    return Fault("leak", hostile=True) if leaked else None


def contacts(draft: Draft, material: Material) -> Fault | None:
    """Links, addresses and phone numbers come from the company, never from the customer."""
    ours = material.company.lower()
    digits = "".join(_DIGITS.findall(ours + material.thread))  # the customer's own phone is masked
    foreign = [m for m in _CONTACT.findall(draft.text) if m.lower().rstrip(".,;)") not in ours]
    foreign += [m for m in _PHONE.findall(draft.text) if "".join(_DIGITS.findall(m)) not in digits]
    return Fault("contact", hostile=True) if foreign else None


def placeholders(draft: Draft, material: Material) -> Fault | None:
    """Only marks that were sent may come back, and no secrets among them."""
    text = draft.text
    sent = {span.placeholder for span in material.masked.spans}
    marks = [m for m in _BRACKET.findall(text) if not SLOT.fullmatch(m) and m not in sent]
    if any(regex.fullmatch(r"\[[A-Z_]+_\d+\]", mark) for mark in marks):
        return Fault("placeholder", hostile=True)
    back = [mark for mark in sent if mark in text]
    kept = [mark for mark in back if mark in material.masked.restore(mark)]
    if kept:
        return Fault("placeholder", hostile=True)
    return Fault("bracket", ", ".join(marks[:3])) if marks else None


def refusal(draft: Draft, material: Material) -> Fault | None:
    """The customer talks to a person, not to a model that talks of itself."""
    said, ours = _folded(draft.text), _folded(material.company)
    for pattern in _refusals():
        match = pattern.search(said)
        if match and not pattern.search(ours):
            return Fault("refusal", match.group())
    return None


def language(draft: Draft, material: Material) -> Fault | None:
    """The reply is in the customer's language."""
    wanted = material.brief.perception.language
    own = _WORD.findall(_folded(_BRACKET.sub(" ", draft.text)))
    text = " ".join(
        word for word in own if word not in set(_WORD.findall(_folded(material.company)))
    )
    letters = len(_LETTER.findall(text))
    if letters < _MIN_LETTERS:
        text = " ".join(own)
        letters = len(_LETTER.findall(text))
    script = _CYRILLIC if wanted == "ru" else _LATIN
    if letters and len(script.findall(text)) < 0.75 * letters:
        return Fault("wrong_language")
    if wanted == "ru":
        return Fault("wrong_language") if len(_NOT_RUSSIAN.findall(text)) > 2 else None
    stops = set(wording("en")["stop"])
    foreign = len(own) >= 10 and sum(word in stops for word in own) < 0.12 * len(own)
    return Fault("wrong_language") if foreign else None


def substance(draft: Draft, material: Material) -> Fault | None:
    """A reply says something of its own: it is neither a word nor the customer's own text."""
    if len(_LETTER.findall(draft.text)) < _MIN_LETTERS:
        return Fault("empty")
    theirs = _runs(material.thread, _COPIED_WORDS)
    for run in _runs(draft.text, _COPIED_WORDS):
        if run in theirs:
            return Fault("echo", run)
    whole = f" {' '.join(_WORD.findall(_folded(material.thread)))} "
    own = [s.text for s in draft.sentences if s.step not in _PARAPHRASING]
    for sentence in (draft.text, *own):
        words = _WORD.findall(_folded(sentence))
        if (len(words) > 2 or sentence == draft.text) and f" {' '.join(words)} " in whole:
            return Fault("echo", sentence[:80])
    return None


def strangers(draft: Draft, material: Material) -> Fault | None:
    """Names, addresses and the like come from the company, or as the marks that were sent."""
    text, given = draft.text, _folded(f"{material.company}\n{material.thread}")
    found = [text[span.start : span.end] for span in material.mask(text).spans]
    unknown = [value for value in found if _folded(value) not in given]
    return Fault("stranger", ", ".join(unknown[:3])) if unknown else None


def numbers(draft: Draft, material: Material) -> Fault | None:
    """Every number stands in a source, the card or the thread; percentages not in the thread alone."""
    ours = numbers_in(material.company)
    known = ours | numbers_in(material.thread)
    text = _LIST_NUMBER.sub("", _BRACKET.sub(" ", draft.text))
    unknown = [
        written
        for written in _NUMBER.findall(text)
        if _plain(written) not in known and not set(_DIGITS.findall(written)) <= known
    ]
    unknown += [
        share for share in _PERCENT.findall(text) if not set(_DIGITS.findall(share)) <= ours
    ]
    return Fault("unknown_number", ", ".join(dict.fromkeys(unknown))) if unknown else None


def steps(draft: Draft, material: Material) -> Fault | None:
    """Every step that is due is taken."""
    taken = {sentence.step for sentence in draft.sentences}
    missing = [step for step in material.steps if step not in taken]
    return Fault("missing_step", ", ".join(missing)) if missing else None


def length(draft: Draft, material: Material) -> Fault | None:
    """The reply fits its channel."""
    limit = material.brief.frame.max_chars
    return Fault("too_long", str(limit)) if len(draft.text) > _TOLERANCE * limit else None


CHECKS: tuple[Check, ...] = (
    leak, contacts, placeholders, refusal, language, substance, strangers, numbers, steps, length,
)  # fmt: skip


def faults_of(draft: Draft, material: Material) -> tuple[Fault, ...]:
    """Run every check; a hostile fault stands alone."""
    found = [fault for check in CHECKS if (fault := check(draft, material))]
    hostile = tuple(fault for fault in found if fault.hostile)
    return hostile[:1] or tuple(found)


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers of a text, with and without the spaces inside them."""
    return frozenset({*map(_plain, _NUMBER.findall(text)), *_DIGITS.findall(text)})


def _plain(written: str) -> str:
    return "".join(_DIGITS.findall(written))


def _folded(text: str) -> str:
    return text.lower().replace("\u0451", "\u0435").replace("\u2019", "'")


def _runs(text: str, words: int) -> Iterable[str]:
    """Return every run of so many words, in order, each once."""
    read = _WORD.findall(_folded(text))
    return dict.fromkeys(" ".join(read[n : n + words]) for n in range(len(read) - words + 1))


@cache
def _refusals() -> tuple[regex.Pattern[str], ...]:
    patterns = [p for one in ("ru", "en") for p in model_words(one)["refusals"]]
    return tuple(regex.compile(pattern) for pattern in patterns)
