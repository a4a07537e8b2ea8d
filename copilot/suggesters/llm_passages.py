"""The company's side of what a model is given: card notes, articles and scripts."""

from functools import cache
from typing import Any

import regex

from copilot.brief import Brief
from copilot.cues import folded, wording
from copilot.suggesters.passages import sentences
from copilot.suggesters.scene import Scene
from copilot.suggesters.slots import fill, labels_for
from knowledge import Hit, Locale, Script
from prompts import load_prompt

_MAX_PASSAGE_CHARS = 2000
_MAX_NOTES = 12
_UNSAID = ("id", "note", "never")


def notes_of(brief: Brief) -> list[tuple[str, str]]:
    """Return what the card tells, by id, without what is said between colleagues."""
    inner = _inner(brief.perception.language)
    told: list[tuple[str, str]] = []
    for number, note in enumerate(brief.conversation.card.notes[:_MAX_NOTES], 1):
        lines = (
            " ".join(one for one in sentences(line) if not inner.search(folded(one)))
            for line in note.splitlines()
        )
        if text := "\n".join(filter(None, lines)):
            told.append((f"card#{number}", shortened(text, _MAX_PASSAGE_CHARS)))
    return told


@cache
def _inner(language: Locale) -> regex.Pattern[str]:
    return regex.compile("|".join(wording(language)["notes"]["inner"]))


def passage_of(brief: Brief, hit: Hit) -> dict[str, Any]:
    """Return a hit as the model reads it: an article's text, or a script's approved words."""
    prompt = load_prompt("reply", brief.perception.language)
    passage: dict[str, Any] = {"id": hit.id, "title": hit.title}
    if hit.strength == "weak":
        passage["note"] = prompt.term("words", "weak")
    if isinstance(hit.record, Script) and any(dict(hit.record.reply).values()):
        return passage | _script(brief, hit.record)
    return passage | {"text": shortened(hit.answer or hit.text, _MAX_PASSAGE_CHARS)}


def _script(brief: Brief, script: Script) -> dict[str, Any]:
    """Return what a script lets us say; its page and its limits are for the operator's eyes."""
    scene = Scene(brief)
    labels = labels_for(script, scene.language)
    reply = script.reply_in(scene.register)
    said = {
        part: [fill(line, {}, labels) for line in getattr(reply, part)]
        for part in type(reply).model_fields
        if getattr(reply, part) and part != "short"
    }
    return {
        "wording": said,
        "promises": [promise.text for promise in script.commitments],
        "never": list(script.do_not),
    }


def shortened(text: str, max_chars: int) -> str:
    """Return head and tail of a text that is too long."""
    if len(text) <= max_chars:
        return text
    half = max_chars // 2 - 3
    return f"{text[:half]}\n...\n{text[-half:]}"


def words_of(value: Any) -> str:
    """Return what a passage says, one text a line; not its id, and not what must never be said."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(words_of(v) for k, v in value.items() if k not in _UNSAID)
    return "\n".join(map(words_of, value))
