"""The forms of the knowledge, made from its own models: which control edits which value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from knowledge import Case, Script, ToneRule
from knowledge.forms import Article, Form

Control = Literal["line", "area", "lines", "day", "choice", "check", "group", "rows"]

_MODELS: dict[Form, type[BaseModel]] = {
    "script": Script,
    "tone": ToneRule,
    "case": Case,
    "article": Article,
}
_SAID_BY_THE_ID = frozenset({"id", "kind", "locale"})
_LONG = frozenset(
    {"body", "answer", "legal_note", "audience", "example_good", "example_bad", "lesson"}
    | {"worked_because", "resolution", "root_cause", "replacement"}
)
_LONG_IN_ROWS = frozenset({"turns.text"})
_VERBATIM = frozenset({"patterns", "innocent", "only_if_missing"})
RETURN = "\u23ce"  # stands for a line end inside one entry of a list


@dataclass(frozen=True)
class Part:
    """A value of a form. `choices` are its labels, `parts` what a group or a row consists of.

    `optional` values are None when nothing is typed, `verbatim` lines keep their blanks, a `scalar`
    is a number, yes or no, a text or several, and of `keyed` groups only those with words are kept.
    """

    name: str
    control: Control
    optional: bool = False
    verbatim: bool = False
    scalar: bool = False
    choices: tuple[str, ...] = ()
    parts: tuple["Part", ...] = ()
    keyed: bool = False


@cache
def parts_of(form: Form) -> tuple[Part, ...]:
    """Return what a form edits, in the order of its model."""
    model = _MODELS[form]
    known = frozenset() if form == "article" else _SAID_BY_THE_ID
    own = [
        _part(name, field.annotation)
        for name, field in model.model_fields.items()
        if name not in known
    ]
    more = [Part("examples", "lines")]
    if form != "article":
        more.append(Part("body", "area"))
    return (*own, *more)


def values_from(form: Form, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a form from the texts of its controls, by path as in `limits.currency`.

    What cannot be read stays a text, so that the form's own check says what is wrong with it.
    """
    return {part.name: _read(part, part.name, fields) for part in parts_of(form)}


def shown(part: Part, value: Any) -> str:
    """Return a value as the text of its control."""
    if value is None:
        return ""
    if part.control == "lines":
        given = value if isinstance(value, list | tuple) else (value,)
        return "\n".join(str(one).replace("\n", RETURN) for one in given)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " | ".join(str(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _part(name: str, annotation: Any, parent: str = "") -> Part:
    inner, optional = _without_none(annotation)
    origin, inside = get_origin(inner), get_args(inner)
    if origin is tuple:
        item = _plain(inside[0])
        if isinstance(item, type) and issubclass(item, BaseModel):
            return Part(name, "rows", parts=_inside(item, name))
        return Part(name, "lines", verbatim=name in _VERBATIM)
    if origin is dict:
        model = inside[1]
        groups = tuple(Part(key, "group", parts=_inside(model, key)) for key in get_args(inside[0]))
        return Part(name, "group", parts=groups, keyed=True)
    if origin is Literal:
        return Part(name, "choice", optional, choices=tuple(str(one) for one in inside))
    if origin in (Union, UnionType):
        return Part(name, "line", scalar=True)
    return _simple(name, inner, optional, parent)


def _simple(name: str, inner: Any, optional: bool, parent: str) -> Part:
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return Part(name, "group", parts=_inside(inner, name))
    if inner is bool:
        if optional:
            return Part(name, "choice", optional, choices=("true", "false"))
        return Part(name, "check")
    if inner is date:
        return Part(name, "day", optional)
    long = name in _LONG or f"{parent}.{name}" in _LONG_IN_ROWS
    return Part(name, "area" if long else "line", optional)


def _inside(model: type[BaseModel], name: str) -> tuple[Part, ...]:
    return tuple(_part(key, field.annotation, name) for key, field in model.model_fields.items())


def _without_none(annotation: Any) -> tuple[Any, bool]:
    given = _plain(annotation)
    if get_origin(given) not in (Union, UnionType):
        return given, False
    kinds = [one for one in get_args(given) if one is not type(None)]
    optional = len(kinds) < len(get_args(given))
    return (_plain(kinds[0]) if len(kinds) == 1 else given), optional


def _plain(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _read(part: Part, path: str, fields: Mapping[str, str]) -> Any:
    if part.control == "group":
        found = {one.name: _read(one, f"{path}.{one.name}", fields) for one in part.parts}
        return {key: own for key, own in found.items() if _says(own)} if part.keyed else found
    if part.control == "rows":
        return _rows(part, path, fields)
    return _typed(part, fields.get(path, "").replace("\r\n", "\n"))


def _typed(part: Part, text: str) -> Any:
    """Return what the text of a control means."""
    if part.control == "check":
        return text != ""
    if part.control == "lines":
        lines = [one if part.verbatim else one.strip() for one in text.split("\n")]
        return [one.replace(RETURN, "\n") for one in lines if one.strip()]
    if part.optional and not text.strip():
        return None
    if part.scalar:
        return _scalar(text.strip())
    return text.strip() if part.control != "area" else text


def _rows(part: Part, path: str, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows in the order in which they stand; those without a word are left out."""
    begin = f"{path}."
    numbers = dict.fromkeys(
        name[len(begin) :].partition(".")[0] for name in fields if name.startswith(begin)
    )
    rows = (
        {one.name: _read(one, f"{path}.{n}.{one.name}", fields) for one in part.parts}
        for n in numbers
    )
    chosen = {one.name for one in part.parts if one.control in ("choice", "check")}
    return [
        row for row in rows if any(_says(own) for name, own in row.items() if name not in chosen)
    ]


def _says(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_says(own) for own in value.values())
    return value not in ("", None, False) and value != []


def _scalar(text: str) -> Any:
    """Return a value that may be a number, yes or no, a text or several of them."""
    if text in ("true", "false"):
        return text == "true"
    if " | " in text:
        return [one.strip() for one in text.split(" | ")]
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number
