"""The catalogue keeps documents, chunks and vectors, all of a batch or nothing."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue, Pointer
from knowledge.documents import Document, Script
from knowledge.errors import KnowledgeError
from knowledge.fingerprint import text_hash
from knowledge.rows import Entry, Piece
from knowledge.vectors import Role

MODEL = "model"


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    url = f"sqlite:///{tmp_path / 'teplo.db'}"
    return Catalogue(url, now=lambda: datetime(2026, 11, 22, tzinfo=UTC))


def entry(name: str, *pieces: Piece, body: str = "Текст") -> Entry:
    document = Document(id=f"ru:{name}", kind="script", locale="ru", title=name, body=body)
    return Entry(document, name, text_hash(body), pieces or (Piece(f"{name} текст", 2, (name,)),))


def vector(n: int) -> NDArray[np.float32]:
    return np.eye(4, dtype=np.float32)[n]


def vectors(**of: int) -> dict[tuple[str, Role], NDArray[np.float32]]:
    return {
        (text_hash(text.replace("_", " ")), role): vector(n)
        for text, n in of.items()
        for role in ("passage", "query")
    }


def test_a_document_comes_back_as_it_was(catalogue: Catalogue) -> None:
    record = Script(id="S1", locale="ru", title="Т", intent="i", trigger_examples=("а", "б"))
    document = Document(
        id="ru:S1", kind="script", locale="ru", title="Т", body="Б", tags=("x", "y"), record=record
    )

    catalogue.save([Entry(document, "s", "h", ())], MODEL, {})

    assert catalogue.document("ru:S1") == document
    assert catalogue.documents("script") == (document,)
    assert catalogue.documents("tone") == ()
    assert catalogue.document("ru:S2") is None


def test_chunks_come_with_the_vectors_of_one_model(catalogue: Catalogue) -> None:
    two = entry("б", Piece("первый", 1, ("как", "где")), Piece("второй", 1))
    catalogue.save(
        [two, entry("а")], MODEL, vectors(первый=0, второй=1, а_текст=2, как=3, где=0, а=1)
    )

    held = catalogue.chunks_with_vectors(MODEL)

    assert [chunk.id for chunk in held.chunks] == ["ru:а#0", "ru:б#0", "ru:б#1"]
    assert held.passages.tolist() == [vector(2).tolist(), vector(0).tolist(), vector(1).tolist()]
    assert held.question_texts == ("а", "как", "где")
    assert held.question_chunk.tolist() == [0, 1, 1]
    assert held.questions.dtype == held.passages.dtype == np.float32
    assert held.revision == catalogue.revision() == 1


def test_a_model_that_embedded_nothing_has_all_to_do(catalogue: Catalogue) -> None:
    catalogue.save([entry("а")], MODEL, vectors(а_текст=0, а=1))

    assert catalogue.missing_vectors(MODEL) == ()
    assert catalogue.missing_vectors("other") == (("а текст", "passage"), ("а", "query"))
    assert catalogue.chunks_with_vectors("other").chunks == ()
    assert len(catalogue.chunks()) == 1


def test_a_document_written_again_replaces_its_chunks(catalogue: Catalogue) -> None:
    catalogue.save([entry("а", Piece("один", 1), Piece("два", 1))], MODEL, {})
    catalogue.save([entry("а", Piece("три", 1), body="Иначе")], MODEL, {})

    assert [chunk.text for chunk in catalogue.chunks()] == ["три"]
    assert catalogue.revision() == 2


def test_a_batch_that_fails_leaves_nothing_behind(catalogue: Catalogue) -> None:
    catalogue.save([entry("а")], MODEL, {})

    with pytest.raises(Exception, match="UNIQUE"):
        catalogue.save([entry("б"), entry("в"), entry("в")], MODEL, vectors(б_текст=0))

    assert [document.id for document in catalogue.documents()] == ["ru:а"]
    assert catalogue.known_hashes(MODEL, "passage", [text_hash("б текст")]) == set()
    assert catalogue.revision() == 1


def test_what_is_forgotten_leaves_no_vector(catalogue: Catalogue) -> None:
    catalogue.save([entry("а"), entry("б")], MODEL, vectors(а_текст=0, а=0, б_текст=1, б=1))

    assert catalogue.forget(["ru:а", "ru:нет"]) == 1

    assert [chunk.document for chunk in catalogue.chunks()] == ["ru:б"]
    assert catalogue.known_hashes(MODEL, "passage", [text_hash("а текст")]) == set()
    assert catalogue.known_hashes(MODEL, "query", [text_hash("б")]) == {text_hash("б")}


def test_forgetting_nothing_moves_nothing(catalogue: Catalogue) -> None:
    assert catalogue.forget(["ru:нет"]) == 0
    assert catalogue.revision() == 0


def test_the_pointer_is_switched_and_survives(catalogue: Catalogue, tmp_path: Path) -> None:
    assert catalogue.pointer() is None
    for n in (1, 2):
        catalogue.set_pointer(Pointer(f"gen-{n}", MODEL, 3, 4, n))
    catalogue.close()

    again = Catalogue(f"sqlite:///{tmp_path / 'teplo.db'}")
    assert again.pointer() == Pointer("gen-2", MODEL, 3, 4, 2)
    assert again.revision() == 0


def test_another_process_sees_what_is_committed(catalogue: Catalogue, tmp_path: Path) -> None:
    other = Catalogue(f"sqlite:///{tmp_path / 'teplo.db'}")
    assert other.revision() == 0

    catalogue.save([entry("а")], MODEL, {})

    assert other.revision() == 1
    assert other.document("ru:а") is not None


def test_thousands_of_ids_are_asked_for_at_once(catalogue: Catalogue) -> None:
    catalogue.save([entry("а")], MODEL, {})

    found = catalogue.documents_by_id([f"ru:{n}" for n in range(5_000)] + ["ru:а"])

    assert list(found) == ["ru:а"]


def test_a_database_that_cannot_be_opened_says_which_without_its_password() -> None:
    with pytest.raises(KnowledgeError, match=r"mysql://u:\*\*\*@host/db.*TEPLO_DATABASE_URL"):
        Catalogue("mysql://u:secret@host/db")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "teplo.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(KnowledgeError, match=r"teplo\.db"):
        Catalogue(f"sqlite:///{tmp_path / 'teplo.db'}")


def test_the_numbers_are_told(catalogue: Catalogue) -> None:
    catalogue.save([entry("а"), entry("б")], MODEL, vectors(а_текст=0))

    stats = catalogue.stats(MODEL)

    assert stats.documents == {"ru script": 2}
    assert (stats.chunks, stats.questions, stats.missing_vectors) == (2, 2, 3)
