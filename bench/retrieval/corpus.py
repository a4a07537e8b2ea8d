"""Knowledge bases held in memory, for benchmarks and for training: articles, chunks, vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from knowledge.catalogue import Chunk, ChunkVectors, Pointer
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
    """A query and the article that answers it, "-" when there is none."""

    answer: str
    text: str


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
    queries = tuple(Labelled(answer, text) for answer, text in data["queries"])
    return Base(path.stem, articles, queries)


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
        new = [text for text in dict.fromkeys(texts) if f"{role}:{text}" not in self._held]
        embed = self._inner.embed_queries if role == "q" else self._inner.embed_passages
        for text, vector in zip(new, embed(new), strict=True):
            self._held[f"{role}:{text}"] = vector
        rows = [self._held[f"{role}:{text}"] for text in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimension)


class MemoryCatalogue:
    """A catalogue of articles, one chunk each, as search reads it."""

    def __init__(
        self, articles: Sequence[Article], embedder: Embedder, *, kind: Kind = "script"
    ) -> None:
        self._articles = {article.id: article for article in articles}
        self._kind = kind
        ordered = [self._articles[name] for name in sorted(self._articles)]
        self._chunks = tuple(self._chunk(article) for article in ordered)
        asked = [(n, text) for n, one in enumerate(ordered) for text in one.questions]
        self._known = ChunkVectors(
            chunks=self._chunks,
            passages=embedder.embed_passages([article.text for article in ordered]),
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

    def _chunk(self, article: Article) -> Chunk:
        return Chunk(
            id=f"{article.id}#0", document=article.id, n=0, text=article.text, tokens=0,
            kind=self._kind, locale=article.locale, brand="", status="active",
            valid_from=None, valid_to=None,
        )  # fmt: skip

    def _document(self, article: Article) -> Document:
        title = article.questions[0] if article.questions else article.text[:60]
        return Document(
            id=article.id, kind=self._kind, locale=article.locale, title=title, body=article.text,
            question=title, answer=article.text.partition("\n")[2],
        )  # fmt: skip
