"""What the operator should know beside the changes: what was left, and why nothing was done."""

from collections.abc import Callable, Iterable

from copilot.improve import address, courtesy
from copilot.improve.setting import How, Setting


def remarks(how: How, before: str, after: str, setting: Setting) -> tuple[str, ...]:
    """Return the notes for one kind of rewriting, from the text before and after."""
    told = _REMARKS.get(how)
    return tuple(told(before, after, setting)) if told is not None else ()


def _of_familiar(before: str, after: str, setting: Setting) -> Iterable[str]:
    yield from _of_polite(before, after, setting)
    if left := address.left_for_gender(after, setting):
        note = setting.wording("notes", "gender")
        yield note.replace("{span}", ", ".join(f"\u00ab{word}\u00bb" for word in left))


def _of_polite(_before: str, _after: str, setting: Setting) -> Iterable[str]:
    if setting.language == "en":
        yield setting.wording("notes", "russian_only")


def _of_warmer(before: str, _after: str, setting: Setting) -> Iterable[str]:
    if not courtesy.called_for(setting):
        yield setting.wording("notes", "calm")
    elif courtesy.warm(before, setting):
        yield setting.wording("notes", "warm")
    elif courtesy.words_for(setting) is None:
        yield setting.wording("notes", "no_words")


def _of_steps(before: str, after: str, setting: Setting) -> Iterable[str]:
    if not setting.brief.frame.steps:
        yield setting.wording("notes", "no_steps")
    elif before == after:
        yield setting.wording("notes", "all_steps")


_REMARKS: dict[How, Callable[[str, str, Setting], Iterable[str]]] = {
    "ty": _of_familiar,
    "vy": _of_polite,
    "warmer": _of_warmer,
    "add_step": _of_steps,
}
