"""JSON and JSON lines: objects with a question and an answer, or whole records."""

import json
from collections.abc import Iterator
from typing import Any

from knowledge.errors import Refused
from knowledge.sources.decode import clean
from knowledge.sources.rows import Row

Object = dict[str, Any]
_QUESTIONS = 0.5  # the share of keys that ask in a mapping of questions to answers


def json_value(text: str) -> Any:
    """Return what a JSON text holds.

    Raises:
        Refused: it is not JSON, or too deep.
    """
    return _load(text)


def json_objects(value: Any) -> Iterator[tuple[str, Object | Refused]]:
    """Yield (place, object) of a JSON array, or of an object that holds one.

    Raises:
        Refused: there is no array of objects in it.
    """
    found = _array(value)
    if found is None:
        raise Refused("no array of objects with questions and answers")
    for n, item in enumerate(found, start=1):
        yield f"item {n}", item if isinstance(item, dict) else Refused("not an object")


def line_objects(text: str) -> Iterator[tuple[str, Object | Refused]]:
    """Yield (place, object) of each line; a line that is no object says why."""
    for n, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = _load(line)
        except Refused as refusal:
            yield f"line {n}", Refused(refusal.reason)
            continue
        yield f"line {n}", item if isinstance(item, dict) else Refused("not an object")


def object_rows(objects: list[tuple[str, Object]]) -> list[Row]:
    """Return objects as a table: a header of all keys, then a row each."""
    keys = list(dict.fromkeys(key for _, item in objects for key in item))
    header = Row("", tuple(keys))
    return [
        header,
        *(Row(place, tuple(_cell(item.get(key)) for key in keys)) for place, item in objects),
    ]


def _load(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as cause:
        place = f"line {cause.lineno}" if cause.lineno > 1 else ""
        raise Refused(f"not JSON: {cause.msg} at character {cause.colno}", place=place) from cause
    except RecursionError as cause:
        raise Refused("not read: nested too deep") from cause
    except ValueError as cause:
        raise Refused(f"not JSON: {str(cause)[:100]}") from cause


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a value")


def _array(value: Any) -> list[Any] | None:
    if isinstance(value, list):
        return value if any(isinstance(item, dict) for item in value) else None
    if not isinstance(value, dict):
        return None
    for inner in value.values():
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            return inner
    asking = [key for key in value if key.rstrip().endswith("?")]
    if asking and len(asking) >= _QUESTIONS * len(value):
        return [{"question": key, "answer": value[key]} for key in value]
    return None


def _cell(value: Any) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return "\n".join(_cell(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return clean(str(value))
