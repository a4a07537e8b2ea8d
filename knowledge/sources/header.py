"""The YAML header of a Markdown file, read without trusting it, with the line of every value."""

from dataclasses import dataclass
from typing import Any

import regex
import yaml

from knowledge.errors import Refused

Place = tuple[str | int, ...]

_FENCE = regex.compile(r"\A---[ \t]*\n")
_END = regex.compile(r"^(?:---|\.\.\.)[ \t]*$", regex.M)
_MAX_CHARS = 200_000
_MAX_NODES = 20_000
_MAX_DEPTH = 12
_CORE = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands between the two `---`: `values`, the line of each by its place, and the rest."""

    values: dict[str, Any]
    lines: dict[Place, int]
    body: str
    body_line: int

    def line(self, place: Place) -> int:
        """Return the line (from 1) of the nearest value around a place."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def split_header(text: str) -> Header | None:
    """Return the header of a text and what follows it, or None when there is no header.

    Read as YAML 1.2: `yes`, `on`, dates and times stay words. Anchors, tags and repeated keys are
    refused, and so is what is deeper or larger than a header can be.

    Raises:
        Refused: the header is not closed, is broken YAML, or is not a mapping.
    """
    start = _FENCE.match(text)
    if not start:
        return None
    end = _END.search(text, start.end())
    if not end:
        if ":" not in text[start.end() :].split("\n", 1)[0]:
            return None  # a page that begins with a rule
        raise Refused("the header has no closing ---", place="line 1")
    source = text[start.end() : end.start()]
    body = text[end.end() :].lstrip("\n")
    values, lines = _parse(source)
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    return Header(values, lines, body, body_line)


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's core: only null, true, false and plain numbers are not words."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012 - as in PyYAML


_Loader.add_implicit_resolver(
    f"{_CORE}null", regex.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver(
    f"{_CORE}bool", regex.compile(r"^(?:true|True|false|False)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    f"{_CORE}int", regex.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    f"{_CORE}float", regex.compile(r"^[-+]?[0-9]{1,18}\.[0-9]{1,18}$"), list("-+0123456789")
)
RESOLVERS = _Loader.yaml_implicit_resolvers  # for whoever writes headers


def _parse(source: str) -> tuple[dict[str, Any], dict[Place, int]]:
    if len(source) > _MAX_CHARS:
        raise Refused(f"the header has {len(source)} characters; at most {_MAX_CHARS}")
    try:
        _refuse_tricks(source)
        node = yaml.compose(source, Loader=_Loader)
    except yaml.YAMLError as cause:
        raise Refused(*_yaml_reason(cause)[:1], place=_yaml_reason(cause)[1]) from cause
    if not isinstance(node, yaml.MappingNode):
        raise Refused("the header is not a list of `key: value` lines", place="line 2")
    lines: dict[Place, int] = {}
    values = _value(node, (), lines)
    return values, lines


def _yaml_reason(cause: yaml.YAMLError) -> tuple[str, str]:
    mark = getattr(cause, "problem_mark", None)
    problem = getattr(cause, "problem", None) or str(cause)
    hint = " (quote a value that holds ': ' or begins with a special sign)"
    place = f"line {mark.line + 2}" if mark else ""
    return f"broken YAML: {problem}{hint}", place


def _refuse_tricks(source: str) -> None:
    depth = nodes = 0
    for event in yaml.parse(source, Loader=_Loader):
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 2 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused(
                "anchors (&) and aliases (*) are not allowed: quote it", place=f"line {line}"
            )
        if depth > _MAX_DEPTH or nodes > _MAX_NODES:
            raise Refused("the header is too deep or too large", place=f"line {line}")


def _value(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    line = node.start_mark.line + 2  # marks count from 0, and the opening --- is one line
    lines[place] = line
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, i), lines) for i, item in enumerate(node.value)]
    return _scalar(node, line)


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        where = f"line {key_node.start_mark.line + 2}"
        if not isinstance(key_node, yaml.ScalarNode):
            raise Refused("a key must be a word", place=where)
        key = key_node.value
        if key in values:
            raise Refused(f"the key {key!r} stands here twice", place=where)
        values[key] = _value(value_node, (*place, key), lines)
        lines[(*place, key)] = key_node.start_mark.line + 2
    return values


def _scalar(node: yaml.Node, line: int) -> Any:
    readers: dict[str, Any] = {
        "str": str,
        "int": int,
        "float": float,
        "bool": lambda word: word in {"true", "True"},
        "null": lambda _word: None,
    }
    reader = readers.get(str(node.tag).removeprefix(_CORE))
    if reader is None:
        raise Refused(f"the tag {node.tag!r} is not allowed", place=f"line {line}")
    return reader(node.value)
