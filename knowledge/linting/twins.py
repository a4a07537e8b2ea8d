"""Records of two languages that are out of step."""

from collections.abc import Iterator, Mapping, Sequence

from knowledge.documents import Case, Record, Script, ToneRule
from knowledge.linting.problem import Problem, name_of, problem


def twins(records: Sequence[Record], versions: Mapping[str, int]) -> Iterator[Problem]:
    """Yield missing twins and twins that differ, once there are two languages.

    `versions` are those of the documents; a twin that was changed less often may be behind.
    """
    by_name = {name_of(record): record for record in records}
    both = {record.locale for record in records} == {"ru", "en"}
    for name, record in by_name.items():
        other = f"{'en' if record.locale == 'ru' else 'ru'}:{record.id}"
        twin = by_name.get(other)
        if twin is None:
            # tone rules speak of one language, and so may have no counterpart
            if both and not isinstance(record, ToneRule):
                yield problem(name, "twin_missing", "warning", others=(other,), other=other)
        elif record.locale == "en":
            yield from _out_of_step(name, record, other, twin, versions)


def _out_of_step(
    name: str, record: Record, other: str, twin: Record, versions: Mapping[str, int]
) -> Iterator[Problem]:
    for part in _differences(twin, record):
        yield problem(
            name, "twin_differs", "error", place=part, others=(other,), other=other, part=part
        )
    own, its = versions.get(name, 1), versions.get(other, 1)
    if own != its and not isinstance(record, ToneRule):
        yield problem(
            name if own < its else other,
            "twin_behind",
            "hint",
            others=(other if own < its else name,),
            other=other if own < its else name,
            version=min(own, its),
            other_version=max(own, its),
        )


def _differences(one: Record, two: Record) -> list[str]:
    """Return in what twins differ that must not depend on the language."""
    if isinstance(one, Script) and isinstance(two, Script):
        same: dict[str, tuple[object, object]] = {
            "intent": (one.intent, two.intent),
            "signals": (one.signals, two.signals),
            "framework": (one.framework, two.framework),
            "failure": (one.failure, two.failure),
            "safety": (one.safety, two.safety),
            "status": (one.status, two.status),
            "limits": (_numbers(one), _numbers(two)),
            "commitments": (_bounds(one), _bounds(two)),
            "preconditions": (_conditions(one), _conditions(two)),
            "valid_from": (one.valid_from, two.valid_from),
            "valid_to": (one.valid_to, two.valid_to),
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


def _conditions(script: Script) -> object:
    return [(each.field, each.op, each.value) for each in script.preconditions]
