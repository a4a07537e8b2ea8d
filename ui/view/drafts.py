"""Drafts as the panel shows them: sentences in pieces, brackets to fill in, findings."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from copilot.brief import Frame
from copilot.conversation import Frozen
from copilot.suggestion import SLOT, CommitmentCheck, Finding, Result, Suggestion
from knowledge import Hit, Locale, Script, Severity
from ui.locales import name_of, words

_ORDER: tuple[Severity, ...] = ("critical", "high", "medium", "low")
_MOST_WORDS = 6
_KEPT = frozenset({"exact", "derived", "weaker"})
_ADVICE = frozenset('.:;!?…«»“”"\n')


class Piece(Frozen):
    """A stretch of a sentence: plain, a bracket to fill in, or marked by a finding."""

    text: str
    slot: str = ""
    severity: str = ""


class SentenceView(Frozen):
    """A sentence with the step it takes; `before` separates it from the one before."""

    step: str
    step_name: str
    act: str
    before: str
    pieces: tuple[Piece, ...]
    sources: tuple[str, ...]


class SlotView(Frozen):
    """A bracket still open, and where its value is to be looked up."""

    label: str
    hint: str = ""


class FindingView(Frozen):
    """A finding in the words of the screen; `put` may stand for the span as it is.

    `start` and `end` are offsets in the text by code point.
    """

    severity: Severity
    severity_name: str
    span: str
    why: str
    better: str
    put: str = ""
    start: int = 0
    end: int = 0


class DraftView(Frozen):
    """One option: `stops` says why it cannot be copied, brackets aside."""

    label: str
    origin: str
    text: str
    sentences: tuple[SentenceView, ...]
    slots: tuple[SlotView, ...]
    findings: tuple[FindingView, ...]
    stops: tuple[str, ...]
    max_chars: int


class CommitmentView(Frozen):
    """A promise in a text, and whether a source carries it."""

    span: str
    verdict: str
    kept: bool
    source: str


class CheckView(Frozen):
    """What the rules say of a text as it is now."""

    findings: tuple[FindingView, ...]
    stops: tuple[str, ...]
    commitments: tuple[CommitmentView, ...] = ()


def draft_views(result: Result, language: Locale) -> tuple[DraftView, ...]:
    """Put the suggestions into what the panel shows, in the same order."""
    hints = _hints((*result.hits, *result.cases))
    return tuple(_draft(s, result.frame, hints, language) for s in result.suggestions)


def check_view(
    findings: Sequence[Finding],
    language: Locale,
    commitments: Sequence[CommitmentCheck] = (),
) -> CheckView:
    """Show findings worst first; the critical ones stop copying.

    An open bracket is left out: the page shows it as a field and stops copying by itself.
    """
    told = [finding for finding in findings if not SLOT.fullmatch(finding.span)]
    ordered = sorted(told, key=lambda finding: (_ORDER.index(finding.severity), finding.start))
    return CheckView(
        findings=tuple(_finding(finding, language) for finding in ordered),
        stops=tuple(f.why or f.span for f in ordered if f.blocks),
        commitments=commitment_views(commitments, language),
    )


def commitment_views(
    commitments: Sequence[CommitmentCheck], language: Locale
) -> tuple[CommitmentView, ...]:
    """Show promises with their verdicts, the ones without a ground first."""
    shown = [
        CommitmentView(
            span=one.span,
            verdict=name_of("verdicts", one.verdict, language),
            kept=one.verdict in _KEPT,
            source=one.source,
        )
        for one in commitments
    ]
    return tuple(sorted(shown, key=lambda view: view.kept))


def drop_in(finding: Finding) -> str:
    """Return words that may stand for the span as they are; advice to the operator is none."""
    new = finding.replacement
    if not new or new != new.lower() or _ADVICE & set(new) or len(new.split()) > _MOST_WORDS:
        return ""
    return new[0].upper() + new[1:] if finding.span[:1].isupper() else new


def _draft(
    suggestion: Suggestion, frame: Frame, hints: dict[str, str], language: Locale
) -> DraftView:
    checked = check_view(suggestion.findings, language)
    return DraftView(
        label=_label(suggestion, language),
        origin=words(language)["drafts"]["origins"].get(suggestion.origin, suggestion.origin),
        text=suggestion.text,
        sentences=tuple(_sentences(suggestion, frame, language)),
        slots=tuple(SlotView(label=slot, hint=hints.get(slot, "")) for slot in suggestion.slots),
        findings=checked.findings,
        stops=checked.stops,
        max_chars=frame.max_chars,
    )


def _label(suggestion: Suggestion, language: Locale) -> str:
    return str(words(language)["drafts"]["labels"].get(suggestion.label, suggestion.label))


def _sentences(suggestion: Suggestion, frame: Frame, language: Locale) -> Iterator[SentenceView]:
    names = words(language)["steps"].get(frame.framework, {})
    start = 0
    for number, sentence in enumerate(suggestion.sentences):
        before = "" if number == 0 else sentence.before
        start += len(before)
        yield SentenceView(
            step=sentence.step,
            step_name=names.get(sentence.step, sentence.step),
            act=name_of("acts", sentence.act, language) if sentence.act else "",
            before=before,
            pieces=tuple(pieces(sentence.text, start, suggestion.findings)),
            sources=sentence.sources,
        )
        start += len(sentence.text)


def pieces(text: str, start: int, findings: Sequence[Finding]) -> Iterator[Piece]:
    """Cut a sentence that begins at offset `start` of its draft into plain, marked and open parts.

    The pieces joined are the sentence again; where findings overlap, the worst colours.
    """
    cuts = {0, len(text)}
    slots = {match.start(): match for match in SLOT.finditer(text)}
    for match in slots.values():
        cuts |= {match.start(), match.end()}
    for finding in findings:
        cuts |= {min(max(edge - start, 0), len(text)) for edge in (finding.start, finding.end)}
    inside = {n for match in slots.values() for n in range(match.start() + 1, match.end())}
    edges = sorted(cuts - inside)
    for left, right in pairwise(edges):
        slot = slots[left][1] if left in slots else ""
        severity = "" if slot else _worst(start + left, start + right, findings)
        yield Piece(text=text[left:right], slot=slot, severity=severity)


def _worst(left: int, right: int, findings: Sequence[Finding]) -> str:
    found = [f.severity for f in findings if f.start < right and f.end > left]
    return min(found, key=_ORDER.index, default="")


def _finding(finding: Finding, language: Locale) -> FindingView:
    return FindingView(
        severity=finding.severity,
        severity_name=name_of("severities", finding.severity, language),
        span=finding.span,
        why=finding.why or finding.type.replace("_", " "),
        better=finding.replacement,
        put=drop_in(finding),
        start=finding.start,
        end=finding.end,
    )


def _hints(hits: Sequence[Hit]) -> dict[str, str]:
    """Where the value of a bracket is looked up, by its label, as the scripts say."""
    found: dict[str, str] = {}
    for hit in hits:
        if isinstance(hit.record, Script):
            for slot in hit.record.slots:
                found.setdefault(slot.label, slot.hint)
    return found
