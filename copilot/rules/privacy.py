"""Personal data: masked with typed placeholders before a text leaves, restored when it returns."""

from collections.abc import Iterable, Sequence

import regex
from pydantic import Field

from copilot.conversation import Frozen
from copilot.rules.lexicon import fold
from copilot.rules.privacy_contacts import addresses, contacts
from copilot.rules.privacy_names import known, names
from copilot.rules.privacy_numbers import Found, numbers
from copilot.rules.privacy_secrets import births, secrets

_SECRET = frozenset({"CODE", "CVV", "PIN", "PASSWORD", "EXPIRY"})  # never given back
_PLACEHOLDER = regex.compile(r"\[([A-Z]{2,10})_(\d{1,4})\]")


class MaskedSpan(Frozen):
    """A piece of the original text, `text[start:end]`, and what stands for it."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    kind: str
    placeholder: str


class Masked(Frozen):
    """A text with typed placeholders for personal data; equal values have equal placeholders."""

    text: str
    spans: tuple[MaskedSpan, ...] = ()
    originals: dict[str, str] = Field(default_factory=dict, exclude=True, repr=False)

    def restore(self, text: str) -> str:
        """Put the originals back into a text that uses our placeholders.

        Codes, CVV, PIN and passwords stay masked, and so do placeholders that are not ours.
        """
        return str(_PLACEHOLDER.sub(lambda m: self._original(m[0], m[1]), text))

    def _original(self, placeholder: str, kind: str) -> str:
        return placeholder if kind in _SECRET else self.originals.get(placeholder, placeholder)


def mask(text: str, *, known_names: Sequence[str] = ()) -> Masked:
    """Replace personal data by placeholders such as [PHONE_1]; order numbers, sums and dates stay.

    Args:
        text: Any text in Russian or English, of any length.
        known_names: Names that the customer card holds; they are masked in any case form.
    """
    if not text:
        return Masked(text=text)
    low = fold(text.lower())
    if len(low) != len(text):
        low = fold("".join(c if len(c.lower()) != 1 else c.lower() for c in text))
    found = [
        *numbers(low, text), *contacts(low), *secrets(low, text), *births(low),
        *addresses(low, text), *names(low, text), *known(low, tuple(known_names)),
    ]  # fmt: skip
    return _replaced(text, _apart(found))


def _apart(found: Iterable[Found]) -> list[Found]:
    """Of pieces that overlap keep the higher rank, then the longer one."""
    kept: list[Found] = []
    taken: set[int] = set()
    for one in sorted(found, key=lambda f: (-f.rank, f.start - f.end, f.start)):
        places = range(one.start, one.end)
        if not taken.intersection(places):
            taken.update(places)
            kept.append(one)
    return sorted(kept)


def _replaced(text: str, found: list[Found]) -> Masked:
    counts: dict[str, int] = {}
    given: dict[tuple[str, str], str] = {}
    originals: dict[str, str] = {}
    spans: list[MaskedSpan] = []
    out: list[str] = []
    at = 0
    for one in found:
        original = text[one.start : one.end]
        key = (one.kind, _same(original))
        if key not in given:
            counts[one.kind] = counts.get(one.kind, 0) + 1
            given[key] = f"[{one.kind}_{counts[one.kind]}]"
            originals[given[key]] = original
        out += [text[at : one.start], given[key]]
        at = one.end
        spans.append(
            MaskedSpan(start=one.start, end=one.end, kind=one.kind, placeholder=given[key])
        )
    out.append(text[at:])
    return Masked(text="".join(out), spans=tuple(spans), originals=originals)


def _same(original: str) -> str:
    """Equal values written alike to the letter share a placeholder, so that restoring is exact."""
    return original
