"""What a model wrote, read: the last fitting JSON object among thoughts, fences and prose."""

import json
from typing import Any, TypeVar

import regex
from pydantic import BaseModel, ValidationError

_MAX_CHARS = 40_000
_MAX_STARTS = 40  # places at which an object may begin: thoughts before it may hold braces too
_MAX_ITEMS = 40

T = TypeVar("T", bound=BaseModel)


def last_of(text: str, shape: type[T]) -> T | None:
    """Return the last object in a text that has this shape, or None."""
    text = text[:_MAX_CHARS]
    decoder = json.JSONDecoder()
    found: T | None = None
    place = text.find("{")
    for _ in range(_MAX_STARTS):
        if place < 0:
            break
        end = place + 1
        try:
            value, after = decoder.raw_decode(text, place)
            found = shape.model_validate(_printable(value))
            end = after
        except (ValidationError, ValueError, RecursionError):
            pass
        place = text.find("{", end)
    return found


def items_so_far(text: str, key: str, shape: type[T]) -> tuple[T, ...]:
    """Return the whole items of the list `key` in an object that is still being written."""
    text = text[:_MAX_CHARS]
    starts = list(regex.finditer(rf'"{key}"\s{{0,20}}:\s{{0,20}}\[', text))
    if not starts:
        return ()
    decoder = json.JSONDecoder()
    place = starts[-1].end()
    found: list[T] = []
    while len(found) < _MAX_ITEMS:
        place = _next_item(text, place)
        try:
            value, place = decoder.raw_decode(text, place)
            found.append(shape.model_validate(_printable(value)))
        except (ValidationError, ValueError, RecursionError):
            break
    return tuple(found)


def _next_item(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,":
        place += 1
    return place


def _printable(value: Any) -> Any:
    """Leave out half surrogates, which JSON can hold and no file can."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, dict):
        return {_printable(key): _printable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_printable(inner) for inner in value]
    return value
