"""Ingest takes in what changed, removes what is gone, and goes on where it was stopped."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.errors import EmbeddingUnavailable
from knowledge.ingest import Ingest
from knowledge.report import Progress, Report
from knowledge.sources import Wishes, find_files


class CountingEmbedder:
    """Vectors out of hashes; remembers what was embedded, and fails after `limit` texts."""

    dimension = 8

    def __init__(self, name: str = "counting", limit: int = 10**9) -> None:
        self.name = name
        self.limit = limit
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.embedded) + len(texts) > self.limit:
            raise EmbeddingUnavailable("gone")
        self.embedded.extend(texts)
        digests = [hashlib.sha256(text.encode()).digest()[:8] for text in texts]
        raw = np.array([list(digest) for digest in digests], dtype=np.float32) + 1
        return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue.at(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kb").mkdir()
    return tmp_path / "kb"


def ingest(
    catalogue: Catalogue, path: Path, embedder: CountingEmbedder | None = None, **wishes: str
) -> Report:
    run = Ingest(catalogue, embedder or CountingEmbedder(), clock=lambda: 0.0)
    folders = [path] if path.is_dir() else []
    return run.run(find_files([path]), Wishes(**wishes), folders=folders)  # type: ignore[arg-type]


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.removed


def table(*rows: tuple[str, str]) -> str:
    return "Вопрос,Ответ\n" + "".join(f"{question},{answer}\n" for question, answer in rows)


def test_what_is_new_is_added_and_what_is_known_is_left(catalogue: Catalogue, folder: Path) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "Так"), ("Куда?", "Туда")))
    embedder = CountingEmbedder()

    assert counts(ingest(catalogue, folder, embedder)) == (2, 0, 0, 0)
    embedded = len(embedder.embedded)
    assert counts(ingest(catalogue, folder, embedder)) == (0, 0, 2, 0)

    assert len(embedder.embedded) == embedded == 4
    assert catalogue.revision() == 1


def test_a_changed_row_is_updated_and_a_vanished_one_removed(
    catalogue: Catalogue, folder: Path
) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "Так"), ("Куда?", "Туда"), ("Зачем?", "Затем")))
    ingest(catalogue, folder)
    (folder / "faq.csv").write_text(table(("Как?", "Иначе"), ("Зачем?", "Затем"), ("Кто?", "Я")))

    report = ingest(catalogue, folder)

    assert counts(report) == (1, 1, 1, 1)
    assert report.documents == 3
    assert {document.answer for document in catalogue.documents()} == {"Иначе", "Затем", "Я"}


def test_a_row_that_moved_is_unchanged_but_known_at_its_new_place(
    catalogue: Catalogue, folder: Path
) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "Так"), ("Куда?", "Туда")))
    ingest(catalogue, folder)
    (folder / "faq.csv").write_text(table(("Куда?", "Туда"), ("Как?", "Так")))

    assert counts(ingest(catalogue, folder)) == (0, 0, 2, 0)
    assert {document.answer: document.place for document in catalogue.documents()} == {
        "Туда": "row 2",
        "Так": "row 3",
    }


def test_a_file_that_is_gone_from_its_folder_takes_its_documents_along(
    catalogue: Catalogue, folder: Path
) -> None:
    for name in ("a.md", "b.md"):
        (folder / name).write_text(f"# {name}\nТекст.")
    ingest(catalogue, folder)
    (folder / "a.md").unlink()

    assert counts(ingest(catalogue, folder)) == (0, 0, 1, 1)
    assert [document.title for document in catalogue.documents()] == ["b.md"]


def test_a_file_that_cannot_be_read_any_more_keeps_its_documents(
    catalogue: Catalogue, folder: Path
) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "Так")))
    ingest(catalogue, folder)
    (folder / "faq.csv").write_bytes(b"\x00\x01\x02" * 1000)

    report = ingest(catalogue, folder)

    assert counts(report) == (0, 0, 0, 0)
    assert report.documents == 1
    assert [refusal.reason for refusal in report.refused] == ["the file is binary, not text"]


def test_a_moved_table_is_the_same_table(
    catalogue: Catalogue, tmp_path: Path, folder: Path
) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "Так"), ("Куда?", "Туда")))
    ingest(catalogue, folder / "faq.csv")
    (folder / "faq.csv").rename(tmp_path / "faq.csv")
    (tmp_path / "faq.csv").write_text(table(("Как?", "Так")))

    assert counts(ingest(catalogue, tmp_path / "faq.csv")) == (0, 0, 1, 1)


def test_pages_of_one_name_in_two_folders_live_side_by_side(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    for name in ("air", "shop"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.md").write_text(f"# {name}\nWords of {name}.")
        ingest(catalogue, tmp_path / name / "policy.md")

    assert sorted(document.title for document in catalogue.documents()) == ["air", "shop"]
    assert counts(ingest(catalogue, tmp_path / "shop" / "policy.md")) == (0, 0, 1, 0)


def test_twins_of_two_languages_both_live(catalogue: Catalogue, folder: Path) -> None:
    for locale in ("ru", "en"):
        (folder / locale).mkdir()
        (folder / locale / "S1.md").write_text(
            f"---\nid: S1\nkind: script\nlocale: {locale}\ntitle: T\nintent: i\n---\nBody."
        )

    assert ingest(catalogue, folder).added == 2
    assert [document.id for document in catalogue.documents()] == ["en:S1", "ru:S1"]


def test_an_id_in_two_files_is_refused_the_second_time(catalogue: Catalogue, folder: Path) -> None:
    for name in ("a.md", "b.md"):
        (folder / name).write_text(
            "---\nid: S1\nkind: script\nlocale: ru\ntitle: T\nintent: i\n---\nBody."
        )

    report = ingest(catalogue, folder)

    assert report.added == 1
    assert "'ru:S1' is already used in" in report.refused[0].reason
    assert report.refused[0].path.endswith("b.md")


def test_one_bad_file_does_not_stop_the_others(catalogue: Catalogue, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF")
    (folder / "b.md").write_text("---\nkind: script\nid: [\n---\n")
    (folder / "c.md").write_text("# Fine\nText.")

    report = ingest(catalogue, folder)

    assert report.added == 1
    assert [Path(refusal.path).name for refusal in report.refused] == ["a.pdf", "b.md"]


def test_the_report_is_json(catalogue: Catalogue, folder: Path) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "")))

    written = json.loads(ingest(catalogue, folder).model_dump_json())

    assert written["refused"] == [
        {"path": str(folder / "faq.csv"), "place": "row 2", "reason": "no answer"}
    ]


def test_progress_counts_documents_of_each_file(catalogue: Catalogue, folder: Path) -> None:
    (folder / "faq.csv").write_text(table(*((f"Как {n}?", "Так") for n in range(40))))
    told: list[Progress] = []

    Ingest(catalogue, CountingEmbedder(), on_progress=told.append).run(
        find_files([folder]), Wishes()
    )

    assert [progress.done for progress in told] == [16, 32, 40]
    assert {(progress.file, progress.files, progress.total) for progress in told} == {(1, 1, 40)}


def test_a_run_that_breaks_off_is_continued(catalogue: Catalogue, folder: Path) -> None:
    (folder / "faq.csv").write_text(table(*((f"Как {n}?", f"Так {n}") for n in range(100))))

    with pytest.raises(EmbeddingUnavailable):
        ingest(catalogue, folder, CountingEmbedder(limit=100))
    committed = len(catalogue.documents())
    embedder = CountingEmbedder()
    report = ingest(catalogue, folder, embedder)

    assert committed == 48
    assert counts(report) == (52, 0, 48, 0)
    assert len(embedder.embedded) == 104


def test_another_model_embeds_all_again_and_the_first_finds_its_vectors(
    catalogue: Catalogue, folder: Path
) -> None:
    (folder / "faq.csv").write_text(table(("Как?", "Так")))
    first, second = CountingEmbedder("first"), CountingEmbedder("second")

    for embedder in (first, second, first):
        ingest(catalogue, folder, embedder)

    assert len(first.embedded) == len(second.embedded) == 2
    assert len(catalogue.chunks_with_vectors("second").chunks) == 1


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests_ingest import CountingEmbedder
from knowledge.catalogue import Catalogue
from knowledge.ingest import Ingest
from knowledge.sources import Wishes, find_files
catalogue = Catalogue.at(Path(sys.argv[2]))
def tell(progress):
    print(progress.done, flush=True)
    sys.stdin.readline()
Ingest(catalogue, CountingEmbedder(), on_progress=tell).run(find_files([Path(sys.argv[3])]), Wishes())
"""


@pytest.mark.slow
def test_a_killed_process_loses_nothing_it_had_told(tmp_path: Path, folder: Path) -> None:
    (folder / "faq.csv").write_text(table(*((f"Как {n}?", f"Так {n}") for n in range(400))))
    (tmp_path / "tests_ingest.py").write_text(Path(__file__).read_text())
    home = tmp_path / "home"
    code = [sys.executable, "-c", KILLED, str(tmp_path), str(home), str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(code, **pipes, text=True, cwd=Path.cwd()) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdin.write("\n" * 4)  # it goes on four times, and waits to be killed at the fifth
        process.stdin.flush()
        told = [int(process.stdout.readline()) for _ in range(5)][-1]
        os.kill(process.pid, signal.SIGKILL)

    catalogue = Catalogue.at(home)
    committed = len(catalogue.documents())
    report = ingest(catalogue, folder)

    assert committed >= told == 80
    assert len(catalogue.chunks()) == 400
    assert counts(report) == (400 - committed, 0, committed, 0)
    assert catalogue.missing_vectors("counting") == ()
