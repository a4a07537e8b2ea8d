"""What a summary is: its lines, their labels, and how it reads as a private note."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal

from pydantic import Field, computed_field

from copilot.brief import Brief
from copilot.conversation import Frozen
from copilot.llm.usage import Usage
from copilot.packaged import packaged
from copilot.rules import mask
from knowledge import Locale

MAX_CHARS = 900
_PLACES = 3  # messages that a line names

About = Literal[
    "happened", "request", "facts", "promised", "told", "tried", "open", "known", "mood", "risk", "next",
]  # fmt: skip
# What goes first when the note is too long: the least needed line.
_SPARE: tuple[About, ...] = ("known", "tried", "told", "mood", "next", "facts", "open", "promised")


class Line(Frozen):
    """One line of a summary; `messages` are the numbers of the messages it rests on, from 1."""

    about: About
    text: str
    messages: tuple[int, ...] = ()


class Summary(Frozen):
    """A conversation in short. `lines` hold everything, `text` at most 900 characters of it.

    `notices` say why the model's version does not stand, `usage` what it took.
    """

    v: Literal[1] = 1
    conversation: str
    language: Locale
    masked: bool = False
    lines: tuple[Line, ...] = Field(default=())
    origin: Literal["embedded", "llm"] = "embedded"
    notices: tuple[str, ...] = ()
    usage: Usage | None = None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's documented form
    @property
    def text(self) -> str:
        """The lines as a private note, the least needed left out where there are too many."""
        kept = list(self.lines)
        for about in _SPARE:
            if _length(kept) <= MAX_CHARS:
                break
            kept = [line for line in kept if line.about != about]
        text = "\n".join(line.text for line in kept)
        return text if len(text) <= MAX_CHARS else cut(text, MAX_CHARS)


def masked_lines(brief: Brief, lines: Iterable[Line]) -> list[Line]:
    """Return lines with placeholders for personal data."""
    names = [v for k, v in brief.conversation.card.facts.items() if k == "name"]
    names += [fact.value for fact in brief.perception.facts if fact.kind == "name"]
    return [
        line.model_copy(update={"text": mask(line.text, known_names=names).text}) for line in lines
    ]


def labelled(language: Locale, about: About, text: str, messages: Sequence[int]) -> Line:
    """Return a line in the form that all lines have: its label, and the messages it rests on."""
    words = worded(language)
    placed = text.rstrip(" .")
    for number in messages[:_PLACES]:
        placed = words["from_message"].format(text=placed, n=number)
    return Line(
        about=about, text=words["lines"][about].format(what=placed), messages=tuple(messages)
    )


def cut(text: str, most: int) -> str:
    """Return the text within so many characters, cut between words with an ellipsis."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head[: head.rfind(" ")] if " " in head[most // 2 :] else head).rstrip(" ,;:") + "\u2026"


def _length(lines: Sequence[Line]) -> int:
    return sum(len(line.text) + 1 for line in lines) - 1


@cache
def worded(language: Locale) -> dict[str, Any]:
    """Return the wording of summaries."""
    loaded: dict[str, Any] = packaged("wording", f"summary_{language}.yaml")
    return loaded
