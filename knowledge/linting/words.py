"""Names inside records that lead nowhere: slots, signals, types, other records, ids twice."""

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from knowledge.documents import Case, Record, Reply, Script, ToneRule
from knowledge.linting.problem import Problem, name_of, problem
from knowledge.vocabulary import vocabulary

_SLOT = regex.compile(r"\{([^{}]*)\}")


def ids(records: Sequence[Record]) -> Iterator[Problem]:
    """Yield ids that stand more than once."""
    for name, times in Counter(name_of(record) for record in records).items():
        if times > 1:
            yield problem(name, "duplicate_id", "error", times=times)


def slots(script: Script) -> Iterator[Problem]:
    """Yield slots of reply lines that nobody fills."""
    declared = {slot.name for slot in script.slots} | {fact.name for fact in script.facts_needed}
    known = declared | vocabulary("slots")
    for place, line in lines(script):
        for name in _SLOT.findall(line):
            if name not in known:
                yield problem(
                    name_of(script), "slot_unknown", "error", place=place, slot=name, line=line
                )


def lines(script: Script) -> Iterator[tuple[str, str]]:
    """Yield (place, sentence) of everything that a customer may read of a script."""
    replies = {"reply": script.reply}
    replies.update({f"registers.{name}": own for name, own in script.registers.items()})
    for where, reply in replies.items():
        for part in Reply.model_fields:
            for n, line in enumerate(getattr(reply, part), start=1):
                yield f"{where}.{part} {n}", line


def labels(record: Record) -> Iterator[Problem]:
    """Yield signals and types that are no words of the label vocabulary."""
    used = (
        (*record.applies.any_signal, *record.applies.no_signal)
        if isinstance(record, ToneRule)
        else record.signals
    )
    for word in sorted(set(used) - vocabulary("signals")):
        yield problem(name_of(record), "signal_unknown", "error", place="signals", signal=word)
    if isinstance(record, ToneRule) and record.type not in vocabulary("tone_violations"):
        yield problem(name_of(record), "type_unknown", "error", place="type", type=record.type)


def references(records: Sequence[Record]) -> Iterator[Problem]:
    """Yield names of other records that are not there."""
    names = {name_of(record) for record in records}
    scripts = any(isinstance(record, Script) for record in records)
    rules = any(isinstance(record, ToneRule) for record in records)
    for record in records:
        named: list[tuple[str, str]] = []
        if isinstance(record, Script):
            named.extend(("related", other) for other in record.related)
        if isinstance(record, Case) and scripts:
            named.extend(("scripts", other) for other in record.scripts)
        if isinstance(record, Case) and rules:
            named.extend(("rules", other) for other in record.rules)
        for place, other in named:
            if f"{record.locale}:{other}" not in names:
                yield problem(
                    name_of(record), "reference_missing", "error", place=place, other=other
                )
