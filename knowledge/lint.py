"""What is wrong with records that parse: twins, ids, slots, words and dates."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

import regex

from knowledge.documents import Case, Record, Reply, Script, ToneRule, Value
from knowledge.vocabulary import vocabulary

SOON_DAYS = 30
_SLOT = regex.compile(r"\{([^{}]*)\}")

Rule = Literal[
    "twin", "twin_differs", "duplicate", "slot", "signal", "type", "expired", "expires", "reference"
]


class Problem(Value):
    """Something to put right; `record` is `locale:id`."""

    rule: Rule
    record: str
    message: str


def lint(records: Iterable[Record], on: date, *, soon_days: int = SOON_DAYS) -> tuple[Problem, ...]:
    """Return what is wrong with these records on a day, ordered by record and rule.

    Scripts that end within `soon_days` are named too; retired ones are left in peace.
    """
    given = list(records)
    found = [*_ids(given), *_twins(given), *_references(given)]
    for record in given:
        found.extend(_words(record))
        if isinstance(record, Script) and record.status != "retired":
            found.extend(_slots(record))
            found.extend(_dates(record, on, soon_days))
    return tuple(sorted(found, key=lambda problem: (problem.record, problem.rule, problem.message)))


def _name(record: Record) -> str:
    return f"{record.locale}:{record.id}"


def _ids(records: Sequence[Record]) -> Iterator[Problem]:
    for name, times in Counter(_name(record) for record in records).items():
        if times > 1:
            yield Problem(rule="duplicate", record=name, message=f"the id stands {times} times")


def _twins(records: Sequence[Record]) -> Iterator[Problem]:
    by_name = {_name(record): record for record in records}
    both = {record.locale for record in records} == {"ru", "en"}
    for name, record in by_name.items():
        other = f"{'en' if record.locale == 'ru' else 'ru'}:{record.id}"
        twin = by_name.get(other)
        if twin is None:
            # tone rules speak of one language, and so may have no counterpart
            if both and not isinstance(record, ToneRule):
                yield Problem(rule="twin", record=name, message=f"{other} is missing")
        elif record.locale == "en" and (parts := _differences(twin, record)):
            message = f"differs from {other} in {', '.join(parts)}"
            yield Problem(rule="twin_differs", record=name, message=message)


def _differences(one: Record, two: Record) -> list[str]:
    """Return in what twins differ that must not depend on the language."""
    if isinstance(one, Script) and isinstance(two, Script):
        same: dict[str, tuple[object, object]] = {
            "intent": (one.intent, two.intent),
            "signals": (one.signals, two.signals),
            "framework": (one.framework, two.framework),
            "failure": (one.failure, two.failure),
            "safety": (one.safety, two.safety),
            "limits": (_numbers(one), _numbers(two)),
            "commitments": (_bounds(one), _bounds(two)),
            "slots": ([slot.name for slot in one.slots], [slot.name for slot in two.slots]),
            "steps": (len(one.steps), len(two.steps)),
        }
    elif isinstance(one, Case) and isinstance(two, Case):
        same = {
            "framework": (one.framework, two.framework),
            "outcome": (one.outcome, two.outcome),
            "antipattern": (one.antipattern, two.antipattern),
            "scripts": (one.scripts, two.scripts),
        }
    else:
        return [] if type(one) is type(two) else ["kind"]
    return [name for name, (left, right) in same.items() if left != right]


def _numbers(script: Script) -> object:
    return script.limits.model_dump(exclude={"who_above"})


def _bounds(script: Script) -> object:
    return [
        (each.id, each.type, each.min_value, each.max_value, each.unit, each.calendar)
        for each in script.commitments
    ]


def _slots(script: Script) -> Iterator[Problem]:
    declared = {slot.name for slot in script.slots} | {fact.name for fact in script.facts_needed}
    known = declared | vocabulary("slots")
    for line in _lines(script):
        for name in _SLOT.findall(line):
            if name not in known:
                message = (
                    f"{{{name}}} is neither a slot, nor a fact needed, nor well known: {line!r}"
                )
                yield Problem(rule="slot", record=_name(script), message=message)


def _lines(script: Script) -> Iterator[str]:
    for reply in (script.reply, *script.registers.values()):
        for part in Reply.model_fields:
            yield from getattr(reply, part)


def _words(record: Record) -> Iterator[Problem]:
    used = (
        (*record.applies.any_signal, *record.applies.no_signal)
        if isinstance(record, ToneRule)
        else record.signals
    )
    for word in sorted(set(used) - vocabulary("signals")):
        message = f"{word!r} is not a signal of the label vocabulary"
        yield Problem(rule="signal", record=_name(record), message=message)
    if isinstance(record, ToneRule) and record.type not in vocabulary("tone_violations"):
        message = f"{record.type!r} is not a tone violation of the label vocabulary"
        yield Problem(rule="type", record=_name(record), message=message)


def _dates(script: Script, on: date, soon_days: int) -> Iterator[Problem]:
    end = script.valid_to
    if end is None:
        return
    if end < on:
        yield Problem(rule="expired", record=_name(script), message=f"ended on {end}")
    elif end <= on + timedelta(days=soon_days):
        yield Problem(rule="expires", record=_name(script), message=f"ends on {end}")


def _references(records: Sequence[Record]) -> Iterator[Problem]:
    names = {_name(record) for record in records}
    scripts = any(isinstance(record, Script) for record in records)
    rules = any(isinstance(record, ToneRule) for record in records)
    for record in records:
        named: list[str] = []
        if isinstance(record, Script):
            named.extend(record.related)
        if isinstance(record, Case) and scripts:
            named.extend(record.scripts)
        if isinstance(record, Case) and rules:
            named.extend(record.rules)
        for other in named:
            if f"{record.locale}:{other}" not in names:
                message = f"names {other!r}, which is not there"
                yield Problem(rule="reference", record=_name(record), message=message)
