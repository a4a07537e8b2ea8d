"""Chroma generations: built whole, verified, and doubted at the first sign of damage."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.catalogue import Chunk, ChunkVectors
from knowledge.filling import check_apart
from knowledge.index import (
    Generation,
    IndexDoubtful,
    Shelf,
    build,
    chunk_of,
    question_id,
    sweep,
)

pytestmark = pytest.mark.slow  # chromadb takes two seconds to import

MODEL = "fake"
PASSAGES: Shelf = ("passage", "script", "ru")


def unit_rows(count: int, *, seed: int = 1) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def known(count: int = 60, *, revision: int = 1, seed: int = 1) -> ChunkVectors:
    chunks = tuple(
        Chunk(
            f"ru:d{n:03}#0", f"ru:d{n:03}", 0, "текст", 1, "script", "ru", "", "active", None, None
        )
        for n in range(count)
    )
    asked = np.array([n for n in range(count) for _ in range(n % 3)], np.int64)
    return ChunkVectors(
        chunks=chunks,
        passages=unit_rows(count, seed=seed),
        questions=unit_rows(len(asked), seed=seed + 1),
        question_chunk=asked,
        question_texts=tuple("?" for _ in asked),
        revision=revision,
    )


def generation(home: Path, some: ChunkVectors) -> Generation:
    return Generation(home / "index" / build(home, some, MODEL).generation)


def test_what_was_built_is_found_again(tmp_path: Path) -> None:
    some = known()
    built = generation(tmp_path, some)

    found = built.nearest(PASSAGES, some.passages[7], top_k=5)
    cosines = some.passages @ some.passages[7]
    expected = np.argsort(-cosines)[:5]

    assert [name for name, _ in found] == [some.chunks[n].id for n in expected]
    assert [near for _, near in found] == pytest.approx(cosines[expected].tolist(), abs=1e-5)
    built.close()


def test_vectors_come_back_as_they_were(tmp_path: Path) -> None:
    some = known()
    built = generation(tmp_path, some)

    held = built.vectors(PASSAGES, ["ru:d003#0", "ru:d001#0", "nobody"])

    assert set(held) == {"ru:d003#0", "ru:d001#0"}
    assert np.array_equal(held["ru:d003#0"], some.passages[3])
    built.close()


def test_a_large_generation_is_built_by_children_and_is_the_same(tmp_path: Path) -> None:
    some = known()
    pointer = build(tmp_path / "apart", some, MODEL, apart_from=10)
    built = Generation(tmp_path / "apart" / "index" / pointer.generation)
    here = generation(tmp_path / "here", some)

    assert pointer.generation == here.name
    assert built.counts == here.counts
    assert built.nearest(PASSAGES, some.passages[7], top_k=5) == here.nearest(
        PASSAGES, some.passages[7], top_k=5
    )
    left = {path.name for path in (tmp_path / "apart" / "index" / pointer.generation).iterdir()}
    assert not left & {"ids.json", "vectors.npy"}
    built.close()
    here.close()


def test_what_a_child_cannot_build_is_doubted(tmp_path: Path) -> None:
    some = known()
    twice = replace(some, chunks=(some.chunks[0], *some.chunks[:-1]))  # Chroma refuses equal ids

    with pytest.raises(IndexDoubtful, match="Duplicate"):
        build(tmp_path, twice, MODEL, apart_from=10)


def test_a_child_sees_damage(tmp_path: Path) -> None:
    pointer = build(tmp_path, known(), MODEL)
    folder = tmp_path / "index" / pointer.generation
    check_apart(folder)
    garble_sqlite(folder)

    with pytest.raises(IndexDoubtful):
        check_apart(folder)


def test_questions_have_a_shelf_of_their_own(tmp_path: Path) -> None:
    some = known()
    built = generation(tmp_path, some)

    ((name, _),) = built.nearest(("query", "script", "ru"), some.questions[1], top_k=1)

    assert chunk_of(name) == some.chunks[int(some.question_chunk[1])].id
    built.close()


def test_an_empty_shelf_finds_nothing(tmp_path: Path) -> None:
    built = generation(tmp_path, known())

    assert built.nearest(("passage", "case", "en"), unit_rows(1)[0], top_k=3) == []
    built.close()


def test_an_empty_catalogue_builds_too(tmp_path: Path) -> None:
    built = generation(tmp_path, known(0))

    assert built.counts == {}
    built.close()


def test_the_same_catalogue_gives_the_same_name(tmp_path: Path) -> None:
    assert build(tmp_path, known(), MODEL) == build(tmp_path, known(), MODEL)


@pytest.mark.parametrize("other", [known(seed=9), known(61), known(revision=2)])
def test_anything_else_gives_another_name(tmp_path: Path, other: ChunkVectors) -> None:
    first = build(tmp_path, known(), MODEL)

    assert build(tmp_path, other, MODEL).generation != first.generation


def truncate_sqlite(folder: Path) -> None:
    file = folder / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[:5000])


def garble_sqlite(folder: Path) -> None:
    file = folder / "chroma.sqlite3"
    file.write_bytes(b"\x07" * file.stat().st_size)


def lose_sqlite(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def lose_manifest(folder: Path) -> None:
    (folder / "generation.json").unlink()


def garble_manifest(folder: Path) -> None:
    (folder / "generation.json").write_text("[")


def other_ids(folder: Path) -> None:
    file = folder / "generation.json"
    file.write_text(file.read_text().replace('"ids": "', '"ids": "0'))


def other_count(folder: Path) -> None:
    file = folder / "generation.json"
    file.write_text(file.read_text().replace(": 60", ": 61"))


@pytest.mark.parametrize(
    "damage",
    [
        truncate_sqlite, garble_sqlite, lose_sqlite, lose_manifest, garble_manifest, other_ids,
        other_count,
    ],
)  # fmt: skip
def test_damage_is_doubted_and_healed_by_building_again(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    pointer = build(tmp_path, known(), MODEL)
    damage(tmp_path / "index" / pointer.generation)

    with pytest.raises(IndexDoubtful):
        Generation(tmp_path / "index" / pointer.generation)

    assert build(tmp_path, known(), MODEL) == pointer
    Generation(tmp_path / "index" / pointer.generation).close()


def test_a_missing_generation_is_doubted(tmp_path: Path) -> None:
    with pytest.raises(IndexDoubtful, match="gen-1-none"):
        Generation(tmp_path / "index" / "gen-1-none")


def test_the_newest_other_generation_is_kept(tmp_path: Path) -> None:
    for name in ("gen-9-a", "gen-10-b", "gen-2-c", "gen-11-d"):
        (tmp_path / "index" / name).mkdir(parents=True)

    sweep(tmp_path, keep="gen-2-c")

    assert sorted(p.name for p in (tmp_path / "index").iterdir()) == ["gen-11-d", "gen-2-c"]


def test_the_id_of_a_question_leads_to_its_chunk() -> None:
    assert chunk_of(question_id("ru:что?#2", 11)) == "ru:что?#2"
