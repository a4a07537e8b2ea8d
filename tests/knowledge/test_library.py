"""The library is one door: what goes in is found, what is forgotten is not, one writes at a time."""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge import EmbeddingUnavailable, IndexBusy, KnowledgeError, Library, Query, open_library
from knowledge.lock import write_lock


class WordEmbedder:
    """Texts that share words have near vectors."""

    name = "words"
    dimension = 256

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.strip("?.,!").encode()).digest()[0]] += 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "home", embedder=WordEmbedder()) as opened:
        yield opened


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    path.write_text(
        "id,Вопрос,Ответ\n"
        "1,Как вернуть товар?,В течение 14 дней\n"
        "2,Сколько стоит доставка?,Бесплатно от 3000 рублей\n"
        "3,Как поменять пароль?,В настройках профиля\n"
    )
    return path


def test_what_is_ingested_is_found_at_once(library: Library, faq: Path) -> None:
    report = library.ingest([faq])

    best, *_ = library.search(Query(text="Сколько стоит доставка?"))

    assert report.added == 3
    assert (best.document, best.answer) == ("ru:faq-2", "Бесплатно от 3000 рублей")
    assert library.document(best.document) is not None


def test_what_changed_is_found_as_it_now_is(library: Library, faq: Path) -> None:
    library.ingest([faq])
    library.search(Query(text="доставка"))
    faq.write_text(faq.read_text().replace("Бесплатно", "500 рублей, бесплатно"))
    library.ingest([faq])

    best, *_ = library.search(Query(text="Сколько стоит доставка?"))

    assert best.answer.startswith("500 рублей")


def test_what_is_forgotten_is_not_found(library: Library, faq: Path) -> None:
    library.ingest([faq])

    assert library.forget(["ru:faq-2"]) == 1

    hits = library.search(Query(text="Сколько стоит доставка?"))
    assert "ru:faq-2" not in {hit.document for hit in hits}
    assert library.document("ru:faq-2") is None


def test_another_library_of_the_same_folder_follows(
    library: Library, faq: Path, tmp_path: Path
) -> None:
    with open_library(tmp_path / "home", embedder=WordEmbedder()) as reader:
        assert reader.search(Query(text="пароль")) == ()
        library.ingest([faq])

        assert reader.search(Query(text="Как поменять пароль?"))[0].document == "ru:faq-3"


def test_columns_and_kinds_are_passed_on(library: Library, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Суть,Скрипт\nКак?,Так\n")

    report = library.ingest(
        [str(tmp_path / "t.csv")], kind="case", columns={"question": "Суть", "answer": "Скрипт"}
    )

    assert report.added == 1
    assert [document.kind for document in library.documents("case")] == ["case"]


def test_an_unknown_role_is_said_before_anything_is_read(library: Library, faq: Path) -> None:
    with pytest.raises(KnowledgeError, match="Unknown column role"):
        library.ingest([faq], columns={"Вопрос": "question"})


@pytest.mark.slow
def test_the_samples_come_and_go(library: Library) -> None:
    report = library.ingest_starter("ru", "case")

    assert report.added == report.documents > 50
    assert not report.refused
    assert library.ingest_starter("ru", "case").unchanged == report.added
    assert library.forget("sample") == report.added
    assert library.stats().documents == {}


@pytest.mark.slow
def test_a_document_of_ones_own_is_not_replaced_by_the_sample(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "S01.md").write_text(
        "---\nid: S01\nkind: script\nlocale: ru\ntitle: Свой\nintent: order_status\n---\nСвоё."
    )
    library.ingest([tmp_path / "S01.md"])

    library.ingest_starter("ru", "script")

    own = library.document("ru:S01")
    assert own is not None
    assert own.title == "Свой"


RULE = "---\nid: {id}\nkind: tone\nlocale: ru\nstatus: {status}\ntype: calm_down\nseverity: low\ncheck: D\n---\n# Своё\n"


def test_tone_rules_are_there_without_any_ingest_and_ones_own_win(
    library: Library, tmp_path: Path
) -> None:
    before = library.tone_rules("ru")
    assert [rule.id for rule in before] == sorted(rule.id for rule in before)
    (tmp_path / "a.md").write_text(RULE.format(id=before[0].id, status="retired"))
    (tmp_path / "b.md").write_text(RULE.format(id=before[1].id, status="active"))
    (tmp_path / "c.md").write_text(RULE.format(id="RU-OWN", status="active"))
    library.ingest([tmp_path / name for name in ("a.md", "b.md", "c.md")])

    after = {rule.id: rule for rule in library.tone_rules("ru")}

    assert before[0].id not in after
    assert after[before[1].id].severity == "low"
    assert "RU-OWN" in after
    assert len(after) == len(before)


def test_a_rebuild_gives_the_same_hits(library: Library, faq: Path) -> None:
    library.ingest([faq])
    before = library.search(Query(text="Как вернуть товар?"))

    stats = library.rebuild()

    assert library.search(Query(text="Как вернуть товар?")) == before
    assert (stats.documents, stats.missing_vectors, stats.model) == ({"ru script": 3}, 0, "words")


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert library.search(Query(text="Где мой заказ?")) == ()
    assert library.stats().chunks == 0


def test_without_a_model_words_still_find(library: Library, faq: Path, tmp_path: Path) -> None:
    library.ingest([faq])

    def broken() -> WordEmbedder:
        raise EmbeddingUnavailable("no weights")

    with open_library(tmp_path / "home", open_embedder=broken) as reader:
        assert reader.search(Query(text="поменять пароль"))[0].document == "ru:faq-3"
        with pytest.raises(EmbeddingUnavailable):
            reader.ingest([faq])


def test_the_records_can_be_checked(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\nid: S1\nkind: script\nlocale: ru\ntitle: T\nintent: i\nsignals: [rain]\n---\n"
    )
    library.ingest([tmp_path / "a.md"])

    problems = library.overview.lint(date(2026, 11, 22))

    assert ("signal_unknown", "ru:S1") in {(one.rule, one.document) for one in problems}


def test_another_process_that_writes_is_named(library: Library, faq: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from knowledge.lock import write_lock\n"
        "with write_lock(Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "home")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(IndexBusy, match=rf"number {process.pid}\) is writing"):
            library.ingest([faq])
        process.communicate("")

    assert library.ingest([faq]).added == 3


def test_the_lock_may_be_taken_again_inside_but_not_by_another_thread(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with write_lock(tmp_path):
            order.append("second")

    with write_lock(tmp_path), write_lock(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(KnowledgeError, match="TEPLO_HOME"):
        open_library(tmp_path / "file" / "home")


@pytest.mark.slow
def test_the_door_is_light() -> None:
    heavy = "sqlalchemy numpy chromadb onnxruntime openpyxl openai"
    code = f"import sys, knowledge; print([m for m in {heavy.split()!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
