"""Add a step: the steps of the framework that a text lacks, in the company's words."""

from collections.abc import Iterator, Sequence

from copilot.cues import acts_of
from copilot.improve.facts import facts_of
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.splitting import sentences
from copilot.improve.wordforms import readings, tokens
from copilot.improve.words import opening, pattern, sentence_pattern
from copilot.rules.lexicon import fold
from copilot.rules.parts import Part
from copilot.rules.stems import stems
from copilot.suggestion import Sentence

_HEARD = 2  # stems of the customer's own words that show that the message was read
_NAMED = 1  # that many are enough where the sentence sounds like saying back
_SIGNS: dict[str, tuple[str, ...]] = {
    "E": ("empathy",), "A": ("apology",), "D": ("options", "deadline"), "R": ("options", "deadline"),
}  # fmt: skip
_CARE_SIGNS: dict[str, tuple[str, ...]] = {
    "C": ("boundary",), "A": ("empathy",), "R": ("options",), "E": ("deadline",),
}  # fmt: skip
_ORDER = ("greeting", "C", "L", "E", "A", "rest")


def missing_steps(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield the first step of the framework that neither the thread nor the text has taken."""
    frame = setting.brief.frame
    for step in frame.next:
        found = [s for s in setting.composed if s.step == step]
        if not found or shown(text, step, setting):
            continue
        if any(says_already(text, sentence) for sentence in found):
            continue
        words = joined(found)
        if _kind(step, setting) == "E" and len(text) + len(words) >= frame.max_chars:
            continue  # sympathy is the first to go where room is short
        yield inserted(text, words, _kind(step, setting), setting, "step")
        return


def shown(text: str, step: str, setting: Setting) -> bool:
    """Say whether a text takes a step of its framework."""
    care = setting.brief.frame.framework == "CARE"
    signs = _CARE_SIGNS.get(step, ()) if care else _SIGNS.get(step, ())
    if acts_of(text, setting.language).intersection(signs):
        return True
    kind = _kind(step, setting)
    if kind == "L":
        return hears(text, setting)
    if kind in ("C", "rest"):
        return _says_when(text, setting) if care and step == "E" else _acts_now(text, setting)
    return False


def hears(text: str, setting: Setting) -> bool:
    """Say whether a text says back what the customer wrote, in their words."""
    return any(_says_back(part, setting) for part in sentences(text))


def _says_back(part: Part, setting: Setting) -> bool:
    """A sentence in the customer's words that neither promises nor asks nor greets."""
    facts = facts_of(part.text, setting.language, setting.today)
    greeting = opening(setting.language, "steps", "greeting")
    if facts.promises or facts.questions or greeting.match(fold(part.text.lower())):
        return False
    shared = len(stems(part.text) & stems(setting.customer_text))
    known = "paraphrase" in acts_of(part.text, setting.language)
    return shared >= (_NAMED if known else _HEARD)


def says_already(text: str, sentence: Sentence) -> bool:
    """Say whether a text holds a sentence, marks and capitals aside."""
    return _letters(sentence.text) in _letters(text)


def joined(found: Sequence[Sentence]) -> str:
    """Return sentences as one piece of text."""
    return "".join(s.text if n == 0 else s.before + s.text for n, s in enumerate(found))


def inserted(text: str, words: str, kind: str, setting: Setting, why: str) -> Edit:
    """Return the edit that puts words where a step of this kind belongs."""
    parts = sentences(text)
    kinds = [_kind_of(part, setting) for part in parts]
    if kind == "rest":
        at = _before_closing(parts, setting)
    else:
        first = (n for n, k in enumerate(kinds) if _ORDER.index(k) > _ORDER.index(kind))
        at = next(first, len(parts))
    if at < len(parts):
        return Edit(parts[at].start, parts[at].start, f"{words} ", why, "adds")
    end = len(text.rstrip())
    stop = "." if end and (text[end - 1].isalnum() or text[end - 1] == "\u00bb") else ""
    return Edit(end, end, f"{stop} {words}" if end else words, why, "adds")


def _kind(step: str, setting: Setting) -> str:
    """Return what a step does: «C» takes hold, «L» hears, «E» feels, «A» apologises, «rest» solves."""
    if setting.brief.frame.framework == "CARE":
        return {"C": "C", "A": "L"}.get(step, "rest")
    return {"L": "L", "H": "L", "E": "E", "A": "A"}.get(step, "rest")


def _kind_of(part: Part, setting: Setting) -> str:
    low = fold(part.text.lower())
    if opening(setting.language, "steps", "greeting").match(low):
        return "greeting"
    for sentence in setting.composed:
        if sentence.step and _letters(sentence.text) == _letters(part.text):
            return _kind(sentence.step, setting)
    acts = acts_of(part.text, setting.language)
    if "apology" in acts:
        return "A"
    if "empathy" in acts:
        return "E"
    return "L" if _says_back(part, setting) else "rest"


def _before_closing(parts: Sequence[Part], setting: Setting) -> int:
    """Return the number of the first of the closing formulas that end the text."""
    closing = sentence_pattern(setting.language, "steps", "closing")
    at = len(parts)
    while at and closing.match(fold(parts[at - 1].text.lower())):
        at -= 1
    return at


def _acts_now(text: str, setting: Setting) -> bool:
    if facts_of(text, setting.language, setting.today).promises:
        return True
    if setting.language == "en":
        return pattern("en", "steps", "acting").search(fold(text)) is not None
    return any(
        str(reading.tag.person) == "1per" and str(reading.tag.POS) == "VERB"
        for token in tokens(text)
        for reading in readings(token.low)[:1]
    )


def _says_when(text: str, setting: Setting) -> bool:
    said = facts_of(text, setting.language, setting.today)
    return any(meaning.split()[0] in ("date", "clock", "span") for meaning in said.meanings)


def _letters(text: str) -> str:
    return "".join(char for char in fold(text.lower()) if char.isalnum())
