"""Knowledge bases held in memory, for benchmarks and for training: articles, chunks, vectors."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from knowledge.catalogue import Chunk, ChunkVectors, Pointer
from knowledge.chunking import MAX_TOKENS, cut
from knowledge.documents import Document, Kind, Locale
from knowledge.embedding import Embedder

MISSING = "-"


class Article(NamedTuple):
    """What a base holds: `questions` are embedded one by one, `text` as the passage."""

    id: str
    locale: Locale
    questions: tuple[str, ...]
    text: str


class Labelled(NamedTuple):
    """A query and the article that answers it, "-" when there is none; `also` answer it, too."""

    answer: str
    text: str
    also: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """The articles that answer, the best first."""
        return () if self.answer == MISSING else (self.answer, *self.also)


@dataclass(frozen=True)
class Base:
    """A knowledge base with labelled queries."""

    name: str
    articles: tuple[Article, ...]
    queries: tuple[Labelled, ...]


def read_faq(path: Path) -> Base:
    """Read a base of `articles` and `queries` from YAML, as in `bench/retrieval/data`."""
    data = yaml.safe_load(path.read_text("utf-8"))
    articles = tuple(
        Article(name, locale, (question,), f"{question}\n{answer}")
        for name, locale, question, answer in data["articles"]
    )
    return Base(path.stem, articles, read_queries(data["queries"]))


def read_queries(rows: Sequence[Sequence[str]]) -> tuple[Labelled, ...]:
    """Return queries of rows [ids of articles, text]; the first id is the best answer."""
    found = []
    for ids, text in rows:
        best, *also = str(ids).split()
        found.append(Labelled(best, text, tuple(also)))
    return tuple(found)


class Cached:
    """An embedder that embeds each text once, on disk between runs."""

    def __init__(self, inner: Embedder, file: Path) -> None:
        self._inner, self._file = inner, file
        self.name, self.dimension = inner.name, inner.dimension
        self._held: dict[str, np.ndarray] = {}
        if file.exists():
            with np.load(file) as saved:
                self._held = dict(zip(saved["keys"].tolist(), saved["vectors"], strict=True))

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._embed("q", texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return self._embed("p", texts)

    def count_tokens(self, text: str) -> int:
        return self._inner.count_tokens(text)

    def save(self) -> None:
        keys = sorted(self._held)
        vectors = np.array([self._held[key] for key in keys], np.float32)
        np.savez(self._file, keys=np.array(keys), vectors=vectors)

    def _embed(self, role: str, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if _key(role, text) not in self._held]
        embed = self._inner.embed_queries if role == "q" else self._inner.embed_passages
        for text, vector in zip(new, embed(new), strict=True):
            self._held[_key(role, text)] = vector
        rows = [self._held[_key(role, text)] for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimension)


def _key(role: str, text: str) -> str:
    return hashlib.blake2b(f"{role}:{text}".encode(), digest_size=16).hexdigest()


class MemoryCatalogue:
    """A catalogue of articles as search reads it; long ones are cut as ingest cuts them."""

    def __init__(
        self, articles: Sequence[Article], embedder: Embedder, *, kind: Kind = "script"
    ) -> None:
        self._articles = {article.id: article for article in articles}
        self._kind = kind
        ordered = [self._articles[name] for name in sorted(self._articles)]
        pieces = [
            (article, n, text)
            for article in ordered
            for n, text in enumerate(self._pieces(article, embedder))
        ]
        self._chunks = tuple(self._chunk(article, n, text) for article, n, text in pieces)
        asked = [(n, text) for n, (one, _, _) in enumerate(pieces) for text in one.questions]
        self._known = ChunkVectors(
            chunks=self._chunks,
            passages=embedder.embed_passages([text for _, _, text in pieces]),
            questions=embedder.embed_queries([text for _, text in asked]),
            question_chunk=np.array([n for n, _ in asked], np.int64),
            question_texts=tuple(text for _, text in asked),
            revision=1,
        )
        self._pointer: Pointer | None = None

    def revision(self) -> int:
        return 1

    def pointer(self) -> Pointer | None:
        return self._pointer

    def set_pointer(self, pointer: Pointer) -> None:
        self._pointer = pointer

    def chunks(self) -> tuple[Chunk, ...]:
        return self._chunks

    def chunks_with_vectors(self, model_name: str) -> ChunkVectors:  # noqa: ARG002 - as the catalogue
        return self._known

    def documents_by_id(self, ids: Sequence[str]) -> dict[str, Document]:
        return {name: self._document(self._articles[name]) for name in ids}

    def _pieces(self, article: Article, embedder: Embedder) -> tuple[str, ...]:
        if len(article.questions) != 1 or embedder.count_tokens(article.text) <= MAX_TOKENS:
            return (article.text,)
        return tuple(piece.text for piece in cut(self._document(article), embedder.count_tokens))

    def _chunk(self, article: Article, n: int, text: str) -> Chunk:
        return Chunk(
            id=f"{article.id}#{n}", document=article.id, n=n, text=text, tokens=0,
            kind=self._kind, locale=article.locale, brand="", status="active",
            valid_from=None, valid_to=None,
        )  # fmt: skip

    def _document(self, article: Article) -> Document:
        title = article.questions[0] if article.questions else article.text[:60]
        return Document(
            id=article.id, kind=self._kind, locale=article.locale, title=title, question=title,
            body=article.text.partition("\n")[2], answer=article.text.partition("\n")[2],
        )  # fmt: skip
