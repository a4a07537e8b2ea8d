"""What was written for the operator: an own text improved, a private note, a model's version."""

from collections.abc import Iterator, Sequence
from typing import Literal

from copilot.conversation import Frozen
from copilot.improve import Change, Improved
from copilot.llm import Usage
from copilot.suggestion import Result
from copilot.summary import Summary
from knowledge import Locale
from ui.locales import words
from ui.view.drafts import DraftView, draft_views
from ui.view.passages import SourceView


class DiffPiece(Frozen):
    """A stretch of a rewritten text: `cut` stood there before, `added` stands there now."""

    kind: Literal["same", "cut", "added"]
    text: str
    why: str = ""


class ImprovedView(Frozen):
    """An operator's text rewritten, as what stays, goes and comes."""

    how: str
    before: str
    text: str
    pieces: tuple[DiffPiece, ...]
    whys: tuple[str, ...]
    notes: tuple[str, ...]
    changed: bool
    by_model: bool
    cost: str


class NoteView(Frozen):
    """A private note for a colleague; `copied` is what goes to the clipboard, marked as private."""

    lines: tuple[str, ...]
    copied: str
    masked: bool
    origin: str
    notices: tuple[str, ...]
    cost: str


class PartialView(Frozen):
    """What the model has written so far."""

    text: str


class ModelView(Frozen):
    """The model's version when it is done; without a draft the notices say why."""

    draft: DraftView | None
    passages: tuple[SourceView, ...]
    notices: tuple[str, ...]
    cost: str


def improved_view(improved: Improved, before: str, how: str, language: Locale) -> ImprovedView:
    """Show what a rewriting changes; an unchanged text comes with the notes alone."""
    pieces = tuple(diff_pieces(before, improved.text, improved.changes))
    whys = dict.fromkeys(change.why for change in improved.changes if change.why)
    return ImprovedView(
        how=how,
        before=before,
        text=improved.text,
        pieces=pieces,
        whys=tuple(whys),
        notes=improved.notes,
        changed=improved.text != before,
        by_model=improved.origin == "llm",
        cost=cost_text(improved.usage, language),
    )


def diff_pieces(before: str, after: str, changes: Sequence[Change]) -> Iterator[DiffPiece]:
    """Cut two texts into what is the same, what goes and what comes.

    Changes that do not lead from the one text to the other are not believed: the whole is shown.
    """
    ordered = sorted(changes, key=lambda change: (change.start, change.end))
    if _applied(before, ordered) != after:
        yield from _pieces_of(Change(before=before, after=after, start=0, end=len(before), why=""))
        return
    at = 0
    for change in ordered:
        if change.start > at:
            yield DiffPiece(kind="same", text=before[at : change.start])
        yield from _pieces_of(change)
        at = change.end
    if at < len(before):
        yield DiffPiece(kind="same", text=before[at:])


def note_view(summary: Summary, language: Locale) -> NoteView:
    """Show a summary as a private note."""
    w = words(language)["note"]
    return NoteView(
        lines=tuple(summary.text.splitlines()),
        copied=f"{w['private_mark']}\n{summary.text}",
        masked=summary.masked,
        origin=w["by_model"] if summary.origin == "llm" else "",
        notices=summary.notices,
        cost=cost_text(summary.usage, language),
    )


def model_view(result: Result, passages: tuple[SourceView, ...], language: Locale) -> ModelView:
    """Show the model's own draft beside the embedded ones."""
    shown = zip(result.suggestions, draft_views(result, language), strict=True)
    drafts = (view for suggestion, view in shown if suggestion.origin == "llm")
    return ModelView(
        draft=next(drafts, None),
        passages=passages,
        notices=result.notices,
        cost=cost_text(result.usage, language),
    )


def cost_text(usage: Usage | None, language: Locale) -> str:
    """Say what an answer of a model took."""
    if usage is None:
        return ""
    w = words(language)["stream"]
    told = w["usage"] if usage.cost is None else w["usage_cost"]
    values = {
        "model": usage.model,
        "tokens": str(usage.tokens),
        "seconds": _number(usage.seconds, 1, language),
        "cost": _number(usage.cost or 0.0, 4, language),
        "currency": usage.currency,
    }
    for key, value in values.items():
        told = told.replace(f"{{{key}}}", value)
    return str(told)


def _number(value: float, digits: int, language: Locale) -> str:
    return f"{value:.{digits}f}".replace(".", words(language)["stream"]["point"])


def _applied(text: str, changes: Sequence[Change]) -> str:
    parts: list[str] = []
    at = 0
    for change in changes:
        parts += [text[at : change.start], change.after]
        at = change.end
    return "".join((*parts, text[at:]))


def _pieces_of(change: Change) -> Iterator[DiffPiece]:
    if change.before:
        yield DiffPiece(kind="cut", text=change.before, why=change.why)
    if change.after:
        yield DiffPiece(kind="added", text=change.after, why=change.why)
