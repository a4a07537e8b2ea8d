"""What can be searched at one revision: chunks with their filters, words and vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Chunk, ChunkVectors, Pointer
from knowledge.documents import Document, Kind, Locale
from knowledge.hits import Query
from knowledge.lexical import Bm25, stems
from knowledge.space import space_of
from knowledge.topics import Topic, topics


class Source(Protocol):
    """What search reads of the catalogue; `knowledge.catalogue.Catalogue` is one."""

    def revision(self) -> int:
        """Return the counter that grows with each committed change."""

    def pointer(self) -> Pointer | None:
        """Return the index generation in force, or None."""

    def set_pointer(self, pointer: Pointer) -> None:
        """Put another generation in force."""

    def chunks(self) -> tuple[Chunk, ...]:
        """Return every chunk, vectors or not, ordered by document and number."""

    def chunks_with_vectors(self, model_name: str) -> ChunkVectors:
        """Return the chunks that this model has embedded, with their vectors."""

    def documents_by_id(self, ids: Sequence[str]) -> dict[str, Document]:
        """Return those of these documents that there are."""


@dataclass(frozen=True)
class Holdings:
    """All chunks of one kind at one revision; a row is the position of a chunk.

    `known` speaks of the same chunks in the same order, or of a part of them when others still
    wait for their vectors; `known_row` is -1 for those.
    """

    chunks: tuple[Chunk, ...]
    known: ChunkVectors
    known_row: NDArray[np.int64]
    topics: Mapping[Locale, Topic] = field(default_factory=dict)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each chunk id."""
        return {chunk.id: row for row, chunk in enumerate(self.chunks)}

    @cached_property
    def bm25(self) -> Bm25:
        """Words of the chunk and of the questions that it answers."""
        asked: dict[str, list[str]] = {}
        for chunk, text in zip(
            self.known.question_chunk.tolist(), self.known.question_texts, strict=True
        ):
            asked.setdefault(self.known.chunks[chunk].id, []).append(text)
        return Bm25(_words(chunk.text, asked.get(chunk.id, [])) for chunk in self.chunks)

    @cached_property
    def question_rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For known row k its questions are rows `order[first[k]:first[k + 1]]`: (order, first)."""
        chunk_of = self.known.question_chunk
        order = np.argsort(chunk_of, kind="stable")
        first = np.searchsorted(chunk_of[order], np.arange(len(self.known.chunks) + 1))
        return order, first

    @cached_property
    def _names(self) -> dict[str, NDArray[np.str_]]:
        return {
            "locale": np.array([chunk.locale for chunk in self.chunks], np.str_),
            "brand": np.array([chunk.brand for chunk in self.chunks], np.str_),
            "status": np.array([chunk.status for chunk in self.chunks], np.str_),
        }

    @cached_property
    def _days(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and last day of each chunk, as ordinals."""
        first = [(chunk.valid_from or date.min).toordinal() for chunk in self.chunks]
        last = [(chunk.valid_to or date.max).toordinal() for chunk in self.chunks]
        return np.array(first, np.int64), np.array(last, np.int64)

    @cached_property
    def twins(self) -> dict[Locale, frozenset[str]]:
        """Names of the documents of each language, without the language in front."""
        named = {chunk.document: chunk.locale for chunk in self.chunks}
        return {
            locale: frozenset(bare_name(name) for name, own in named.items() if own == locale)
            for locale in set(named.values())
        }

    def in_locale(self, locale: Locale) -> NDArray[np.bool_]:
        """Return (rows,): the chunks of a language."""
        return np.asarray(self._names["locale"] == locale, np.bool_)

    def allowed(self, query: Query) -> NDArray[np.bool_]:
        """Return (rows,): active, in the query's language, of its brand, valid on its day."""
        names = self._names
        mask = names["status"] == "active"
        if query.locale is not None:
            mask &= names["locale"] == query.locale
        if query.brand is not None:
            mask &= (names["brand"] == query.brand) | (names["brand"] == "")
        if query.on is not None:
            first, last = self._days
            mask &= (first <= query.on.toordinal()) & (last >= query.on.toordinal())
        return np.asarray(mask, np.bool_)


def bare_name(document: str) -> str:
    """Return the name that twins in two languages share: `S06` of `ru:S06`."""
    return document.partition(":")[2] or document


def read_holdings(source: Source, model_name: str) -> tuple[int, dict[Kind, Holdings]]:
    """Return the revision and what is held of each kind, vectors in the model's space."""
    own = source.chunks_with_vectors(model_name)
    chunks = source.chunks()
    space = space_of(model_name)
    kinds: tuple[Kind, ...] = ("script", "tone", "case")
    about = {kind: topics(own, kind, prior=space.known) for kind in kinds}
    known = space.centred_chunks(own)
    return known.revision, {kind: _of_kind(kind, chunks, known, about[kind]) for kind in kinds}


def _of_kind(
    kind: Kind, chunks: Sequence[Chunk], known: ChunkVectors, about: Mapping[Locale, Topic]
) -> Holdings:
    own = tuple(chunk for chunk in chunks if chunk.kind == kind)
    row_of = {chunk.id: row for row, chunk in enumerate(known.chunks)}
    rows = [row_of[chunk.id] for chunk in own if chunk.id in row_of]
    place = {row: n for n, row in enumerate(rows)}
    asked = [n for n, row in enumerate(known.question_chunk.tolist()) if row in place]
    part = ChunkVectors(
        chunks=tuple(known.chunks[row] for row in rows),
        passages=_rows(known.passages, rows),
        questions=_rows(known.questions, asked),
        question_chunk=np.array([place[int(known.question_chunk[n])] for n in asked], np.int64),
        question_texts=tuple(known.question_texts[n] for n in asked),
        revision=known.revision,
    )
    known_row = np.array([place.get(row_of.get(chunk.id, -1), -1) for chunk in own], np.int64)
    return Holdings(chunks=own, known=part, known_row=known_row, topics=about)


def _rows(matrix: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
    """Return these rows, each at most once and in order; all of them are the matrix itself."""
    return matrix if len(rows) == len(matrix) else matrix[rows]


def _words(text: str, questions: Sequence[str]) -> list[str]:
    """Return stems of a chunk and of those questions that its text does not already hold."""
    return stems("\n".join([text, *(asked for asked in questions if asked not in text)]))
