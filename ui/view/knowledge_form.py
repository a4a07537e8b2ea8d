"""A document as a form on the screen: boxes with their names, values and faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge import Fault, Locale
from knowledge.forms import Form
from ui.locales import words
from ui.view.knowledge import fault_text
from ui.view.knowledge_schema import Control, Part, parts_of, shown

BLANK = "__n__"  # the number of a row that is not there yet

SECTIONS: dict[Form, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "script": (
        ("main", ("title", "intent", "body", "trigger_examples", "examples", "customer_goal")),
        ("reply", ("framework", "reply")),
        ("promises", ("commitments", "limits")),
        ("doing", ("steps", "do_not", "facts_needed", "slots", "escalation", "legal_note")),
        ("finding", ("signals", "tags", "brand", "failure", "safety", "preconditions")),
        ("term", ("status", "valid_from", "valid_to", "owner", "reviewed_at", "source", "sample")),
        ("registers", ("registers",)),
    ),
    "tone": (
        ("main", ("type", "severity", "patterns", "innocent", "replacement", "body")),
        ("when", ("applies", "check", "default_on", "always_on")),
        ("tests", ("tests",)),
        ("term", ("status", "brand", "tags", "source", "sample")),
    ),
    "case": (
        ("main", ("title", "outcome", "antipattern", "lesson", "worked_because", "body")),
        ("turns", ("turns",)),
        ("finding", ("channel", "signals", "framework", "hostility_by_turn", "tags", "brand")),
        ("term", ("status", "source", "sample")),
    ),
    "article": (
        ("main", ("title", "question", "answer", "body", "examples")),
        ("finding", ("kind", "tags", "brand")),
        ("term", ("status", "valid_from", "valid_to")),
    ),
}
_LEAST_LINES, _MOST_LINES, _LINE_CHARS = 2, 14, 70


@dataclass(frozen=True)
class Box:
    """A control with what it is called, what stands in it and what is wrong with that."""

    path: str
    name: str
    control: Control
    label: str
    hint: str
    value: str = ""
    lines: int = 1
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    boxes: tuple["Box", ...] = ()
    rows: tuple[tuple["Box", ...], ...] = ()
    blank: tuple["Box", ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of the control."""
        return f"k-f-{self.path.replace('.', '-')}"

    @property
    def filled(self) -> bool:
        """Whether there is anything to read in it."""
        if self.control == "check":
            return self.value == "true"
        return bool(self.value) or any(b.filled for b in self.boxes) or bool(self.rows)


@dataclass(frozen=True)
class Section:
    """Boxes that belong together."""

    key: str
    title: str
    boxes: tuple[Box, ...]
    faulty: int = 0

    @property
    def filled(self) -> bool:
        """Whether there is anything to read in it."""
        return any(box.filled for box in self.boxes)


@dataclass(frozen=True)
class Slip:
    """A fault, where it is and how the place is called."""

    box: str
    label: str
    text: str


class _Faults:
    """The faults of a form, each given to the box nearest to its place."""

    def __init__(self, faults: Sequence[Fault], language: Locale) -> None:
        self._left = {
            ".".join(map(str, fault.path)): fault_text(fault, language) for fault in faults
        }
        self.slips: list[Slip] = []

    def of(self, path: str, label: str, line: str = "") -> tuple[str, ...]:
        """Take the faults of a place; one in an entry of a list names the line."""
        found: list[str] = []
        for place in sorted(self._left):
            entry = place.removeprefix(f"{path}.")
            if place == path:
                found.append(self._left.pop(place))
            elif line and entry != place and entry.isdigit():
                found.append(line.format(n=int(entry) + 1, why=self._left.pop(place)))
        self.slips += [Slip(f"k-f-{path.replace('.', '-')}", label, text) for text in found]
        return tuple(found)

    def rest(self) -> tuple[Slip, ...]:
        """Return what no box took."""
        return tuple(
            Slip("k-name" if place == "name" else "", place, text)
            for place, text in self._left.items()
        )


def form_view(
    form: Form, values: Mapping[str, Any], faults: Sequence[Fault], language: Locale
) -> tuple[tuple[Section, ...], tuple[Slip, ...]]:
    """Return a form by sections, and every fault with the box that it belongs to."""
    held = _Faults(faults, language)
    said = words(language, "library")
    parts = {part.name: part for part in parts_of(form)}
    named = {name for _, names in SECTIONS[form] for name in names}
    rest = tuple(name for name in parts if name not in named)
    plan = (*SECTIONS[form], *((("more", rest),) if rest else ()))
    sections: list[Section] = []
    for key, names in plan:
        before = len(held.slips)
        boxes = tuple(
            _box(parts[name], name, values.get(name), said, held) for name in names if name in parts
        )
        title = str(said["sections"][key])
        sections.append(Section(key, title, boxes, faulty=len(held.slips) - before))
    return tuple(sections), (*held.slips, *held.rest())


def _box(part: Part, path: str, value: Any, said: dict[str, Any], faults: _Faults) -> Box:
    label = label_of(part.name, said)
    line = str(said["form"]["in_line"]) if part.control == "lines" else ""
    given = faults.of(path, label, line)
    box = Box(
        path, part.name, part.control, label, str(said["hints"].get(part.name, "")), faults=given
    )
    if part.control == "group":
        own = value if isinstance(value, Mapping) else {}
        boxes = tuple(
            _box(one, f"{path}.{one.name}", own.get(one.name), said, faults) for one in part.parts
        )
        return replace(box, boxes=boxes)
    if part.control == "rows":
        rows = value if isinstance(value, list | tuple) else ()
        drawn = tuple(_row(part, f"{path}.{n}", row, said, faults) for n, row in enumerate(rows))
        blank = _row(part, f"{path}.{BLANK}", {}, said, faults)
        return replace(box, rows=drawn, blank=blank)
    text = shown(part, value)
    names = said["choices"]
    choices = tuple((one, str(names.get(one, one))) for one in part.choices)
    return replace(box, value=text, lines=_lines(text), choices=choices, optional=part.optional)


def _row(part: Part, path: str, row: Any, said: dict[str, Any], faults: _Faults) -> tuple[Box, ...]:
    own = row if isinstance(row, Mapping) else {}
    return tuple(
        _box(one, f"{path}.{one.name}", own.get(one.name), said, faults) for one in part.parts
    )


def label_of(name: str, said: dict[str, Any]) -> str:
    """Return how a value is called; a new one is called by its key."""
    return str(said["fields"].get(name) or name.replace("_", " "))


def _lines(text: str) -> int:
    wanted = sum(1 + len(line) // _LINE_CHARS for line in text.split("\n"))
    return max(_LEAST_LINES, min(wanted, _MOST_LINES))


def changes(
    form: Form, before: Mapping[str, Any], after: Mapping[str, Any], language: Locale
) -> tuple[tuple[str, str, str], ...]:
    """Return what differs between two versions: the name of the value, how it was, how it is."""
    said = words(language, "library")
    found: list[tuple[str, str, str]] = []
    for part in parts_of(form):
        was, now = before.get(part.name), after.get(part.name)
        if was != now:
            found.append((label_of(part.name, said), _told(part, was), _told(part, now)))
    return tuple(found)


def _told(part: Part, value: Any) -> str:
    if part.control == "rows":
        return "\n".join(_pairs(row) for row in value or ())
    if part.control == "group":
        return "\n".join(f"{key}: {own}" for key, own in (value or {}).items() if own)
    return shown(part, value)


def _pairs(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {own}" for key, own in row.items() if own not in ("", None, []))
