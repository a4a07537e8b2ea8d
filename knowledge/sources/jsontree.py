"""JSON that is no list of rows: articles inside categories, and trees of text as one page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from knowledge.sources.chatkeys import part_of
from knowledge.sources.columns import role_of

Object = dict[str, Any]
_MAX_DEPTH = 12
_FEW = 2  # articles: one object with a name and a description is a setting
_SENTENCE = 6  # words
_PROSE = 0.6  # the share of the letters of a page that stand in sentences
_PAGE_CHARS = 300
_LABEL_CHARS = 60
_LOOKED_AT = 50  # of a list, or of an object's keys


def nested_articles(value: Any) -> list[tuple[str, Object]]:
    """Return (place, object) of questions and articles inside categories, these as `category`.

    Nothing when there are fewer than two.
    """
    found = list(_articles(value, "", ()))
    return found if len(found) >= _FEW else []


def prose_page(value: Any) -> str:
    """Return a tree of text as a Markdown page, its keys as headings; nothing when it is data."""
    if _holds_messages(value, 0):
        return ""
    strings = list(_strings(value, 0))
    total = sum(map(len, strings))
    said = sum(len(text) for text in strings if len(text.split()) >= _SENTENCE)
    if total < _PAGE_CHARS or said < _PROSE * total:
        return ""
    return "\n".join(_lines(value, 1)).strip()


def has_pair(keys: Sequence[str]) -> bool:
    """Say whether these keys name a question or title, and what is said about it."""
    roles = {role_of(key) for key in keys[:_LOOKED_AT]}
    return bool(roles & {"question", "title"} and roles & {"answer", "text"})


def _articles(value: Any, place: str, above: tuple[str, ...]) -> Iterator[tuple[str, Object]]:
    if len(above) > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for n, item in enumerate(value, start=1):
            yield from _articles(item, f"{place}.{n}" if place else f"item {n}", above)
    elif isinstance(value, dict):
        said = {key: text for key, text in value.items() if _is_said(text)}
        if has_pair(list(said)):
            category = {} if _has(value, "category") else {"category": _last(above)}
            yield place, said | category
        name = _name(said)
        for key, inner in value.items():
            if isinstance(inner, dict | list) and key not in said:
                shown = name or (key if _is_spoken(key) else "")
                yield from _articles(inner, place or "item 1", (*above, shown))


def _holds_messages(value: Any, depth: int) -> bool:
    """Say whether somewhere in it people talk, whose words are not for everybody."""
    if isinstance(value, dict):
        parts = {part_of(str(key)) for key in value}
        if (
            "text" in parts
            and parts & {"author", "time"}
            and parts & {"conversation", "time", "names"}
        ):
            return True
    elif not isinstance(value, list):
        return False
    inner = value.values() if isinstance(value, dict) else value[:_LOOKED_AT]
    return depth < _MAX_DEPTH and any(_holds_messages(item, depth + 1) for item in inner)


def _is_said(value: Any) -> bool:
    return isinstance(value, str | int | float | bool) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
    )


def _is_spoken(key: str) -> bool:
    """Say whether a key is a name for people, as `Returns` is, and not `sub_flows`."""
    return not key.isascii() or any(letter.isupper() or letter == " " for letter in key)


def _has(value: Mapping[str, Any], role: str) -> bool:
    return any(role_of(key) == role for key in value)


def _last(above: Sequence[str]) -> str:
    return next((name for name in reversed(above) if name), "")


def _name(said: Mapping[str, Any]) -> str:
    """Return what an object is called."""
    named = (text for key, text in said.items() if role_of(key) in {"title", "category"})
    return next((text for text in named if isinstance(text, str)), "")


def _strings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list) and depth < _MAX_DEPTH:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner, depth + 1)


def _lines(value: Any, level: int) -> Iterator[str]:
    """Yield the page: sections of objects, points of lists, sentences as they are."""
    if isinstance(value, str):
        yield from ("", value) if value.strip() else ()
    elif isinstance(value, list) and level < _MAX_DEPTH:
        for item in value:
            yield from _point(item, level) if isinstance(item, dict) else _listed(item, level)
    elif isinstance(value, dict) and level < _MAX_DEPTH:
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                heading = _heading(key, inner, level)
                yield from (*heading, *_lines(inner, level + bool(heading)))
            elif isinstance(inner, str):
                yield from _lines(inner, level)


def _heading(key: str, inner: Any, level: int) -> tuple[str, ...]:
    """Return the heading of a part; one that only says what kind of list it is says nothing."""
    if isinstance(inner, list) or not _is_spoken(key):
        return ()
    return "", f"{'#' * min(level, 6)} {key}"


def _listed(item: Any, level: int) -> Iterator[str]:
    if isinstance(item, str):
        yield f"- {' '.join(item.split())}"
    else:
        yield from _lines(item, level)


def _point(item: Mapping[str, Any], level: int) -> Iterator[str]:
    """Yield an object of a list as a point: its label, its sentences, and the points below it."""
    texts = [text for text in item.values() if isinstance(text, str) and text.strip()]
    said = [text for text in texts if len(text.split()) >= _SENTENCE]
    labels = [text for text in texts if text not in said and len(text) <= _LABEL_CHARS]
    front = f"{labels[-1]}: " if labels else ""
    yield f"- {front}{' '.join(' '.join(said).split())}".rstrip()
    for inner in item.values():
        if isinstance(inner, dict | list):
            yield from _lines(inner, level)
