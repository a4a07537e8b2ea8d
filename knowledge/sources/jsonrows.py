"""JSON and JSON lines: objects with a question and an answer, or whole records."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import regex

from knowledge.errors import Refused
from knowledge.sources.decode import clean
from knowledge.sources.jsontree import has_pair
from knowledge.sources.rows import MAX_ROWS, Row

Object = dict[str, Any]
_MAX_CELLS = 5_000_000  # of objects as a table: each may have keys of its own
_ODD_ESCAPE = regex.compile(r"\\u(?:[dD][89a-fA-F]|00[01789]|20[0-6]|[eEfF])")
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


def holds_rows(value: Any) -> bool:
    """Say whether the objects of a JSON value are rows of a table or records already."""
    found = _array(value) or []
    some = [item for item in found[:20] if isinstance(item, dict)]
    return any("kind" in item or has_pair(list(item)) for item in some)


def line_objects(text: str) -> Iterator[tuple[str, Object | Refused]]:
    """Yield (place, object) of each line; a line that is no object says why.

    Raises:
        Refused: there are too many lines.
    """
    for n, line in enumerate(text.split("\n"), start=1):
        if n > MAX_ROWS and line:
            raise Refused(f"more than {MAX_ROWS} lines: split the file")
        if not line.strip():
            continue
        try:
            item = _load(line)
        except Refused as refusal:
            yield f"line {n}", Refused(refusal.reason)
            continue
        yield f"line {n}", item if isinstance(item, dict) else Refused("not an object")


def object_rows(objects: list[tuple[str, Object]]) -> list[Row]:
    """Return objects as a table: a header of all keys, or of the commonest, then a row each."""
    times = Counter(key for _, item in objects for key in item)
    most = max(50, _MAX_CELLS // max(1, len(objects)))
    kept = dict(times.most_common(most)) if len(times) > most else times
    keys = [key for key in times if key in kept]
    header = Row("", tuple(keys))
    return [
        header,
        *(Row(place, tuple(_cell(item.get(key)) for key in keys)) for place, item in objects),
    ]


def _load(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_no_constant)
        return _cleaned(value) if _ODD_ESCAPE.search(text) else value
    except json.JSONDecodeError as cause:
        place = f"line {cause.lineno}" if cause.lineno > 1 else ""
        raise Refused(f"not JSON: {cause.msg} at character {cause.colno}", place=place) from cause
    except RecursionError as cause:
        raise Refused("not read: nested too deep") from cause
    except ValueError as cause:
        raise Refused(f"not JSON: {str(cause)[:100]}") from cause


def _cleaned(value: Any) -> Any:
    """Return a value without the control characters and half letters that escapes bring in."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(item) for key, item in value.items()}
    return value


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
