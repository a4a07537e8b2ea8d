"""What is exported comes back as it was, and the same base gives the same bytes."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import Case, Document, Library, Script, ToneRule, open_library
from knowledge.export import as_line, as_markdown, export
from knowledge.sources import Wishes, find_files, read_file
from knowledge.sources.decode import clean
from knowledge.sources.records import record_document


def placeless(library: Library) -> list[Document]:
    return [one.model_copy(update={"path": "", "place": ""}) for one in library.documents()]


def taken_back(data: bytes, tmp_path: Path, words: Any) -> list[Document]:
    archive = tmp_path / "teplo-knowledge.zip"
    archive.write_bytes(data)
    with open_library(tmp_path / "other", embedder=words) as other:
        report = other.ingest([archive])
        assert not report.refused
        return placeless(other)


def test_everything_comes_back_into_an_empty_base(
    shop: Library, tmp_path: Path, words: Any
) -> None:
    shop.editor.attach("ru:faq-1", "почём привоз")
    shop.editor.attach("ru:S1", "заберите чайник")
    shop.editor.create(
        "article", "en", {"title": "Page", "body": "# Page\n\nA table:\n\n| a | b |\n|---|---|\n| 1 | 2 |"}
    )  # fmt: skip
    shop.editor.create(
        "article",
        "ru",
        {"kind": "case", "question": "Q: да?", "answer": "- нет", "status": "draft",
         "valid_to": "2027-01-01", "brand": "б"},
    )  # fmt: skip

    back = taken_back(shop.overview.export(), tmp_path, words)

    assert back == placeless(shop)


def test_the_same_base_gives_the_same_bytes(shop: Library, home: Path, words: Any) -> None:
    first = shop.overview.export()

    with open_library(home, embedder=words) as again:
        assert again.overview.export() == first


def test_records_are_files_that_people_can_read(shop: Library) -> None:
    with zipfile.ZipFile(io.BytesIO(shop.overview.export())) as archive:
        names = archive.namelist()
        page = archive.read("ru/scripts/s1.md").decode()

    assert names == [
        "en/articles/articles.jsonl",
        "ru/articles/articles.jsonl",
        "ru/cases/k1.md",
        "ru/scripts/s1.md",
        "ru/tone/ru-own.md",
    ]
    assert page.startswith("---\nid: S1\nkind: script\nlocale: ru\nstatus: active\n")
    assert "valid_from: 2026-01-01\n" in page
    assert "refund_max: 3000\n" in page


@pytest.mark.slow
def test_the_samples_come_back(tmp_path: Path, words: Any) -> None:
    with open_library(tmp_path / "home", embedder=words) as library:
        library.ingest_starter()
        before, data = placeless(library), library.overview.export()

    assert taken_back(data, tmp_path, words) == before


WORDS = st.text(max_size=60).map(clean)
LINES = st.lists(WORDS, max_size=4).map(tuple)
SCRIPTS = st.builds(
    Script, id=st.just("S1"), locale=st.just("ru"), title=WORDS, intent=WORDS, tags=LINES,
    trigger_examples=LINES, legal_note=WORDS, valid_from=st.none() | st.dates(min_value=date(1900, 1, 1)),
)  # fmt: skip
RULES = st.builds(
    ToneRule, id=st.just("T-1"), locale=st.just("en"), type=WORDS, severity=st.just("low"),
    check=st.just("D"), patterns=LINES, replacement=WORDS,
)  # fmt: skip
CASES = st.builds(
    Case, id=st.just("K.1"), locale=st.just("ru"), title=WORDS, outcome=st.just("failed"),
    lesson=WORDS, hostility_by_turn=st.lists(st.integers(0, 4), max_size=3).map(tuple),
)  # fmt: skip
RECORDS = st.builds(record_document, SCRIPTS | RULES | CASES, WORDS)
ARTICLES = st.builds(
    Document, id=st.just("ru:a-1"), kind=st.sampled_from(["script", "tone", "case"]),
    locale=st.just("ru"), title=WORDS, question=WORDS, answer=WORDS,
    body=WORDS.filter(bool), tags=LINES, examples=LINES, brand=WORDS,
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(document=RECORDS | ARTICLES)
def test_whatever_a_document_says_it_comes_back(document: Document, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with zipfile.ZipFile(io.BytesIO(export([document]))) as archive:
        (name,) = archive.namelist()
        archive.extractall(folder)

    reading = read_file(find_files([folder / name])[0], Wishes())

    assert not reading.refused
    (back,) = reading.documents
    assert back.model_copy(update={"path": "", "place": ""}) == document


def test_a_record_that_its_page_cannot_say_goes_as_a_line() -> None:
    record = Script(id="S1", locale="ru", title="Т", intent="i")
    document = record_document(record, "Да").model_copy(update={"title": "Иначе"})

    assert as_markdown(document) is None
    assert '"record"' in as_line(document)
