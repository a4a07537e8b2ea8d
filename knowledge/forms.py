"""Documents as forms: the values that a person edits, and every fault in them at once."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, get_args

import regex
from pydantic import ValidationError

from knowledge.documents import (
    Case,
    Document,
    Kind,
    Locale,
    Record,
    Script,
    Status,
    ToneRule,
    Value,
    pattern_lists,
)
from knowledge.errors import Fault, InvalidForm, Place
from knowledge.sources.decode import clean
from knowledge.sources.records import record_document

Form = Literal["script", "tone", "case", "article"]
FORMS: tuple[Form, ...] = get_args(Form)
_GIVEN = {"id", "kind", "locale"}  # of a record: the document's name says them
_MODELS: dict[Form, type[Script | ToneRule | Case]] = {
    "script": Script,
    "tone": ToneRule,
    "case": Case,
}
_NAME = regex.compile(r"[\w.\-]{1,150}")


class Article(Value):
    """A question with its answer, or a plain page: what there is to edit of it."""

    kind: Kind = "script"
    title: str = ""
    question: str = ""
    answer: str = ""
    body: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    status: Status = "active"
    valid_from: date | None = None
    valid_to: date | None = None


def form_of(document: Document) -> Form:
    """Return which form a document has."""
    return document.record.kind if document.record else "article"


def values_of(document: Document) -> dict[str, Any]:
    """Return the values of a document's form, as JSON."""
    more = {"body": document.body, "examples": list(document.examples)}
    if document.record:
        return {**document.record.model_dump(mode="json", exclude=_GIVEN), **more}
    article = {name: getattr(document, name) for name in Article.model_fields}
    return {**Article.model_validate(article).model_dump(mode="json"), **more}


def defaults_of(form: Form) -> dict[str, Any]:
    """Return the values of an empty form."""
    model = _MODELS.get(form, Article)
    values = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if name not in (_GIVEN if form in _MODELS else ()) and not field.is_required()
    }
    shown = {n: v.model_dump(mode="json") if isinstance(v, Value) else v for n, v in values.items()}
    return {**shown, "body": "", "examples": []}


def schema_of(form: Form) -> dict[str, Any]:
    """Return the JSON schema of a form's own values."""
    schema = _MODELS.get(form, Article).model_json_schema()
    properties = schema["properties"]
    for name in _GIVEN if form in _MODELS else ():
        properties.pop(name, None)
        schema["required"] = [one for one in schema.get("required", []) if one != name]
    properties["body"] = {"type": "string", "title": "Body"}
    properties["examples"] = {"type": "array", "items": {"type": "string"}, "title": "Examples"}
    return schema


def filled_in(
    form: Form, document_id: str, values: Mapping[str, Any], before: Document | None = None
) -> Document:
    """Return the document of a form's values under an id like `ru:S06`.

    `before` is what it replaces: an article whose answer was edited keeps what stood below it.

    Raises:
        InvalidForm: with every fault.
    """
    cleaned: dict[str, Any] = {str(key): _cleaned(value) for key, value in values.items()}
    examples = cleaned.pop("examples", ())
    faults = [*_id_faults(document_id), *_example_faults(examples)]
    body = cleaned.get("body", "") if form == "article" else cleaned.pop("body", "")
    if not isinstance(body, str):
        faults.append(_fault(("body",), "string_type"))
        raise InvalidForm(tuple(faults))
    try:
        document = _read(form, document_id, cleaned, body, before)
    except ValidationError as cause:
        faults.extend(_faults(cause))
        raise InvalidForm(tuple(faults)) from cause
    faults.extend(_more_faults(document))
    if faults:
        raise InvalidForm(tuple(faults))
    return document.model_copy(update={"examples": tuple(dict.fromkeys(examples))})


