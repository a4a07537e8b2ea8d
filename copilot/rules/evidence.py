"""What the company has said and knows: the sources against which drafts are checked."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from copilot.brief import Brief
from copilot.rules.lexicon import fold, language_of, patterns
from copilot.rules.parts import clauses_of, sentences_of, topics_of
from copilot.rules.quantities import MINUTES, Quantity, quantities
from copilot.rules.stems import stems
from knowledge import Commitment, Hit, Script

_READ_CHARS = 4_000  # of one source; longer ones are cut into hits anyway
_READ_MESSAGES = 60  # the newest of a thread
SourceKind = Literal["record", "text", "card", "ours", "customer"]


class Statement(NamedTuple):
    """A clause of a source with what it is about and the numbers in it.

    `stems` are those of the clause, `topics` those of the clause or else of its surroundings;
    `negative` says that it denies or forbids, `condition` holds the words of a condition on it.
    """

    source: str
    kind: SourceKind
    text: str
    stems: frozenset[str]
    around: frozenset[str]
    topics: frozenset[str]
    numbers: tuple[Quantity, ...]
    negative: bool
    condition: str
    outdated: bool
    sentence: str


class Evidence(NamedTuple):
    """Everything a draft may rest on, and the records with limits, best hit first."""

    statements: tuple[Statement, ...]
    records: tuple[tuple[str, Script], ...]

    def says(self, sentence: str) -> Statement | None:
        """Return the source that says a sentence word for word, or None; customers are no source."""
        wanted = plain(sentence)
        for statement in self.statements:
            if (
                statement.kind != "customer"
                and not statement.negative
                and wanted in statement.sentence
            ):
                return statement
        return None


class _Place(NamedTuple):
    source: str
    kind: SourceKind
    title: str = ""
    outdated: bool = False


def gather(brief: Brief) -> Evidence:
    """Collect the statements of hits, card and thread; hits marked «none» count for nothing."""
    today = brief.now.date()
    found: list[Statement] = []
    records: list[tuple[str, Script]] = []
    for hit in brief.hits:
        if hit.strength == "none":
            continue
        found.extend(_of_hit(hit, today))
        if isinstance(hit.record, Script):
            records.append((hit.id, hit.record))
    for n, note in enumerate(brief.conversation.card.notes, start=1):
        found.extend(_statements(note, _Place(f"card#{n}", "card"), today))
    for key, value in brief.conversation.card.facts.items():
        found.extend(_statements(f"{key}: {value}", _Place(f"card.{key}", "card"), today))
    messages = tuple(enumerate(brief.conversation.messages))[-_READ_MESSAGES:]
    for n, message in messages:
        kind: SourceKind = "customer" if message.role == "customer" else "ours"
        found.extend(_statements(message.text, _Place(f"message#{n}", kind), today))
    return Evidence(tuple(found), tuple(records))


def _of_hit(hit: Hit, today: date) -> Iterator[Statement]:
    record = hit.record if isinstance(hit.record, Script) else None
    outdated = record is not None and (
        record.status == "retired" or (record.valid_to is not None and record.valid_to < today)
    )
    place = _Place(hit.id, "text", hit.question or hit.title, outdated)
    texts = dict.fromkeys(text for text in (hit.text, hit.answer) if text)
    for text in texts:
        yield from _statements(text, place, today)
    if record is None:
        return
    for commitment in record.commitments:
        yield _of_commitment(commitment, record, place)
    for text in _texts_of(record):
        yield from _statements(text, place, today)
    for text in record.do_not:
        yield from (s._replace(negative=True) for s in _statements(text, place, today))


def _texts_of(record: Script) -> Iterator[str]:
    for reply in (record.reply, *record.registers.values()):
        for name in ("control", "answer", "solve", "options", "follow_up", "next", "short"):
            yield from getattr(reply, name)
    yield from record.steps
    yield from (condition.text for condition in record.preconditions if condition.text)
    if record.escalation.sla:
        yield f"{record.escalation.to} {record.escalation.when} {record.escalation.sla}"


def _of_commitment(commitment: Commitment, record: Script, place: _Place) -> Statement:
    text = f"{commitment.text} {commitment.clock_from}".strip()
    numbers: tuple[Quantity, ...] = quantities(commitment.text)
    structured = _structured(commitment)
    if structured is not None:
        numbers = (structured, *(q for q in numbers if q.kind != structured.kind))
    return Statement(
        source=f"{place.source}:{commitment.id}",
        kind="record",
        text=text,
        stems=stems(text),
        around=stems(record.title),
        topics=topics_of(text) or topics_of(record.title),
        numbers=numbers,
        negative=False,
        condition=commitment.condition,
        outdated=place.outdated,
        sentence=plain(commitment.text),
    )


def _structured(commitment: Commitment) -> Quantity | None:
    unit = commitment.unit
    low, high = commitment.min_value, commitment.max_value
    if unit is None or (low is None and high is None):
        return None
    bound = "max" if low is None else "min" if high is None else "exact"
    calendar = commitment.calendar or ""
    if unit in MINUTES:
        factor = MINUTES[unit]
        ends = [None if end is None else end * factor for end in (low, high)]
        return Quantity("span", ends[0], ends[1], unit, calendar, bound, 0, 0, commitment.text)
    if unit.startswith("percent"):
        return Quantity("percent", low, high, "%", "", bound, 0, 0, commitment.text)
    if unit in ("RUB", "bonus"):
        return Quantity("money", low, high, unit, "", bound, 0, 0, commitment.text)
    return None


def _statements(text: str, place: _Place, today: date) -> tuple[Statement, ...]:
    return tuple(
        statement._replace(source=place.source, kind=place.kind, outdated=place.outdated)
        for statement in _read(text, place.title, today)
    )


@lru_cache(maxsize=2048)
def _read(text: str, title: str, today: date) -> tuple[Statement, ...]:
    text = text[:_READ_CHARS]
    language = language_of(text)
    numbers = quantities(text, today)
    found: list[Statement] = []
    before: frozenset[str] = topics_of(title)
    for sentence in sentences_of(text):
        topics = topics_of(sentence.text) or before
        low = fold(sentence.text.lower())
        negatives = patterns(language, "promises", "negative_source")
        around = stems(sentence.text) | stems(title)
        whole = plain(sentence.text)
        for part in clauses_of(sentence, language):
            lowered = fold(part.text.lower())
            found.append(
                Statement(
                    source="",
                    kind="text",
                    text=part.text,
                    stems=stems(part.text),
                    around=around,
                    topics=topics_of(part.text) or topics,
                    numbers=tuple(q for q in numbers if part.start <= q.start < part.end),
                    negative=negatives.search(lowered) is not None,
                    condition=_condition(low),
                    outdated=False,
                    sentence=whole,
                )
            )
        before = topics
    return tuple(found)


def plain(text: str) -> str:
    """Return a sentence as it is compared word for word: folded, without the sign at its end."""
    return fold(text.lower()).strip(" .!;\u2026")


def _condition(low: str) -> str:
    match = patterns(language_of(low), "promises", "condition").search(low)
    if match is None or (match.start() and low[match.start() - 1].isalpha()):
        return ""
    tail = low[match.start() :]
    ends = [at for at in (tail.find(","), tail.find(";"), tail.find(" \u2014 ")) if at > 0]
    return tail[: min(ends, default=len(tail))]
