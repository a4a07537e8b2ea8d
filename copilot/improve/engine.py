"""Improve a text: rounds of small edits, each proven to leave the facts as they were."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from copilot.brief import Brief
from copilot.conversation import Frozen
from copilot.improve import (
    address,
    apologies,
    courtesy,
    formal,
    nominal,
    plainer,
    shorter,
    spelling,
    steps,
    tidy,
)
from copilot.improve.facts import broken, facts_of, protected, touches
from copilot.improve.remarks import remarks
from copilot.improve.revision import Edit, Revision, spliced
from copilot.improve.setting import TRANSLATIONS, Editor, How, Setting
from copilot.llm.usage import Usage
from copilot.rules import Ruleset
from copilot.rules.lexicon import language_of

_MAX_ROUNDS = 8
_MAX_CHARS = 8_000  # nobody sends a longer reply; rewriting it sentence by sentence would take long
_CLEARER = ("fix", "plainer", "warmer", "formal")  # these may put a plain word where another hid it
_ADDRESSING = ("ty", "vy")  # the same promise to the same person, whatever the form of address
_EDITORS: dict[How, tuple[Editor, ...]] = {
    "fix": (
        tidy.spaces, tidy.marks, tidy.quotes, tidy.dashes, spelling.typos, spelling.doubled,
        spelling.loud, spelling.polite, apologies.repeated_apologies, tidy.exclamations,
        apologies.replacements, spelling.capitals, spelling.ending,
    ),
    "shorter": (
        shorter.fillers, shorter.repeats, shorter.asides, shorter.idle_words, shorter.wordy,
        plainer.joints, tidy.spaces, spelling.doubled,
    ),
    "plainer": (
        plainer.joints, nominal.carried, nominal.passive, plainer.phrases, plainer.governed,
        plainer.plain_words, tidy.spaces, spelling.capitals,
    ),
    "warmer": (
        courtesy.cold_sentences, courtesy.cold_words, courtesy.requests, courtesy.acknowledgement,
        tidy.spaces, spelling.capitals,
    ),
    "formal": (
        formal.phrases, formal.smileys, formal.nouns, address.to_vy, tidy.spaces, tidy.exclamations,
        spelling.capitals,
    ),
    "add_step": (steps.missing_steps,),
    "ty": (address.to_ty,),
    "vy": (address.to_vy,),
    "to_ru": (),
    "to_en": (),
}  # fmt: skip


class Change(Frozen):
    """What was changed: `start` and `end` are character offsets in the text that came in."""

    before: str
    after: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    why: str


class Improved(Frozen):
    """The text rewritten, with every change and what the operator should know.

    `kept` says that the original stands, because rewriting it would have changed a fact or cannot
    be done; `origin` who rewrote it, `usage` what a model took for it.
    """

    text: str
    changes: tuple[Change, ...] = ()
    kept: bool = False
    notes: tuple[str, ...] = ()
    origin: Literal["embedded", "llm"] = "embedded"
    usage: Usage | None = None


@dataclass
class _Work:
    """A text on its way: its revision, the sentences added to it, the notes for the operator."""

    revision: Revision
    setting: Setting
    how: How
    added: list[str] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    refused: bool = False


def improve(text: str, how: How, brief: Brief, rules: Ruleset) -> Improved:
    """Rewrite an operator's own text without a model; the facts in it stay as they are.

    Numbers, dates, sums, links, addresses, names, quotes, questions and promises are the same
    before and after, but for what `add_step` and `warmer` take from the thread and the sources.
    Improving twice changes no more than improving once.

    Args:
        text: The operator's text.
        how: What to do with it.
        brief: The conversation that it answers.
        rules: The company's tone rules.
    """
    language = language_of(text, otherwise=brief.perception.language)
    work = _Work(Revision(text), Setting(brief, rules, language), how)
    if how in TRANSLATIONS:
        return _kept(work, "needs_model" if how != f"to_{language}" else "nothing")
    if len(text) > _MAX_CHARS:
        return _kept(work, "too_long")
    for _ in range(_MAX_ROUNDS):
        before = work.revision.text
        spoken = language_of(before, otherwise=brief.perception.language)
        if spoken != work.setting.language:  # half and half, and an edit has tipped the scales
            work.setting = Setting(brief, rules, spoken)
        for editor in _EDITORS[how]:
            _edit(work, editor)
        if work.revision.text == before:
            return _improved(work)
    return _kept(work, "unstable")


def _edit(work: _Work, editor: Editor) -> None:
    """Make the edits of one editor, all at once, or one by one those that keep the facts."""
    text = work.revision.text
    edits = _allowed(text, editor(text, work.setting))
    if not edits:
        return
    if not _breaks(work, text, edits):
        _make(work, edits)
        return
    for edit in sorted(edits, reverse=True):
        if fact := _breaks(work, work.revision.text, [edit]):
            work.refused = True
            work.notes[work.setting.wording("notes", f"left_{fact}")] = None
        else:
            _make(work, [edit])


def _make(work: _Work, edits: list[Edit]) -> None:
    work.revision.apply(edits)
    work.added += [edit.new for edit in edits if edit.kind == "adds"]


def _allowed(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """Leave out edits that change nothing, touch what is protected, or overlap an earlier one."""
    held = protected(text)
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        same = text[edit.start : edit.end] == edit.new
        crossing = edit.kind == "words" and touches(edit.start, edit.end, held)
        overlap = bool(kept) and edit.start < kept[-1].end
        if not (same or crossing or overlap):
            kept.append(edit)
    return kept


def _breaks(work: _Work, text: str, edits: list[Edit]) -> str:
    added = " ".join(edit.new for edit in edits if edit.kind == "adds")
    return _changed(work, text, spliced(text, edits), added)


def _changed(work: _Work, before: str, after: str, added: str) -> str:
    setting = work.setting
    old, new, extra = (facts_of(t, setting.language, setting.today) for t in (before, after, added))
    if work.how in _ADDRESSING:
        old, new = old.without_promises(), new.without_promises()
    return broken(old, new, added=extra if added else None, clearer=work.how in _CLEARER)


def _improved(work: _Work) -> Improved:
    revision, setting = work.revision, work.setting
    if fact := _changed(work, revision.original, revision.text, " ".join(work.added)):
        return _kept(work, f"left_{fact}")
    changes = tuple(
        Change(
            before=revision.original[piece.start : piece.end],
            after=piece.text,
            start=piece.start,
            end=piece.end,
            why="; ".join(dict.fromkeys(setting.wording("whys", key) for key in piece.whys)),
        )
        for piece in revision.changes()
    )
    for note in remarks(work.how, revision.original, revision.text, setting):
        work.notes[note] = None
    if not changes and not work.notes:
        work.notes[setting.wording("notes", "nothing")] = None
    kept = work.refused and not changes
    return Improved(text=revision.text, changes=changes, kept=kept, notes=tuple(work.notes))


def _kept(work: _Work, note: str) -> Improved:
    notes = {**work.notes, work.setting.wording("notes", note): None}
    return Improved(text=work.revision.original, kept=True, notes=tuple(notes))
