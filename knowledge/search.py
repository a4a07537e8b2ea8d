"""Search: meaning and words together, joined against SQL, with a calibrated strength."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge import index
from knowledge.asking import Reader
from knowledge.calibration import Shape, open_calibration
from knowledge.dense import Approximate, Dense, Exact
from knowledge.documents import Case, Document, Kind, Locale, ToneRule
from knowledge.embedding import Embedder
from knowledge.hits import Hit, Query
from knowledge.holdings import Holdings, Source, bare_name, read_holdings
from knowledge.index import Generation, IndexDoubtful
from knowledge.ranking import Asked, Ranked, rank
from knowledge.space import space_of

EXACT_UP_TO = 200_000  # chunks; looking at all takes 10 ms a vector and 100,000 of a language

_WIDER = 4  # times as many are looked at where a channel may leave some out

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _State:
    """One revision of the knowledge, ready to be searched."""

    revision: int
    held: dict[Kind, Holdings]
    generation: Generation | None
    exact: bool

    @property
    def has_vectors(self) -> bool:
        """Whether this model has embedded anything."""
        return any(len(held.known.chunks) for held in self.held.values())

    def dense(self, kind: Kind) -> Dense | None:
        """Return the search by meaning; None while a large base waits for its index."""
        if self.exact:
            return Exact(self.held[kind])
        return Approximate(self.held[kind], kind, self.generation) if self.generation else None


@dataclass(frozen=True)
class _Found:
    ranked: Ranked
    chunk: str
    document: str
    text: str
    confidence: float


class Searcher:
    """Finds chunks that may answer a query. Follows the catalogue: a moved revision is read anew.

    Safe to use from several threads. Without an embedder, or while it is away, words answer alone.
    """

    def __init__(
        self,
        catalogue: Source,
        embedder: Embedder | None,
        home: Path,
        *,
        exact_up_to: int = EXACT_UP_TO,
        reader: Reader | None = None,
    ) -> None:
        """Search what the catalogue holds; the index lives in `home/index`.

        `reader` reads queries in another way than usual.
        """
        self._catalogue, self._embedder, self._home = catalogue, embedder, home
        self._exact_up_to = exact_up_to
        self._state: _State | None = None
        self._reading = threading.Lock()
        self._reader = reader or Reader(embedder)
        self._calibration = open_calibration(space_of(self._model_name).known)

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return at most `query.top_k` hits, best first, one a document, weak ones included.

        In the query's language; documents of the other language come first when only they answer.
        """
        state = self._current()
        asked = self._reader.read(query, words_only=not state.has_vectors)
        if asked is None:
            return ()
        found = self._found(state, asked)
        if not (found and self._is_strong(found[0])):
            found = self._with_foreign(state, asked, found)
        return self._hits(found, query)

    def refresh(self) -> None:
        """Read the catalogue anew and put a sound index generation of its revision in force.

        Only the holder of the write lock may call this; nothing is embedded.

        Raises:
            IndexDoubtful: what was built cannot be read back.
            OSError: the index folder cannot be written.
        """
        self._build()
        self._read(fresh=True)

    def rebuild(self) -> None:
        """Build the index generation anew from SQL, whatever is there; see `refresh`.

        Raises:
            IndexDoubtful: what was built cannot be read back.
            OSError: the index folder cannot be written.
        """
        self._drop()
        index.discard(self._home)
        self.refresh()

    def is_sound(self) -> bool:
        """Say whether the index generation in force is whole and of the catalogue's revision."""
        pointer = self._catalogue.pointer()
        if pointer is None or pointer.revision != self._catalogue.revision():
            return False
        return index.is_sound(self._home / "index" / pointer.generation)

    def close(self) -> None:
        """Give the index files back."""
        with self._reading:
            self._drop()

    def _current(self) -> _State:
        """Return the state of the catalogue's revision, reading it when it has moved."""
        state = self._state
        if state is not None and state.revision == self._catalogue.revision():
            return state
        return self._read()

    def _read(self, *, fresh: bool = False) -> _State:
        with self._reading:
            state = self._state
            if state and not fresh and state.revision == self._catalogue.revision():
                return state
            revision, held = read_holdings(self._catalogue, self._model_name)
            exact = sum(len(one.chunks) for one in held.values()) <= self._exact_up_to
            self._drop()
            generation = None if exact else self._generation()
            self._state = _State(revision, held, generation, exact)
            return self._state

    def _generation(self) -> Generation | None:
        """Open the generation in force; on any doubt None, and words answer until a rebuild."""
        pointer = self._catalogue.pointer()
        if pointer is None or pointer.model_name != self._model_name:
            return None
        try:
            return Generation(self._home / "index" / pointer.generation)
        except IndexDoubtful:
            _log.warning("index generation %s is unusable", pointer.generation, exc_info=True)
            return None

    def _build(self) -> None:
        known = self._catalogue.chunks_with_vectors(self._model_name)
        before = self._catalogue.pointer()
        centred = space_of(self._model_name).centred_chunks(known)
        pointer = index.build(self._home, centred, self._model_name)
        if pointer != before:
            self._catalogue.set_pointer(pointer)
        index.sweep(self._home, keep=pointer.generation)

    def _drop(self) -> None:
        if self._state is not None and self._state.generation is not None:
            self._state.generation.close()
        self._state = None

    @property
    def _model_name(self) -> str:
        return self._embedder.name if self._embedder else ""

    def _found(self, state: _State, asked: Asked, *, foreign: bool = False) -> list[_Found]:
        kind = asked.query.kind
        held = state.held[kind]
        try:
            ranked = rank(held, asked, state.dense(kind))
        except IndexDoubtful:
            _log.warning("the index does not answer, words answer alone", exc_info=True)
            ranked = rank(held, asked, None)
        if not ranked:
            return []
        shape = _shape(held, asked, foreign=foreign)
        count = asked.query.top_k * (_WIDER if asked.query.channel else 1)
        chances = self._calibration.confidences(ranked, shape, count=count)
        found = []
        for one, sure in zip(ranked, chances, strict=False):
            chunk = held.chunks[one.row]
            found.append(_Found(one, chunk.id, chunk.document, chunk.text, sure))
        return found

    def _with_foreign(self, state: _State, asked: Asked, own: list[_Found]) -> list[_Found]:
        """Put strong hits of the other language in front; twins of our own documents stay away."""
        home = asked.query.locale
        held = state.held[asked.query.kind]
        if home is None or not held.twins.keys() - {home}:
            return own
        other: Locale = "en" if home == "ru" else "ru"
        query = asked.query.model_copy(update={"locale": other})
        there = self._found(state, replace(asked, query=query), foreign=True)
        if not own:
            return there
        twins = held.twins.get(home, frozenset())
        strong = [
            one for one in there if self._is_strong(one) and bare_name(one.document) not in twins
        ]
        return [*strong, *own]

    def _is_strong(self, found: _Found) -> bool:
        return self._calibration.strength(found.confidence) == "strong"

    def _hits(self, found: Sequence[_Found], query: Query) -> tuple[Hit, ...]:
        """Join with SQL: what is no longer there, no longer active or for others is no hit."""
        documents = self._catalogue.documents_by_id([one.document for one in found])
        hits = [
            self._hit(one, document)
            for one in found
            if (document := documents.get(one.document))
            and document.status == "active"
            and _fits(document, query.channel)
        ]
        return tuple(hits[: query.top_k])

    def _hit(self, found: _Found, document: Document) -> Hit:
        return Hit(
            id=found.chunk,
            document=document.id,
            kind=document.kind,
            title=document.title,
            text=found.text,
            score=found.ranked.score,
            strength=self._calibration.strength(found.confidence),
            confidence=found.confidence,
            locale=document.locale,
            question=document.question,
            answer=document.answer,
            record=document.record,
        )


def _fits(document: Document, channel: str | None) -> bool:
    record = document.record
    if channel is None or record is None:
        return True
    if isinstance(record, Case):
        return record.channel == channel
    return not isinstance(record, ToneRule) or channel in (record.applies.channels or (channel,))


def _shape(held: Holdings, asked: Asked, *, foreign: bool) -> Shape:
    locale, own = asked.query.locale, asked.own_vectors
    about = [topic for name, topic in held.topics.items() if locale in {None, name}]
    likeness = max((topic.likeness(own) for topic in about), default=0.0) if own is not None else 0
    return Shape(len(asked.stems), held.bm25.known_share(asked.stems), likeness, foreign)
