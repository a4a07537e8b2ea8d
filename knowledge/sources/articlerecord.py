"""Articles that say all of themselves: the header, or the JSON line, that an export writes."""

from datetime import date
from typing import Any

import regex
from pydantic import Field, ValidationError

from knowledge.documents import Document, Kind, Locale, Record, Status, Value
from knowledge.errors import Refused

ARTICLE = "article"  # the word under `kind`
_AS_SAID = (
    "question", "brand", "tags", "examples", "status", "valid_from", "valid_to", "record",
)  # fmt: skip
_NAME = regex.compile(r"[\w.\-]{1,150}")


class ArticleHeader(Value):
    """What an article says of itself. `id` comes without the language; `pool` is where it is found.

    Without a title the question is one; without an answer the text is what answers the question.
    `body` stands after the header, or here where it would not come back letter by letter;
    `record` is set for a record that differs from its own page.
    """

    id: str
    locale: Locale
    pool: Kind = "script"
    title: str | None = None
    question: str = ""
    answer: str | None = None
    body: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    status: Status = "active"
    valid_from: date | None = None
    valid_to: date | None = None
    record: Record | None = Field(default=None)


def article_document(values: dict[str, Any], body: str) -> Document:
    """Return the document that a header and the text after it stand for, without its path.

    Raises:
        Refused: a key is unknown or missing, a value has the wrong type, or nothing is said.
    """
    own = {key: value for key, value in values.items() if key != "kind"}
    try:
        header = ArticleHeader.model_validate(own)
    except ValidationError as cause:
        fault = cause.errors(include_url=False)[0]
        name = ".".join(str(part) for part in fault["loc"])
        raise Refused(f"{name!r}: {fault['msg']}") from cause
    if not _NAME.fullmatch(header.id):
        raise Refused(f"'id': {header.id!r} may hold letters, digits, hyphens and dots only")
    said = header.body or body.strip() or header.answer
    if not said:
        raise Refused("an article without a text")
    title = header.question or header.id if header.title is None else header.title
    answer = said if header.question else ""
    return Document(
        id=f"{header.locale}:{header.id}",
        kind=header.pool,
        locale=header.locale,
        title=title,
        body=said,
        answer=answer if header.answer is None else header.answer,
        **{name: getattr(header, name) for name in _AS_SAID},
    )
