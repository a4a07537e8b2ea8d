"""The proof that a model changed the words and nothing else; each proof is a function.

They look at texts with private details put back: what stood in the original stands in the new one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

import regex

from copilot.improve.facts import broken, facts_of
from copilot.improve.setting import TRANSLATIONS, How, Setting
from copilot.improve.splitting import sentences
from copilot.llm.checks import Fault, parroted
from copilot.rules.promises import promises
from copilot.rules.quantities import quantities
from copilot.rules.stems import stems
from copilot.suggestion import SLOT

_CLEARER: tuple[How, ...] = ("fix", "plainer", "warmer", "formal")
_ADDRESSING: tuple[How, ...] = ("ty", "vy")
_ADDING: tuple[How, ...] = ("warmer", "add_step")
_CLOSE: tuple[How, ...] = ("fix", "ty", "vy")  # nothing is left out and nothing put in
_NEW_IN_PROMISE = 1  # content words that its old wording did not have
_ALIKE = 0.6  # of letters in the same order
_DIGITS = regex.compile(r"\d+")
# The share of content stems that may be new, and of the old ones that may go, by way.
_DRIFT: dict[How, tuple[float, float]] = {
    "fix": (0.25, 0.25), "shorter": (0.25, 0.75), "plainer": (0.5, 0.6), "formal": (0.5, 0.6),
    "warmer": (0.6, 0.5), "add_step": (0.85, 0.1), "ty": (0.15, 0.15), "vy": (0.15, 0.15),
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A text before and after, and which sentences are new in it."""

    before: str
    after: str
    how: How
    setting: Setting

    @property
    def added(self) -> str:
        """The sentences of the new text that share next to nothing with the old one."""
        known = stems(self.before)
        fresh = [
            part.text
            for part in sentences(self.after)
            if (own := stems(part.text)) and len(own & known) < 0.34 * len(own)
        ]
        return "\n".join(fresh) if self.how in _ADDING else ""


def facts(pair: Pair) -> Fault | None:
    """Numbers, dates, sums, links, quotes, names, questions and promises are what they were."""
    language, today = pair.setting.language, pair.setting.today
    old, new, extra = (
        facts_of(text, language, today) for text in (pair.before, pair.after, pair.added)
    )
    if pair.how in _ADDRESSING:
        old, new = old.without_promises(), new.without_promises()
    if pair.how == "warmer" and (extra.promises or extra.numbers):
        return Fault("changed", "promises")
    changed = broken(old, new, added=extra if pair.added else None, clearer=pair.how in _CLEARER)
    return Fault("changed", changed) if changed else None


def promised(pair: Pair) -> Fault | None:
    """Plainer words may make a promise audible; one that stood nowhere before is made up."""
    if pair.how == "add_step":
        return None  # what is added there is for the rules to hold against the sources
    known = stems(pair.before)
    for promise in promises(pair.after, pair.setting.language, pair.setting.today):
        if len(stems(promise.clause) - known) > _NEW_IN_PROMISE:
            return Fault("changed", "promises")
    return None


def brackets(pair: Pair) -> Fault | None:
    """Brackets to fill stand as often as they stood; `add_step` may open new ones."""
    old, new = Counter(SLOT.findall(pair.before)), Counter(SLOT.findall(pair.after))
    opened = new - old if pair.how != "add_step" else Counter[str]()
    return Fault("changed", "brackets") if old - new or opened else None


def kept(pair: Pair) -> Fault | None:
    """A step is added to a text, not put in its place."""
    if pair.how != "add_step":
        return None
    gone = [part.text for part in sentences(pair.before) if part.text.strip() not in pair.after]
    return Fault("changed", "wording") if gone else None


def drift(pair: Pair) -> Fault | None:
    """The text speaks of the same thing as before."""
    old, new = stems(pair.before), stems(pair.after)
    fresh, lost = _DRIFT[pair.how]
    spare = 1 if pair.how in _CLOSE else 2
    if len(new - old) > fresh * len(new) + spare or len(old - new) > lost * len(old) + spare:
        return Fault("drift")
    if pair.how in _CLOSE and not (
        _found(pair.before, pair.after) and _found(pair.after, pair.before)
    ):
        return Fault("drift")
    return None


def size(pair: Pair) -> Fault | None:
    """A shorter text is shorter, and no text grows out of hand."""
    if pair.how == "shorter":
        return Fault("not_shorter") if len(pair.after) > len(pair.before) else None
    limit = int(1.6 * len(pair.before)) + 300
    return Fault("too_long", str(limit)) if len(pair.after) > limit else None


def own_words(pair: Pair) -> Fault | None:
    """No sentence is the customer's own, put into the operator's mouth."""
    theirs = pair.setting.customer_text
    for part in sentences(pair.after):
        if part.text.strip() not in pair.before and parroted(part.text, theirs):
            return Fault("echo", part.text[:80])
    return None


def translated(pair: Pair) -> Fault | None:
    """Sums, terms, dates, contacts, codes and questions are the same in the other language."""
    today = pair.setting.today
    old, new = (_meant(text, today) for text in (pair.before, pair.after))
    for name, was, is_ in zip(("meanings", "contacts", "numbers"), old, new, strict=True):
        if was != is_:
            return Fault("changed", name)
    asked, asks = (SLOT.sub("", text).count("?") for text in (pair.before, pair.after))
    opened, open_ = (len(SLOT.findall(text)) for text in (pair.before, pair.after))
    if asked != asks:
        return Fault("changed", "questions")
    return Fault("changed", "brackets") if opened != open_ else None


SAME_LANGUAGE = (facts, promised, brackets, kept, drift, size, own_words)
OTHER_LANGUAGE = (translated, size)


def faults_between(pair: Pair) -> tuple[Fault, ...]:
    """Return what is wrong with the new text against the old one."""
    proofs = OTHER_LANGUAGE if pair.how in TRANSLATIONS else SAME_LANGUAGE
    return tuple(fault for proof in proofs if (fault := proof(pair)))


def _meant(text: str, today: date | None) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return what a text means in numbers: quantities, contacts, and digits in neither."""
    said = quantities(text, today)
    meanings = Counter(
        f"{q.kind} {q.top} {q.unit if q.kind == 'money' else ''}"
        for q in said
        if q.kind not in ("number", "link", "email", "phone")
    )
    contacts = Counter(q.text for q in said if q.kind in ("link", "email", "phone"))
    bare = list(text)
    for q in said:
        if q.kind != "number":
            bare[q.start : q.end] = " " * (q.end - q.start)
    return meanings, contacts, Counter(_DIGITS.findall("".join(bare)))


def _found(one: str, other: str) -> bool:
    """Say whether every sentence of one text has its like in the other."""
    matcher = SequenceMatcher(None, autojunk=False)
    for part in sentences(one):
        matcher.set_seq2(part.text)
        alike = False
        for like in sentences(other):
            matcher.set_seq1(like.text)
            alike = alike or (matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE)
        if not alike and part.text not in other:
            return False
    return True
