"""What people wrote, made fit to be sent: masked in one go, as JSON data between fences.

Whatever stands in the data can neither leave the block nor be told from data.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

import regex

from copilot.llm.failures import ModelFailure

_BETWEEN = "\n\u241e\n"  # keeps texts apart while they are masked together
_OWN_MARK = regex.compile(
    r"\[([A-Z]{2,20}_\d{1,6})\]"
)  # what somebody wrote to look like a placeholder


class Placeholder(Protocol):
    """Where a private detail was: character offsets in the text as it was."""

    @property
    def start(self) -> int:
        """Its first character."""
        ...

    @property
    def end(self) -> int:
        """The character after it."""
        ...

    @property
    def placeholder(self) -> str:
        """The mark that stands for it."""
        ...


class Masked(Protocol):
    """A text without private details that can give them back."""

    @property
    def text(self) -> str:
        """The text with placeholders."""
        ...

    @property
    def spans(self) -> Sequence[Placeholder]:
        """What was masked."""
        ...

    def restore(self, text: str) -> str:
        """Put the details back, save those that are nobody's business."""
        ...


class Mask(Protocol):
    """Masks private details; the same detail gets the same placeholder within one text."""

    def __call__(self, text: str, *, known_names: tuple[str, ...] = ()) -> Masked:
        """Return the masked text."""
        ...


def product_mask(text: str, *, known_names: tuple[str, ...] = ()) -> Masked:
    """Mask as the rule engine does."""
    from copilot.rules import mask

    return mask(text, known_names=known_names)


def masked_together(
    texts: Sequence[str], mask: Mask, *, names: tuple[str, ...] = ()
) -> tuple[Masked, list[str]]:
    """Mask texts in one go, so that a detail has one placeholder in all of them.

    Raises:
        ModelFailure: masking went wrong, so nothing may be sent.
    """
    plain = [_OWN_MARK.sub(r"(\1)", text.replace("\u241e", " ")) for text in texts]
    masked = mask(_BETWEEN.join(plain), known_names=names)
    pieces = masked.text.split(_BETWEEN) if texts else []
    if len(pieces) != len(texts):
        raise ModelFailure("unsent", "masking lost the bounds between texts")
    return masked, pieces


@dataclass(frozen=True)
class Block:
    """Data as they are sent. `canary` stands in the instructions alone, `fence` around the data."""

    text: str
    canary: str
    fence: str


def sealed(data: dict[str, Any]) -> Block:
    """Return data as one line of JSON with marks that nobody can foresee who does not know it all."""
    text = json.dumps(data, ensure_ascii=False)
    return Block(
        text=text,
        canary=f"mark-{_digest(text, b'canary')}",
        fence=f"====={_digest(text, b'fence')}=====",
    )


def _digest(text: str, purpose: bytes) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8, person=purpose).hexdigest()
