"""The local vector model and what it must survive."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.e5 import SHA256, Weights, digest, weights_path
from knowledge.e5_graph import is_sound
from knowledge.embedding import LocalEmbedder, open_embedder
from knowledge.errors import EmbeddingUnavailable
from knowledge.unigram import Unigram

FIXTURE = Path(__file__).parent / "fixtures" / "e5_reference.npz"
ODD = (
    "",
    "\x00",
    "🙂🙂🙂",
    "\ufdfa" * 10,
    "а" * 100_000,
    "word " * 20_000,
    "\u202e\u200b",
    "\ud800x",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def embedder(home: Path) -> LocalEmbedder:
    return LocalEmbedder(home)


@pytest.mark.slow
def test_the_graph_agrees_with_the_engine_that_the_weights_were_made_for(
    embedder: LocalEmbedder,
) -> None:
    with np.load(FIXTURE) as saved:
        texts = saved["texts"].tolist()
        expected = {"queries": saved["queries"], "passages": saved["passages"]}
    found = {"queries": embedder.embed_queries(texts), "passages": embedder.embed_passages(texts)}

    for role, vectors in found.items():
        reference = expected[role].astype(np.float32)
        reference /= np.linalg.norm(reference, axis=1, keepdims=True)
        assert ((vectors * reference).sum(axis=1) >= 0.999).all(), role


@pytest.mark.slow
def test_vectors_have_unit_length_whatever_the_text(embedder: LocalEmbedder) -> None:
    vectors = np.concatenate([embedder.embed_queries(ODD), embedder.embed_passages(ODD)])

    assert vectors.shape == (2 * len(ODD), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.slow
def test_a_batch_gives_the_vectors_that_single_texts_give(embedder: LocalEmbedder) -> None:
    texts = [" ".join(["где мой заказ"] * n) for n in range(1, 25)]

    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])

    assert np.allclose(together, alone, atol=1e-5)


@pytest.mark.slow
def test_nothing_to_embed_gives_no_rows(embedder: LocalEmbedder) -> None:
    assert embedder.embed_queries([]).shape == (0, 384)


@pytest.mark.slow
def test_text_behind_the_limit_of_a_query_changes_nothing(embedder: LocalEmbedder) -> None:
    long = "возврат денег " * 60

    same = embedder.embed_queries([long, long + "и ещё кое-что важное"])

    assert np.array_equal(same[0], same[1])


@pytest.mark.slow
def test_meaning_is_nearer_than_another_matter(embedder: LocalEmbedder) -> None:
    asked = embedder.embed_queries(["когда вернут деньги на карту"])[0]
    refund, parking = embedder.embed_passages(
        ["Возврат зачисляется за 3–5 рабочих дней.", "Парковка у магазина бесплатная."]
    )

    assert asked @ refund > asked @ parking + 0.02


@pytest.mark.slow
def test_tokens_are_counted_uncut(embedder: LocalEmbedder) -> None:
    assert embedder.count_tokens("слово " * 1000) >= 1000


@pytest.mark.slow
def test_the_same_text_gives_the_same_bytes_in_another_process(home: Path) -> None:
    script = (
        "import sys, pathlib; from knowledge.embedding import LocalEmbedder\n"
        "e = LocalEmbedder(pathlib.Path(sys.argv[1]))\n"
        "sys.stdout.write(e.embed_queries(['где мой заказ']).tobytes().hex())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, check=True)
        for _ in range(2)
    ]

    assert runs[0].stdout == runs[1].stdout


@pytest.mark.slow
def test_a_torn_model_is_built_again(home: Path, embedder: LocalEmbedder) -> None:
    folder = home / "models" / "e5-small-0.3.0"
    weights = folder / "encoder.bin"
    torn = home / "torn"
    torn.mkdir()
    weights.rename(torn / "encoder.bin")
    weights.write_bytes((torn / "encoder.bin").read_bytes()[:-100])

    again = LocalEmbedder(home)

    assert is_sound(folder)
    assert np.array_equal(again.embed_queries(["да"]), embedder.embed_queries(["да"]))
    assert [path.name for path in (home / "models").iterdir()] == ["e5-small-0.3.0"]


@pytest.mark.slow
def test_the_weights_in_the_wheel_are_those_it_was_written_for() -> None:
    assert digest(weights_path()) == SHA256


def test_a_folder_without_a_manifest_is_no_model(tmp_path: Path) -> None:
    assert not is_sound(tmp_path)


def test_a_manifest_that_is_not_one_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps([1]))

    assert not is_sound(tmp_path)


def test_a_home_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")

    with pytest.raises(EmbeddingUnavailable, match="write access"):
        LocalEmbedder(tmp_path)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"nothing of the kind")

    with pytest.raises(EmbeddingUnavailable, match="reinstall"):
        Weights(file)


def test_the_service_is_chosen_by_its_address(tmp_path: Path) -> None:
    service = open_embedder(tmp_path, base_url="http://127.0.0.1:9/v1", model="m")

    assert service.name == "m@http://127.0.0.1:9/v1"


PIECES = ["<unk>", "\u2581", "\u2581за", "каз", "\u2581заказ", "за", "к", "а", "з"]
SCORES = [0.0, -3.0, -2.0, -2.5, -3.0, -4.0, -6.0, -6.0, -6.0]


@pytest.fixture
def unigram() -> Unigram:
    return Unigram(PIECES, SCORES, unknown=0)


def test_the_most_likely_cut_wins(unigram: Unigram) -> None:
    assert unigram.encode("заказ") == [PIECES.index("\u2581заказ")]


def test_an_unknown_letter_is_a_token_of_its_own(unigram: Unigram) -> None:
    assert unigram.encode("заX") == [PIECES.index("\u2581за"), 0]


def test_words_are_cut_one_by_one(unigram: Unigram) -> None:
    assert unigram.encode("за\n  заказ") == [2, 4]


def test_a_cut_stops_at_the_limit(unigram: Unigram) -> None:
    assert unigram.encode("заказ " * 100, max_tokens=3) == [4, 4, 4]


def test_no_text_is_one_space(unigram: Unigram) -> None:
    assert unigram.encode("") == [1]
