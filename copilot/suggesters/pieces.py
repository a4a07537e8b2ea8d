"""Pieces: sentences of a reply with how dear each is when room is short."""

from collections.abc import Iterable
from dataclasses import dataclass

from copilot.cues import acts_of
from copilot.suggesters.scene import Scene
from copilot.suggestion import SLOT, Sentence

MUST, WANTED, NICE, SPARE = 9, 6, 4, 2  # what goes first when a reply is too long: the lowest


@dataclass(frozen=True)
class Piece:
    """A sentence and how dear it is when room is short."""

    sentence: Sentence
    keep: int = WANTED


def pieces(sentences: Iterable[Sentence | None], keep: int = WANTED) -> list[Piece]:
    """Wrap the sentences that exist."""
    return [Piece(sentence, keep) for sentence in sentences if sentence is not None]


def stepped(sentence: Sentence | None, step: str, act: str = "") -> Sentence | None:
    """Return the sentence with its framework step and act set."""
    if sentence is None:
        return None
    return sentence.model_copy(update={"step": step, "act": sentence.act or act})


def facts_in(scene: Scene, reply: Iterable[Piece]) -> tuple[str, ...]:
    """Return the facts that a reply already names, so that it does not name them twice."""
    text = " ".join(piece.sentence.text for piece in reply)
    return tuple(name for name, value in scene.known.items() if value in text)


def has_bracket(piece: Piece) -> bool:
    """Say whether a piece still waits for a value."""
    return SLOT.search(piece.sentence.text) is not None


def apologises(text: str, scene: Scene) -> bool:
    """Say whether a line holds an apology."""
    return "apologise" in acts_of(text, scene.language)
