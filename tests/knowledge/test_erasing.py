"""Erasing leaves no byte of a document anywhere in the data folder."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from knowledge import EmbeddingUnavailable, Library, open_library
from knowledge.erasing import scrub

PHRASE = "Фиолетовый кракозябр 7431"
AT = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)


def traces(home: Path, phrase: str = PHRASE) -> list[str]:
    """Return the files that hold the phrase, in any of the encodings that databases use."""
    wanted = [phrase.encode("utf-8"), phrase.encode("utf-16-le"), phrase.encode("utf-16-be")]
    wanted += [phrase.casefold().encode("utf-8"), ascii(phrase)[1:-1].encode("ascii")]
    files = [path for path in home.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(one in path.read_bytes() for one in wanted)]


@pytest.fixture
def secret(shop: Library) -> str:
    """A document with old versions, attached examples, a gap, and enough around it to fill pages."""
    for n in range(40):
        shop.editor.create(
            "article", "ru", {"question": f"Соседний вопрос {n}?", "answer": "Так. " * (20 + n)}
        )
    made = shop.editor.create(
        "article", "ru", {"question": f"{PHRASE}?", "answer": f"{PHRASE}! " * 60}, name="secret"
    )
    shop.editor.save(made.id, 1, {**made.values, "answer": f"Иначе: {PHRASE}."})
    gap = shop.gaps.note(PHRASE, "ru", f"где {PHRASE}", strength="none", at=AT)
    shop.gaps.attach(gap, made.id)
    shop.rebuild()
    return made.id


def test_what_is_erased_leaves_no_trace_in_any_file(shop: Library, home: Path, secret: str) -> None:
    assert traces(home)

    assert shop.forget([secret]) == 1

    assert traces(home) == []
    assert shop.gaps.page(None).total == 0
    assert len(list((home / "index").glob("gen-*"))) == 1
    assert shop.stats().missing_vectors == 0


def test_what_lies_in_the_bin_can_be_erased_too(shop: Library, home: Path, secret: str) -> None:
    shop.editor.delete(secret, shop.editor.sheet(secret).version)
    assert traces(home)

    assert shop.forget([secret]) == 1

    assert traces(home) == []
    assert shop.editor.bin() == ()


def test_a_row_that_left_its_table_is_gone_with_its_versions(
    shop: Library, home: Path, tmp_path: Path
) -> None:
    faq = tmp_path / "shop" / "faq.csv"
    faq.write_text(f"{faq.read_text('utf-8')}4,{PHRASE}?,{PHRASE}\n", "utf-8")
    shop.ingest([tmp_path / "shop"])
    sheet = shop.editor.sheet("ru:faq-4")
    shop.editor.set_status("ru:faq-4", 1, "draft")
    faq.write_text(faq.read_text("utf-8").replace(f"4,{PHRASE}?,{PHRASE}\n", ""), "utf-8")

    assert shop.ingest([tmp_path / "shop"]).removed == 1

    assert sheet.title == f"{PHRASE}?"
    assert shop.editor.bin() == ()
    assert traces(home) == []


def test_a_gap_is_erased_with_its_examples(shop: Library, home: Path) -> None:
    gap = shop.gaps.note(PHRASE, "ru", f"где {PHRASE}", strength="none", at=AT)
    assert traces(home)

    shop.gaps.erase(gap)

    assert traces(home) == []


def test_without_a_model_the_old_index_goes_and_comes_back_later(
    shop: Library, home: Path, secret: str, words: Any
) -> None:
    shop.close()

    def broken() -> Any:
        raise EmbeddingUnavailable("no weights")

    with open_library(home, open_embedder=broken) as blind:
        assert blind.forget([secret]) == 1

    assert traces(home) == []
    assert list((home / "index").glob("gen-*")) == []
    with open_library(home, embedder=words) as again:
        assert again.heal()


def test_a_reader_who_does_not_let_go_is_waited_for_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("CREATE TABLE t (x)"))
    pauses: list[float] = []
    with engine.connect() as reader:
        reader.execute(text("BEGIN"))
        reader.execute(text("SELECT * FROM t")).all()
        with engine.begin() as writer:
            writer.execute(text("PRAGMA busy_timeout=1"))
            writer.execute(text("INSERT INTO t VALUES (1)"))

        assert not scrub(engine, sleep=pauses.append)

    assert sum(pauses) == pytest.approx(20)
    assert "until it is free" in caplog.text
    assert scrub(engine)
    engine.dispose()
