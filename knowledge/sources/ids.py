"""Ids that stay the same when a file is read again, and differ inside it."""

import unicodedata

import regex

from knowledge.errors import Refused
from knowledge.fingerprint import text_hash
from knowledge.normalise import normalise

_WORD = regex.compile(r"[\p{L}\p{N}]+")


def question_key(question: str) -> str:
    """Return what tells questions apart: eight characters that case and punctuation do not move."""
    usual = unicodedata.is_normalized("NFKC", question)  # nearly all; telling is cheaper
    words = _WORD.findall(
        (question if usual else normalise(question)).casefold().replace("\u0451", "\u0435")
    )
    return text_hash(" ".join(words) or question)[:8]


class Ids:
    """The ids that the documents of one file have so far."""

    def __init__(self) -> None:
        """Begin a file."""
        self._places: dict[str, dict[str, str]] = {}  # by id, by hash of the words

    def take(self, document_id: str, said: str, place: str, *, given: str = "") -> str:
        """Return an id that no document before has: its second answer, `said`, gets a number.

        `given` is the id that the row itself brings, which has to be its own.

        Raises:
            Refused: the same was said before, or the given id is used already.
        """
        before = self._places.setdefault(document_id, {})
        digest = text_hash(said)
        if digest in before:
            raise Refused(f"repeats {before[digest]}", place=place)
        if before and given:
            first = next(iter(before.values()))
            raise Refused(f"the id {given!r} is already used in {first}", place=place)
        before[digest] = place
        return document_id if len(before) == 1 else f"{document_id}-{len(before)}"
