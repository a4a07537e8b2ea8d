"""Headers that are records: scripts, tone rules and cases, checked key by key."""

from difflib import get_close_matches
from typing import Any

import regex
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from knowledge.documents import Case, Document, Kind, Script, ToneRule, pattern_lists
from knowledge.errors import Refused
from knowledge.sources.articlerecord import ARTICLE, article_document
from knowledge.sources.header import Header

_MODELS: dict[str, type[Script | ToneRule | Case]] = {
    "script": Script,
    "tone": ToneRule,
    "case": Case,
}
# Keys that only a record has: a page of some other system has a header too, but none of these.
_TELLING = {"intent", "trigger_examples", "reply", "commitments", "patterns", "turns", "outcome"}
_SHOWN_FAULTS = 3
_TITLE = regex.compile(r"^#{1,3}[ \t]+(.+?)[ \t#]*$", regex.M)


def is_record(header: Header, kind: Kind | None) -> bool:
    """Say whether a header is meant as a record rather than as the header of a plain page."""
    keys = set(header.values)
    return "kind" in keys or bool(_TELLING & keys) or (kind is not None and "id" in keys)


def to_record_document(
    header: Header, kind: Kind | None = None, *, shipped: bool = False
) -> Document:
    """Return the document of a record and its page, without its path.

    The patterns of a shipped record are not compiled here: the tests have done so.

    Raises:
        Refused: the kind is unknown, a key is unknown or missing, or a value has the wrong type,
            or a pattern is not well-formed.
    """
    values = {**header.values}
    if kind is not None:
        values.setdefault("kind", kind)
    if values.get("kind") == ARTICLE:
        return article_document(values, header.body)
    examples = _examples(values.pop("examples", []))
    named = values.get("kind")
    model = _MODELS.get(named) if isinstance(named, str) else None
    if model is None:
        line = header.line(("kind",))
        raise Refused(
            f"kind is {named!r}; it must be script, tone, case or article", place=f"line {line}"
        )
    try:
        record = model.model_validate(values)
    except ValidationError as cause:
        raise _refusal(cause, header, model) from cause
    if isinstance(record, ToneRule) and not shipped:
        _refuse_bad_patterns(record, header)
    return record_document(record, header.body).model_copy(update={"examples": examples})


def _refuse_bad_patterns(rule: ToneRule, header: Header) -> None:
    for place, patterns in pattern_lists(rule).items():
        for n, pattern in enumerate(patterns):
            try:
                regex.compile(pattern)
            except regex.error as error:
                name = ".".join((*place, str(n)))
                raise Refused(
                    f"{name!r} is not a well-formed pattern: {error}",
                    place=f"line {header.line((*place, n))}",
                ) from error


def _examples(given: Any) -> tuple[str, ...]:
    """Return the wordings that were attached to a record after it was written."""
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Refused(f"'examples' must be a list of texts, not {_short(given)}")
    return tuple(given)


def record_document(record: Script | ToneRule | Case, body: str) -> Document:
    """Return the document of a record and its page, without its path."""
    heading = _TITLE.search(body)
    title = record.id if heading is None else heading[1]
    return Document(
        id=f"{record.locale}:{record.id}",
        kind=record.kind,
        locale=record.locale,
        title=title if isinstance(record, ToneRule) else record.title,
        body=body.strip(),
        brand=record.brand,
        tags=record.tags,
        status=record.status,
        valid_from=record.valid_from if isinstance(record, Script) else None,
        valid_to=record.valid_to if isinstance(record, Script) else None,
        record=record,
    )


def _refusal(cause: ValidationError, header: Header, model: type[BaseModel]) -> Refused:
    faults = cause.errors(include_url=False)
    said = [_fault(fault, header, model) for fault in faults[:_SHOWN_FAULTS]]
    if len(faults) > _SHOWN_FAULTS:
        said.append(f"and {len(faults) - _SHOWN_FAULTS} more")
    present = (tuple(fault["loc"]) for fault in faults if fault["type"] != "missing")
    return Refused("; ".join(said), place=f"line {header.line(next(present, ()))}")


def _fault(fault: ErrorDetails, header: Header, model: type[BaseModel]) -> str:
    place = tuple(fault["loc"])
    name = ".".join(str(part) for part in place)
    at = f" (line {header.line(place)})"
    if fault["type"] == "extra_forbidden":
        close = get_close_matches(str(place[-1]), _keys_around(model, place), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return f"unknown key {name!r}{at}{hint}"
    if fault["type"] == "missing":
        return f"{name!r} is missing"
    return f"{name!r}{at}: {fault['msg']}, not {_short(fault['input'])}"


def _keys_around(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are known beside a place; deeper ones are looked for by name."""
    fields = model.model_fields
    if len(place) == 1:
        return sorted(fields)
    outer = fields.get(str(place[0]))
    inner: Any = outer.annotation if outer else None
    for part in (inner, *getattr(inner, "__args__", ())):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return sorted(part.model_fields)
    return []


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
