"""Documents, chunks and vectors as rows of the tables, and back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row

from knowledge.documents import Document
from knowledge.fingerprint import text_hash
from knowledge.tables import DocumentRow

_T = TypeVar("_T")
_FIELDS = ("id", "kind", "locale", "title", "body", "question", "answer", "brand", "status",
           "valid_from", "valid_to", "path", "place")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk about to be written: its text, its length in tokens, the questions it answers."""

    text: str
    tokens: int
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A document about to be written, with its chunks; `source` is its file's name in its folder."""

    document: Document
    source: str
    content_hash: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue holds of a document, as far as ingest compares."""

    content_hash: str
    source: str
    path: str
    place: str
    sample: bool


def in_hundreds(items: Iterable[_T], size: int = 500) -> Iterator[list[_T]]:
    """Yield lists of at most `size`: databases limit the values of one statement."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def document_row(entry: Entry, *, version: int, created: datetime, now: datetime) -> dict[str, Any]:
    """Return the row of an entry's document; how it came is for the caller to add."""
    document = entry.document
    record = document.record
    return {
        **{name: getattr(document, name) for name in _FIELDS},
        "tags": list(document.tags),
        "examples": list(document.examples),
        "record": record.model_dump(mode="json") if record else None,
        "sample": bool(record and record.sample),
        "source": entry.source,
        "content_hash": entry.content_hash,
        "version": version,
        "created": created,
        "updated": now,
    }


def chunk_rows(entry: Entry) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of an entry's chunks, and of their questions."""
    chunks: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for n, piece in enumerate(entry.pieces):
        chunk_id = f"{entry.document.id}#{n}"
        chunks.append(
            {
                "id": chunk_id,
                "document_id": entry.document.id,
                "n": n,
                "text": piece.text,
                "tokens": piece.tokens,
                "hash": text_hash(piece.text),
            }
        )
        questions.extend(
            {"chunk_id": chunk_id, "n": i, "text": text, "hash": text_hash(text)}
            for i, text in enumerate(asked_of(entry, piece))
        )
    return chunks, questions


def asked_of(entry: Entry, piece: Piece) -> tuple[str, ...]:
    """Return what a chunk answers: its own questions, and the examples of its document."""
    return tuple(dict.fromkeys((*piece.questions, *entry.document.examples)))


def to_document(row: DocumentRow | Row[Any]) -> Document:
    """Return the document of a row."""
    fields = {name: getattr(row, name) for name in _FIELDS}
    more = {"tags": tuple(row.tags), "examples": tuple(row.examples), "record": row.record}
    return Document.model_validate({**fields, **more})
