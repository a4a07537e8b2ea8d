"""Our own sentences that break the tone rules. The rules are applied by whoever asks for it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.documents import Document, Locale, Script, Severity
from knowledge.linting.problem import Gravity, Problem, problem
from knowledge.linting.words import lines

_GRAVITY: dict[Severity, Gravity] = {
    "critical": "error", "high": "warning", "medium": "warning", "low": "hint",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of ours: the document that it stands in and where, and how it addresses people.

    `asked` is what customers say to get it, as far as that is known.
    """

    document: str
    place: str
    locale: Locale
    text: str
    address: str = "vy"
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """A tone rule that a sentence breaks, and the words that do."""

    rule: str
    severity: Severity
    span: str


ToneCheck = Callable[[Sequence[Said]], Iterable[tuple[Said, Slip]]]


def tone(
    documents: Sequence[Document], phrases: Iterable[Said], check: ToneCheck
) -> Iterator[Problem]:
    """Yield the sentences of active scripts, and of phrases from elsewhere, that break a rule."""
    said = [*_of_scripts(documents), *phrases]
    for sentence, slip in check(said):
        yield problem(
            sentence.document,
            "tone_broken",
            _GRAVITY[slip.severity],
            place=sentence.place,
            broken=slip.rule,
            span=slip.span,
            line=sentence.text,
        )


def _of_scripts(documents: Sequence[Document]) -> Iterator[Said]:
    for document in documents:
        script = document.record
        if not isinstance(script, Script) or document.status != "active":
            continue
        for place, text in lines(script):
            address = "ty" if place.startswith("registers.ty.") else "vy"
            asked = script.trigger_examples
            yield Said(document.id, place, document.locale, text, address, asked)
