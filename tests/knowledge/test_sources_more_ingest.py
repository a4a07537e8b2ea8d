"""An ingest tells of every file, masks case history and follows what is inside archives."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.ingest import Ingest
from knowledge.report import FileLine, Report
from knowledge.sources import Wishes, find_files

CHAT = (
    '{"role": "customer", "text": "Мой номер +7 916 123-45-67, где заказ?"}\n'
    '{"role": "operator", "text": "Везём."}\n'
)


class OnesEmbedder:
    """The same vector for everything."""

    name = "ones"
    dimension = 4

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue.at(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kb").mkdir()
    return tmp_path / "kb"


def hide_phones(text: str) -> str:
    return text.replace("+7 916 123-45-67", "[PHONE_1]")


def ingest(catalogue: Catalogue, path: Path, *, masked: bool = True) -> Report:
    run = Ingest(catalogue, OnesEmbedder(), mask=hide_phones if masked else None, clock=lambda: 0.0)
    return run.run(find_files([path]), Wishes(), folders=[path] if path.is_dir() else [])


def pack(path: Path, **files: str) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(f"{name}.md", text)


def test_every_file_has_a_line_in_the_report(catalogue: Catalogue, folder: Path) -> None:
    (folder / "faq.csv").write_text("question,answer\nHow?,So\nWhere?,There\n,x\n")
    (folder / "old.doc").write_bytes(b"x")
    pack(folder / "kb.zip", rules="# Rules\nBe kind.")
    ingest(catalogue, folder)
    (folder / "faq.csv").write_text("question,answer\nHow?,So\nWhere?,Elsewhere\n,x\n")

    report = ingest(catalogue, folder)

    assert report.files == (
        FileLine(path=f"{folder}/faq.csv", updated=1, unchanged=1, refused=1),
        FileLine(path=f"{folder}/kb.zip/rules.md", unchanged=1),
        FileLine(
            path=f"{folder}/old.doc",
            refused=1,
            why="the old doc is not supported: save it as .docx",
        ),
    )


def test_what_is_gone_from_an_archive_is_removed_and_the_rest_stays(
    catalogue: Catalogue, folder: Path
) -> None:
    pack(folder / "kb.zip", a="# A\nText a.", b="# B\nText b.")
    ingest(catalogue, folder)
    pack(folder / "kb.zip", a="# A\nText a.")

    report = ingest(catalogue, folder)

    assert (report.unchanged, report.removed, report.documents) == (1, 1, 1)


def test_with_its_archive_all_that_was_in_it_goes(catalogue: Catalogue, folder: Path) -> None:
    pack(folder / "kb.zip", a="# A\nText a.", b="# B\nText b.")
    ingest(catalogue, folder)
    (folder / "kb.zip").unlink()

    assert ingest(catalogue, folder).removed == 2


def test_an_archive_that_cannot_be_opened_takes_nothing_away(
    catalogue: Catalogue, folder: Path
) -> None:
    pack(folder / "kb.zip", a="# A\nText a.")
    ingest(catalogue, folder)
    (folder / "kb.zip").write_bytes(b"PK\x03\x04 half an archive")

    report = ingest(catalogue, folder)

    assert (report.removed, report.documents) == (0, 1)
    assert "a broken archive" in report.files[0].why


def test_chats_are_stored_masked(catalogue: Catalogue, folder: Path) -> None:
    (folder / "chat.jsonl").write_text(CHAT)

    report = ingest(catalogue, folder)

    assert report.added == 1
    (document,) = catalogue.documents("case")
    assert document.body == "Клиент: Мой номер [PHONE_1], где заказ?\nОператор: Везём."
    assert ingest(catalogue, folder).unchanged == 1


def test_chats_are_not_stored_when_nothing_masks_them(catalogue: Catalogue, folder: Path) -> None:
    (folder / "chat.jsonl").write_text(CHAT)

    report = ingest(catalogue, folder, masked=False)

    assert report.documents == 0
    assert "only where personal data can be masked" in report.files[0].why


def test_a_file_that_cannot_be_masked_is_refused_and_the_others_are_taken(
    catalogue: Catalogue, folder: Path
) -> None:
    def broken(text: str) -> str:
        raise ValueError(text)

    (folder / "chat.jsonl").write_text(CHAT)
    (folder / "page.md").write_text("# Page\nWords.")

    report = Ingest(catalogue, OnesEmbedder(), mask=broken).run(find_files([folder]), Wishes())

    assert report.added == 1
    assert [refusal.reason for refusal in report.refused] == [
        "personal data in it could not be masked"
    ]


def test_nothing_that_a_case_says_is_stored_unmasked(catalogue: Catalogue, folder: Path) -> None:
    said = "звоните +7 916 123-45-67"
    record = {
        "kind": "case", "id": "K1", "locale": "ru", "title": said, "outcome": "worked",
        "lesson": said, "resolution": said, "worked_because": said, "root_cause": said,
        "turns": [{"role": "customer", "text": said}],
        "facts": [{"key": "contact", "value": said, "turn": 1}],
        "promises": [{"span": said, "type": "time", "status": "kept"}],
        "body": said, "examples": [said],
    }  # fmt: skip
    (folder / "cases.json").write_text(json.dumps([record]))

    assert ingest(catalogue, folder).added == 1

    catalogue.close()
    stored = b"".join(path.read_bytes() for path in folder.parent.joinpath("home").iterdir())
    assert b"K1" in stored
    assert b"123-45-67" not in stored