def check_validity(document: Document, first: date | None, last: date | None) -> None:
    """Refuse a validity that a document cannot have.

    Raises:
        InvalidForm: the last day is before the first, or only scripts and articles have days.
    """
    if first and last and last < first:
        raise InvalidForm((_fault(("valid_to",), "before_start"),))
    if document.record and not isinstance(document.record, Script):
        raise InvalidForm((_fault(("valid_from",), "no_validity"),))


def _read(
    form: Form, document_id: str, values: dict[str, Any], body: str, before: Document | None
) -> Document:
    locale, _, name = document_id.partition(":")
    model = _MODELS.get(form)
    if model is None:
        return _article(document_id, Article.model_validate(values), before)
    record: Record = model.model_validate({**values, "id": name, "locale": locale, "kind": form})
    return record_document(record, body)


def _article(document_id: str, article: Article, before: Document | None) -> Document:
    locale: Any = document_id.partition(":")[0]
    body = article.body.strip() or article.answer
    if before and article.body == before.body and before.body.startswith(before.answer):
        body = f"{article.answer}{before.body[len(before.answer) :]}" if before.answer else body
    values = article.model_dump(exclude={"body", "title", "question"})
    question = " ".join(article.question.split())
    title = " ".join(article.title.split()) or question
    return Document(
        id=document_id, locale=locale, title=title, question=question, body=body.strip(), **values
    )


def _cleaned(value: Any) -> Any:
    """Return a value as it would come from a file: without control and direction characters."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {str(key): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner) for inner in value]
    return value


def _faults(cause: ValidationError) -> Iterator[Fault]:
    for error in cause.errors(include_url=False, include_input=False):
        context = {
            key: value if isinstance(value, str | int | float | bool) else str(value)
            for key, value in error.get("ctx", {}).items()
        }
        yield Fault(
            path=tuple(error["loc"]), key=error["type"], message=error["msg"], params=context
        )


_MESSAGES = {
    "bad_id": "letters, digits, hyphens, dots and underscores, at most 150",
    "string_type": "Input should be a valid string",
    "list_type": "Input should be a list of strings",
    "empty": "must not be empty",
    "before_start": "must not be before the first day",
    "below_minimum": "must not be less than the minimum",
    "no_validity": "only scripts and articles have a validity",
    "bad_pattern": "not a regular expression",
}


def _fault(path: Place, key: str) -> Fault:
    return Fault(path=path, key=key, message=_MESSAGES[key])


def _id_faults(document_id: str) -> Iterator[Fault]:
    locale, _, name = document_id.partition(":")
    if locale not in get_args(Locale) or not _NAME.fullmatch(name):
        yield _fault(("name",), "bad_id")


def _example_faults(examples: Any) -> Iterator[Fault]:
    if not isinstance(examples, list | tuple):
        yield _fault(("examples",), "list_type")
        return
    for n, example in enumerate(examples):
        if not isinstance(example, str):
            yield _fault(("examples", n), "string_type")
        elif not example.strip():
            yield _fault(("examples", n), "empty")


def _more_faults(document: Document) -> Iterator[Fault]:
    """Yield what the types do not say."""
    record = document.record
    if not document.title.strip() and not isinstance(record, ToneRule):
        yield _fault(("title",), "empty")
    if record is None and not document.body:
        yield _fault(("answer" if document.question else "body",), "empty")
    if document.valid_from and document.valid_to and document.valid_to < document.valid_from:
        yield _fault(("valid_to",), "before_start")
    if isinstance(record, Script):
        for n, one in enumerate(record.commitments):
            if None not in (one.min_value, one.max_value) and one.max_value < one.min_value:  # type: ignore[operator]
                yield _fault(("commitments", n, "max_value"), "below_minimum")
    if isinstance(record, ToneRule):
        yield from _pattern_faults(record)


def _pattern_faults(rule: ToneRule) -> Iterator[Fault]:
    for place, patterns in pattern_lists(rule).items():
        for n, pattern in enumerate(patterns):
            try:
                regex.compile(pattern)
            except regex.error:
                yield _fault((*place, n), "bad_pattern")
