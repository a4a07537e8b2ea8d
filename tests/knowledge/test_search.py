"""Search through its public face, on a catalogue and a model that are fakes."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.asking import matters
from knowledge.catalogue import Chunk, ChunkVectors, Pointer
from knowledge.documents import Case, Document, Kind, Locale, Status
from knowledge.errors import EmbeddingUnavailable
from knowledge.hits import Hit, Query
from knowledge.lexical import stems
from knowledge.search import Searcher


class FakeEmbedder:
    """Vectors of words: each stem is a direction, so texts with the same words are near."""

    name = "fake"
    dimension = 64

    def __init__(self) -> None:
        self.away = False
        self.asked = 0

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.away:
            raise EmbeddingUnavailable("away")
        self.asked += len(texts)
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([self._vector(text) for text in texts], np.float32)
        return rows.reshape(len(texts), self.dimension)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float64]:
        total = np.full(self.dimension, 0.05)
        for stem in stems(text):
            dice = np.random.default_rng(zlib.crc32(stem.encode()))
            total += dice.normal(size=self.dimension)
        return np.asarray(total / np.linalg.norm(total), np.float64)


class FakeCatalogue:
    """Chunks, documents and a pointer in memory."""

    def __init__(self, embedder: FakeEmbedder) -> None:
        self._embedder = embedder
        self._revision = 1
        self._pointer: Pointer | None = None
        self.chunk_list: list[Chunk] = []
        self.questions: dict[str, tuple[str, ...]] = {}
        self.documents: dict[str, Document] = {}

    def add(
        self,
        name: str,
        text: str,
        *,
        kind: Kind = "script",
        locale: Locale = "ru",
        questions: tuple[str, ...] = (),
        status: Status = "active",
        brand: str = "",
        valid_from: date | None = None,
        valid_to: date | None = None,
        parts: Sequence[str] = (),
    ) -> None:
        document = f"{locale}:{name}"
        for n, part in enumerate((text, *parts)):
            self.chunk_list.append(
                Chunk(
                    f"{document}#{n}", document, n, part, 1, kind, locale, brand, status,
                    valid_from, valid_to,
                )
            )  # fmt: skip
        self.questions[f"{document}#0"] = questions
        self.documents[document] = Document(
            id=document, kind=kind, locale=locale, title=text[:20], body=text, status=status
        )
        self._revision += 1

    def forget_document(self, document: str) -> None:
        del self.documents[document]

    def revision(self) -> int:
        return self._revision

    def pointer(self) -> Pointer | None:
        return self._pointer

    def set_pointer(self, pointer: Pointer) -> None:
        self._pointer = pointer

    def chunks(self) -> tuple[Chunk, ...]:
        return tuple(sorted(self.chunk_list, key=lambda chunk: (chunk.document, chunk.n)))

    def chunks_with_vectors(self, model_name: str) -> ChunkVectors:
        chunks = self.chunks() if model_name == "fake" else ()
        asked = [(n, q) for n, c in enumerate(chunks) for q in self.questions.get(c.id, ())]
        return ChunkVectors(
            chunks=chunks,
            passages=self._embedder.embed_passages([chunk.text for chunk in chunks]),
            questions=self._embedder.embed_passages([text for _, text in asked]),
            question_chunk=np.array([n for n, _ in asked], np.int64),
            question_texts=tuple(text for _, text in asked),
            revision=self._revision,
        )

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        return {name: self.documents[name] for name in ids if name in self.documents}


FAQ = (
    ("refund", "Возврат денег на карту занимает три дня", ("когда вернут деньги",)),
    ("courier", "Курьер звонит за час до приезда", ("когда приедет курьер",)),
    ("promo", "Промокод вводят в корзине перед оплатой", ("куда вводить промокод",)),
    ("size", "Размер обуви смотрите в таблице", ()),
)


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def catalogue(embedder: FakeEmbedder) -> FakeCatalogue:
    catalogue = FakeCatalogue(embedder)
    for name, text, questions in FAQ:
        catalogue.add(name, text, questions=questions)
    return catalogue


@pytest.fixture
def searcher(
    catalogue: FakeCatalogue, embedder: FakeEmbedder, tmp_path: Path
) -> Iterator[Searcher]:
    searcher = Searcher(catalogue, embedder, tmp_path)
    yield searcher
    searcher.close()


def names(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.document for hit in hits]


def test_the_article_that_answers_comes_first(searcher: Searcher) -> None:
    best, *rest = searcher.search(Query(text="КОГДА вернут деньги???", locale="ru"))

    assert best.document == "ru:refund"
    assert all(best.score > other.score for other in rest)


def test_no_more_than_asked_for_come_back(searcher: Searcher) -> None:
    assert len(searcher.search(Query(text="когда", top_k=2))) == 2


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂", "\x00\u202e"])
def test_a_query_without_words_finds_nothing(searcher: Searcher, text: str) -> None:
    assert searcher.search(Query(text=text)) == ()


@pytest.mark.parametrize("text", ["\ufdfa" * 10, "деньги " * 20_000, "а" * 100_000, "\ud800деньги"])
def test_odd_text_is_searched_for_all_the_same(searcher: Searcher, text: str) -> None:
    assert len(searcher.search(Query(text=text))) <= 5


def test_the_same_query_gives_the_same_hits(searcher: Searcher) -> None:
    query = Query(text="когда приедет курьер с деньгами", locale="ru")

    assert searcher.search(query) == searcher.search(query)


def test_a_document_is_found_once_by_its_best_chunk(
    catalogue: FakeCatalogue, searcher: Searcher
) -> None:
    catalogue.add("long", "Общие слова", parts=["Самокат чинят бесплатно", "Самокат и прочее"])

    hits = searcher.search(Query(text="чинят самокат", top_k=10))

    assert hits[0].id == "ru:long#1"
    assert len(names(hits)) == len(set(names(hits)))


def test_equal_documents_stand_in_the_order_of_their_ids(
    catalogue: FakeCatalogue, searcher: Searcher
) -> None:
    for name in ("b", "a", "c"):
        catalogue.add(name, "Самокат чинят бесплатно")

    assert names(searcher.search(Query(text="самокат", top_k=3))) == ["ru:a", "ru:b", "ru:c"]


def test_kinds_are_pools_of_their_own(catalogue: FakeCatalogue, searcher: Searcher) -> None:
    catalogue.add("k", "Вернули деньги за ёлку", kind="case")

    assert "ru:k" not in names(searcher.search(Query(text="вернули деньги за ёлку")))
    assert names(searcher.search(Query(text="вернули деньги", kind="case"))) == ["ru:k"]


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_active_documents_are_found(
    catalogue: FakeCatalogue, searcher: Searcher, status: Status
) -> None:
    catalogue.add("x", "Самокат чинят бесплатно", status=status)

    assert "ru:x" not in names(searcher.search(Query(text="самокат чинят", top_k=9)))


def test_a_brand_sees_its_own_and_what_belongs_to_none(
    catalogue: FakeCatalogue, searcher: Searcher
) -> None:
    catalogue.add("a", "Самокат фирмы альфа", brand="alpha")
    catalogue.add("b", "Самокат фирмы бета", brand="beta")

    found = names(searcher.search(Query(text="самокат деньги", brand="alpha", top_k=9)))

    assert {"ru:a", "ru:refund"} <= set(found)
    assert "ru:b" not in found


@pytest.mark.parametrize(
    ("day", "found"),
    [(date(2026, 1, 1), True), (date(2026, 2, 1), True), (date(2026, 2, 2), False)],
)
def test_documents_are_found_on_the_days_they_are_valid(
    catalogue: FakeCatalogue, searcher: Searcher, day: date, *, found: bool
) -> None:
    catalogue.add("x", "Самокат", valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1))

    hits = searcher.search(Query(text="самокат", on=day, top_k=9))

    assert ("ru:x" in names(hits)) is found


@pytest.mark.parametrize(("locale", "other"), [("ru", "en"), ("en", "ru")])
def test_a_language_is_kept_to_while_it_has_documents(
    catalogue: FakeCatalogue, searcher: Searcher, locale: Locale, other: Locale
) -> None:
    catalogue.add("kick", "Самокат чинят бесплатно", locale=locale)
    catalogue.add("bike", "Велосипед чинят бесплатно", locale=other)

    hits = searcher.search(Query(text="самокат чинят бесплатно", locale=locale, top_k=9))

    assert hits[0].document == f"{locale}:kick"
    assert f"{other}:bike" not in names(hits)


@pytest.mark.parametrize(("locale", "other"), [("ru", "en"), ("en", "ru")])
def test_the_other_language_answers_when_only_it_can(
    catalogue: FakeCatalogue, searcher: Searcher, locale: Locale, other: Locale
) -> None:
    for name in [name for name, _, _ in FAQ]:
        catalogue.chunk_list = [one for one in catalogue.chunk_list if name not in one.document]
    catalogue.add("kick", "Самокат чинят бесплатно", locale=other)

    hits = searcher.search(Query(text="самокат чинят бесплатно", locale=locale))

    assert names(hits) == [f"{other}:kick"]


def test_cases_and_tone_rules_of_other_channels_stay_away(
    catalogue: FakeCatalogue, searcher: Searcher
) -> None:
    records = {
        "chat": Case(id="chat", locale="ru", title="chat", outcome="worked", channel="chat"),
        "email": Case(id="email", locale="ru", title="email", outcome="worked", channel="email"),
    }
    for name, record in records.items():
        catalogue.add(name, f"Вернули деньги за ёлку, {name}", kind="case")
        known = catalogue.documents[f"ru:{name}"]
        catalogue.documents[f"ru:{name}"] = known.model_copy(update={"record": record})
    query = Query(text="вернули деньги", kind="case", top_k=1)

    found = [
        names(searcher.search(query.model_copy(update={"channel": channel})))
        for channel in ("chat", "email", "sms")
    ]

    assert found == [["ru:chat"], ["ru:email"], []]


def test_slang_and_typos_are_found_without_a_model(
    catalogue: FakeCatalogue, tmp_path: Path
) -> None:
    catalogue.add("wifi", "Почему пропадает Wi-Fi дома")
    searcher = Searcher(catalogue, None, tmp_path)

    assert names(searcher.search(Query(text="вайфай отваливается")))[0] == "ru:wifi"
    assert names(searcher.search(Query(text="прамокод")))[0] == "ru:promo"
    searcher.close()


def test_a_forgotten_document_is_gone_at_once(catalogue: FakeCatalogue, searcher: Searcher) -> None:
    assert names(searcher.search(Query(text="вернут деньги")))[0] == "ru:refund"
    catalogue.forget_document("ru:refund")

    assert "ru:refund" not in names(searcher.search(Query(text="вернут деньги")))


def test_a_moved_revision_is_followed(catalogue: FakeCatalogue, searcher: Searcher) -> None:
    searcher.search(Query(text="самокат"))
    catalogue.add("new", "Самокат чинят бесплатно")

    assert names(searcher.search(Query(text="самокат чинят")))[0] == "ru:new"


def test_words_answer_while_the_model_is_away(embedder: FakeEmbedder, searcher: Searcher) -> None:
    embedder.away = True

    assert names(searcher.search(Query(text="вернут деньги на карту")))[0] == "ru:refund"


def test_words_answer_without_a_model(catalogue: FakeCatalogue, tmp_path: Path) -> None:
    searcher = Searcher(catalogue, None, tmp_path)

    assert names(searcher.search(Query(text="вернут деньги на карту")))[0] == "ru:refund"


def test_an_empty_catalogue_finds_nothing(embedder: FakeEmbedder, tmp_path: Path) -> None:
    searcher = Searcher(FakeCatalogue(embedder), embedder, tmp_path)

    assert searcher.search(Query(text="деньги", locale="ru")) == ()


def test_a_lone_document_is_found_with_a_sober_confidence(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    catalogue = FakeCatalogue(embedder)
    catalogue.add("only", "Возврат денег на карту занимает три дня")
    searcher = Searcher(catalogue, embedder, tmp_path)

    (right,) = searcher.search(Query(text="возврат денег на карту"))
    (wrong,) = searcher.search(Query(text="как сварить борщ со свёклой"))

    assert right.confidence > wrong.confidence
    assert wrong.strength != "strong"


def test_a_long_message_is_read_by_its_sentences(
    catalogue: FakeCatalogue, searcher: Searcher
) -> None:
    story = "Вчера гуляли по городу, смотрели дома и мосты, видели собак. " * 30

    best = searcher.search(Query(text=f"{story} Когда вернут деньги на карту? {story}"))[0]

    assert best.document == "ru:refund"


def test_a_message_with_two_questions_finds_both_answers(searcher: Searcher) -> None:
    two = "Когда вернут мои деньги? И куда вводить новый промокод?"

    assert set(names(searcher.search(Query(text=two)))[:2]) == {"ru:refund", "ru:promo"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Где мой заказ?", ("Где мой заказ?",)),
        ("Где мой заказ? Серьёзно?", ("Где мой заказ? Серьёзно?",)),
        ("Где мой заказ? Когда вернут деньги?", ("Где мой заказ?", "Когда вернут деньги?")),
        (
            "Жду третий день. Где мой заказ? Когда вернут деньги?",
            (
                "Жду третий день. Где мой заказ? Когда вернут деньги?",
                "Где мой заказ?",
                "Когда вернут деньги?",
            ),
        ),
    ],
)
def test_questions_of_one_message_are_read_apart(text: str, parts: tuple[str, ...]) -> None:
    assert matters(text) == parts


def test_one_text_is_embedded_once_for_all_pools(
    embedder: FakeEmbedder, searcher: Searcher
) -> None:
    kinds: tuple[Kind, ...] = ("script", "case", "tone")
    for kind in kinds:
        searcher.search(Query(text="когда вернут деньги", kind=kind))

    assert embedder.asked == 1


def test_a_twin_in_the_other_language_stays_away(
    catalogue: FakeCatalogue, searcher: Searcher
) -> None:
    catalogue.add("refund", "Возврат денег на карту занимает три дня", locale="en")

    hits = searcher.search(Query(text="возврат денег на карту", locale="ru"))

    assert all(hit.locale == "ru" for hit in hits)


def many(embedder: FakeEmbedder, count: int) -> FakeCatalogue:
    catalogue = FakeCatalogue(embedder)
    words = [
        "возврат",
        "деньги",
        "курьер",
        "адрес",
        "размер",
        "оплата",
        "карта",
        "чек",
        "магазин",
        "отзыв",
        "заказ",
        "срок",
    ]
    dice = np.random.default_rng(3)
    locales: tuple[Locale, ...] = ("ru", "en")
    for n in range(count):
        text = " ".join(dice.choice(words, 4)) + f" вещь{n}"
        asked = (text[:12], f"где вещь{n}") if n % 2 else ()
        brand = "alpha" if n % 5 == 0 else ""
        catalogue.add(f"d{n:04}", text, questions=asked, brand=brand, locale=locales[n % 7 == 0])
    return catalogue


QUERIES = (
    Query(text="возврат на карту", locale="ru", top_k=20),
    Query(text="где вещь17", top_k=20),
    Query(text="срок и адрес заказа", brand="alpha", top_k=20),
    Query(text="чек из магазина", locale="en", brand="beta", top_k=20),
)


@pytest.mark.slow
def test_chroma_finds_what_looking_at_everything_finds(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    catalogue = many(embedder, 700)
    exact = Searcher(catalogue, embedder, tmp_path)
    exact.refresh()
    by_chroma = Searcher(catalogue, embedder, tmp_path, exact_up_to=10)

    for query in QUERIES:
        assert by_chroma.search(query) == exact.search(query)
    by_chroma.close()


@pytest.mark.slow
def test_a_large_base_is_searched_by_words_until_its_index_is_whole(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    catalogue = many(embedder, 40)
    searcher = Searcher(catalogue, embedder, tmp_path, exact_up_to=10)
    query = Query(text="где вещь17", locale="ru")

    by_words = searcher.search(query)
    assert not searcher.is_sound()
    searcher.refresh()
    by_both = searcher.search(query)

    assert searcher.is_sound()
    assert by_words[0].document == by_both[0].document == "ru:d0017"
    assert by_words[0].score != by_both[0].score
    searcher.close()


@pytest.mark.slow
def test_a_torn_index_is_doubted_answered_around_and_rebuilt_without_embedding(
    embedder: FakeEmbedder, tmp_path: Path
) -> None:
    catalogue = many(embedder, 40)
    Searcher(catalogue, embedder, tmp_path).refresh()
    pointer = catalogue.pointer()
    assert pointer is not None
    (tmp_path / "index" / pointer.generation / "chroma.sqlite3").write_bytes(b"torn")
    searcher = Searcher(catalogue, embedder, tmp_path, exact_up_to=10)

    assert not searcher.is_sound()
    assert searcher.search(Query(text="где вещь17", locale="ru"))[0].document == "ru:d0017"
    asked = embedder.asked
    searcher.rebuild()

    assert searcher.is_sound()
    assert catalogue.pointer() == pointer
    assert embedder.asked == asked
    searcher.close()


@pytest.mark.slow
def test_a_refresh_puts_a_generation_of_the_revision_in_force(
    catalogue: FakeCatalogue, searcher: Searcher, tmp_path: Path
) -> None:
    searcher.refresh()
    first = catalogue.pointer()
    catalogue.add("new", "Самокат")
    searcher.refresh()
    second = catalogue.pointer()

    assert first is not None
    assert second is not None
    assert (second.revision, second.chunks) == (catalogue.revision(), 5)
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == sorted(
        [first.generation, second.generation]
    )


def test_langchain_sees_the_same_hits(searcher: Searcher) -> None:
    from knowledge.langchain_face import as_langchain_retriever

    documents = as_langchain_retriever(searcher, locale="ru").invoke("когда вернут деньги")
    hits = searcher.search(Query(text="когда вернут деньги", locale="ru"))

    assert [document.metadata["id"] for document in documents] == [hit.id for hit in hits]
    assert documents[0].page_content == hits[0].text


def test_a_chunk_without_a_vector_yet_is_found_by_its_words(
    catalogue: FakeCatalogue, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    class HalfEmbedded(FakeCatalogue):
        def chunks_with_vectors(self, model_name: str) -> ChunkVectors:
            whole = catalogue.chunks_with_vectors(model_name)
            kept = int(whole.question_chunk[0]) + 1
            return replace(
                whole,
                chunks=whole.chunks[:kept],
                passages=whole.passages[:kept],
                questions=whole.questions[:1],
                question_chunk=whole.question_chunk[:1],
                question_texts=whole.question_texts[:1],
            )

    half = HalfEmbedded(embedder)
    half.chunk_list, half.documents = catalogue.chunk_list, catalogue.documents
    searcher = Searcher(half, embedder, tmp_path)

    assert names(searcher.search(Query(text="размер обуви в таблице")))[0] == "ru:size"
