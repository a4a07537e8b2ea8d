"""Sources and similar cases as the panel shows them."""

from copilot.conversation import Conversation, Frozen
from copilot.suggestion import Result
from knowledge import Case, Hit, Locale, Script
from ui.locales import name_of, words

_HEAD_CHARS = 60
MAX_PASSAGE_CHARS = 1600
MAX_SOURCES = 3
MAX_CASES = 3


class PartView(Frozen):
    """Lines of a script under one heading; `never` marks what must not be done."""

    title: str
    lines: tuple[str, ...]
    never: bool = False


class SourceView(Frozen):
    """A passage that a reply rests on, a script by its `parts`, anything else by its `text`.

    `cited` says whether a sentence really uses it.
    """

    id: str
    title: str
    kind: str
    text: str
    parts: tuple[PartView, ...]
    strength: str
    strength_name: str
    cited: bool


class SourcesView(Frozen):
    """The passages, and what to say when none is reliable."""

    passages: tuple[SourceView, ...]
    warning: str
    warning_why: str


class CaseView(Frozen):
    """A similar case: what happened and what to learn from it."""

    id: str
    title: str
    outcome: str
    bad: bool
    lesson: str
    turns: tuple[tuple[str, str], ...]


def sources_view(result: Result, conversation: Conversation, language: Locale) -> SourcesView:
    """List what the sentences cite first, then the other hits that are not nothing."""
    cited = {i for s in result.suggestions for sentence in s.sentences for i in sentence.sources}
    hits = {hit.id: hit for hit in (*result.hits, *result.cases)}
    shown = [hit for hit in hits.values() if hit.id in cited]
    others = [h for h in result.hits if h.id not in cited and h.strength != "none"]
    passages = [_source(hit, language, cited=hit.id in cited) for hit in shown]
    passages += [
        _source(hit, language, cited=False) for hit in others[: max(0, MAX_SOURCES - len(shown))]
    ]
    notes = _notes(conversation, cited - hits.keys(), language)
    warning, why = _warning(result, language)
    return SourcesView(passages=(*passages, *notes), warning=warning, warning_why=why)


def case_views(result: Result, language: Locale) -> tuple[CaseView, ...]:
    """Show the nearest past cases, the bad examples marked."""
    near = [hit for hit in result.cases if hit.strength != "none"]
    return tuple(_case(hit, language) for hit in near[:MAX_CASES])


def _warning(result: Result, language: Locale) -> tuple[str, str]:
    w = words(language)["sources"]
    strengths = {hit.strength for hit in result.hits if hit.kind in ("script", "card")}
    if "strong" in strengths or result.perception.request == "":
        return "", ""
    return (w["weak_only"], "") if "weak" in strengths else (w["none"], w["none_why"])


def _source(hit: Hit, language: Locale, *, cited: bool) -> SourceView:
    w = words(language)["sources"]
    parts = _parts(hit.record, language) if isinstance(hit.record, Script) else ()
    return SourceView(
        id=hit.id,
        title=hit.title or _head(hit.text),
        kind=w.get(hit.kind, hit.kind),
        text="" if parts else _passage(hit),
        parts=parts,
        strength=hit.strength,
        strength_name=w.get(hit.strength, ""),
        cited=cited,
    )


def _parts(script: Script, language: Locale) -> tuple[PartView, ...]:
    """Say what an operator needs of a script: what to promise, to do, to leave, whom to call."""
    w = words(language)["sources"]
    further = script.escalation
    call = ", ".join(part for part in (further.to, further.when, further.sla) if part)
    parts = (
        PartView(title=w["promises"], lines=tuple(c.text for c in script.commitments)),
        PartView(title=w["steps"], lines=script.steps),
        PartView(title=w["do_not"], lines=script.do_not, never=True),
        PartView(title=w["escalation"], lines=(call,) if call else ()),
        PartView(title=w["legal"], lines=(script.legal_note,) if script.legal_note else ()),
    )
    return tuple(part for part in parts if part.lines)


def _passage(hit: Hit) -> str:
    if hit.question and hit.answer:
        return f"{hit.question}\n\n{hit.answer}"[:MAX_PASSAGE_CHARS]
    text = hit.text.strip()
    return text if len(text) <= MAX_PASSAGE_CHARS else f"{text[:MAX_PASSAGE_CHARS].rstrip()}…"


def _head(text: str) -> str:
    """The first words of a note, which has no title of its own."""
    line = " ".join(text.split())
    return line if len(line) <= _HEAD_CHARS else f"{line[:_HEAD_CHARS].rstrip()}…"


def _notes(conversation: Conversation, ids: set[str], language: Locale) -> list[SourceView]:
    """Show the notes on the customer card that sentences cite as `card#1` and so on."""
    w = words(language)["sources"]
    return [
        SourceView(
            id=f"card#{number}",
            title=w["card"],
            kind=w["card"],
            text=note,
            strength="strong",
            strength_name=w["strong"],
            parts=(),
            cited=True,
        )
        for number, note in enumerate(conversation.card.notes, 1)
        if f"card#{number}" in ids
    ]


def _case(hit: Hit, language: Locale) -> CaseView:
    record = hit.record if isinstance(hit.record, Case) else None
    w = words(language)["cases"]
    if record is None:
        return CaseView(
            id=hit.id,
            title=hit.title,
            outcome="",
            bad=False,
            lesson="",
            turns=(("", _passage(hit)),),
        )
    bad = record.antipattern or record.outcome == "failed"
    learned = record.lesson or record.worked_because
    template = w["lesson"] if record.lesson else w["worked"]
    return CaseView(
        id=hit.id,
        title=hit.title,
        outcome=w["bad"] if bad else w["outcomes"][record.outcome],
        bad=bad,
        lesson=template.replace("{text}", learned) if learned else "",
        turns=tuple((name_of("roles", turn.role, language), turn.text) for turn in record.turns),
    )
