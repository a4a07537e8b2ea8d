"""What an exported message says: who wrote it, what and when, by the names of its keys."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, get_args

import regex

from knowledge.sources.columns import role_of
from knowledge.sources.decode import clean
from knowledge.sources.markup import looks_like_html, to_markdown
from knowledge.sources.outline import plain
from knowledge.sources.words import words

Part = Literal["conversation", "author", "text", "time", "private", "tags", "names", "logins"]
Person = Literal["customer", "operator", "bot", "ignored"]

_CAMEL = regex.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = regex.compile(r"[^\p{L}\p{N}]+")
_NAME = regex.compile(r"^\p{L}[\p{L}' -]{1,60}$")
_LOGIN = regex.compile(r"^[\w.@+-]{4,60}$")
_DAY_FIRST = regex.compile(
    r"^(\d{1,2})[./](\d{1,2})[./](\d{4}),?[ T]{0,2}(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?$"
)
_MAX_TEXT = 20_000
_MILLISECONDS = 10**11  # an epoch time from here on counts milliseconds


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was exported; `person` is empty when nothing says who wrote it."""

    person: Person | Literal[""]
    text: str
    conversation: str = ""
    at: float | None = None
    place: str = ""
    names: tuple[str, ...] = ()


def folded(name: str) -> str:
    """Return a key or value for comparison: `conversationId` is `conversation id`."""
    return _NOT_WORD.sub(" ", _CAMEL.sub(" ", name).casefold().replace("\u0451", "\u0435")).strip()


def part_of(name: str) -> Part | None:
    """Return what a key or column of this name holds, None when nothing that is read."""
    return _parts().get(folded(name))


def read_message(item: Any, place: str) -> Message | None:
    """Return an object, or a pair of who and what, as a message; None when it is none."""
    if isinstance(item, list):
        if len(item) != 2 or not all(isinstance(part, str) for part in item):
            return None
        person = person_of(item[0])
        return Message(person, _clean(item[1]), place=place) if person else None
    if not isinstance(item, dict) or {"question", "answer"} <= {_role(str(key)) for key in item}:
        return None
    texts = [value for value in _values(item, "text") if _is_text(value)]
    authors = list(_values(item, "author"))
    if not texts or not authors:
        return None
    person = _author(authors)
    truths: list[str] = words()["truths"]
    if any(str(value).casefold() in truths for value in _values(item, "private")):
        person = "ignored"
    return Message(
        person=person,
        text=_clean(_flat(texts[0])),
        conversation=conversation_of(item),
        at=next((at for value in _values(item, "time") if (at := moment(value)) is not None), None),
        place=place,
        names=tuple(names_in(item)),
    )


def conversation_of(item: Mapping[str, Any]) -> str:
    """Return the id of the conversation that a message names, or an empty text."""
    for value in _values(item, "conversation"):
        inner = value.get("id") if isinstance(value, dict) else value
        if isinstance(inner, str | int) and str(inner).strip():
            return str(inner).strip()[:200]
    return ""


def tags_of(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels that a conversation bears."""
    found: list[Any] = []
    for value in _values(item, "tags"):
        found.extend(value if isinstance(value, list) else [value])
    return tuple(tag.strip()[:60] for tag in found if isinstance(tag, str) and tag.strip())[:10]


def names_in(item: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield names and logins of people that an object gives, also in the objects within it."""
    yield from _like(_NAME, _values(item, "names"))
    yield from (name for name in _like(_NAME, _values(item, "author")) if not person_of(name))
    yield from _like(_LOGIN, _values(item, "logins"))
    if depth < 3:
        for inner in item.values():
            if isinstance(inner, dict):
                yield from names_in(inner, depth + 1)


def _like(pattern: Any, values: Iterable[Any]) -> Iterator[str]:
    """Yield those values that are texts of a pattern."""
    for value in values:
        if isinstance(value, str) and pattern.match(value.strip()):
            yield value.strip()


def moment(value: Any) -> float | None:
    """Return a time as seconds since 1970, from a number, ISO 8601 or `22.11.2026 10:05`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()[:40]
    try:
        number = float(text)
        return number / 1000 if number >= _MILLISECONDS else number
    except ValueError:
        pass
    try:
        if found := _DAY_FIRST.match(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            at = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
        else:
            at = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).timestamp()


@lru_cache(maxsize=4096)  # the same few keys, for every message
def _key(name: str) -> str:
    return folded(name[:100])


@lru_cache(maxsize=4096)
def _role(name: str) -> str | None:
    return role_of(name)


@cache
def _parts() -> dict[str, Part]:
    known: dict[str, list[str]] = words()["chat"]
    parts: list[Part] = [*get_args(Part)]
    return {name: part for part in reversed(parts) for name in known[part]}


@cache
def _people() -> dict[str, Person]:
    known: dict[Person, list[str]] = words()["people"]
    return {name: person for person, names in known.items() for name in names}


def _values(item: Mapping[str, Any], part: Part) -> Iterator[Any]:
    """Yield the values of an object that hold a part, in the order in which they are believed."""
    keys = {_key(str(key)): key for key in reversed(list(item))}
    for name in words()["chat"][part]:
        if name in keys:
            yield item[keys[name]]


def _author(values: Sequence[Any]) -> Person | Literal[""]:
    for value in values:
        inner = [value.get(key) for key in ("type", "role")] if isinstance(value, dict) else [value]
        for one in inner:
            person = person_of(str(one)) if isinstance(one, str | int) else ""
            if person:
                return person
    return ""


def person_of(value: str) -> Person | Literal[""]:
    """Return who writes under a role's name, nothing when it is no role."""
    return _people().get(folded(value[:40]), "")


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str | list)


def _flat(value: Any) -> str:
    """Return a text, or the texts of its parts, as in `[{"type": "text", "text": …}]`."""
    if isinstance(value, list):
        texts = (part.get("text") if isinstance(part, dict) else part for part in value)
        return " ".join(text for text in texts if isinstance(text, str))
    return value if isinstance(value, str) else ""


def _clean(text: str) -> str:
    text = clean(text[:_MAX_TEXT])
    if looks_like_html(text):
        text = to_markdown(text)
    return " ".join(plain(text).split())
