"""Search by words."""

import time

import numpy as np
import pytest

from knowledge.lexical import Bm25, stems

TEXTS = (
    "Возврат денег на карту за 3 дня",
    "Как вернуть ёлку в магазин",
    "Refunds are paid to your card",
    "",
)


@pytest.fixture
def bm25() -> Bm25:
    return Bm25(stems(text) for text in TEXTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ВОЗВРАТОМ", "возврата"), ("ёлки", "елка"), ("refunded", "refunds"), ("Wi-Fi", "wi fi"),
        ("ﬁle", "file"), ("за\u00adказ", "заказ"),
    ],
)  # fmt: skip
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_numbers_are_words_too() -> None:
    assert stems("заказ 784-1120") == ["заказ", "784", "1120"]


@pytest.mark.parametrize("text", ["", "?!…", "🙂🙂", "\x00\u200b"])
def test_no_words_no_stems(text: str) -> None:
    assert stems(text) == []


def test_the_text_with_the_words_comes_first(bm25: Bm25) -> None:
    scores = bm25.scores(bm25.rarity(stems("верните деньги на карту")))

    assert scores.argmax() == 0
    assert scores[3] == 0


def test_an_unknown_word_weighs_most_and_scores_nothing(bm25: Bm25) -> None:
    weighted = bm25.rarity(stems("карта самокат"))

    assert weighted["самокат"] > weighted["карт"]
    assert not bm25.scores(bm25.rarity(["самокат"])).any()


def test_coverage_is_the_share_of_the_query(bm25: Bm25) -> None:
    whole = bm25.coverage(bm25.rarity(stems("возвраты карте")))
    half = bm25.coverage(bm25.rarity(stems("возвраты самокат")))

    assert whole[0] == pytest.approx(1)
    assert 0 < half[0] < 0.6


def test_what_the_base_knows_of_a_query_is_a_share(bm25: Bm25) -> None:
    assert bm25.known_share(stems("карту")) == 1
    assert bm25.known_share(stems("самокат")) == 0
    assert bm25.known_share([]) == 0


def test_nothing_can_be_searched_too() -> None:
    empty = Bm25([])

    assert empty.scores(empty.rarity(["а"])).shape == (0,)


def test_the_order_of_texts_does_not_change_their_scores(bm25: Bm25) -> None:
    turned = Bm25(stems(text) for text in reversed(TEXTS))
    query = stems("деньги за ёлку")

    assert np.allclose(bm25.scores(bm25.rarity(query)), turned.scores(turned.rarity(query))[::-1])


@pytest.mark.parametrize("text", ["а" * 100_000, "а\u0301" * 50_000, "-_" * 50_000, "1а" * 50_000])
def test_long_runs_take_no_time(text: str) -> None:
    start = time.process_time()
    stems(text)

    assert time.process_time() - start < 10


def test_a_typo_is_found_by_the_word_that_was_meant(bm25: Bm25) -> None:
    typo, right = (bm25.scores(bm25.rarity(stems(text))) for text in ("возрат", "возврат"))

    assert typo.argmax() == 0
    assert 0 < typo[0] < right[0]


def test_exact_scores_know_no_typos(bm25: Bm25) -> None:
    assert not bm25.exact_scores(bm25.rarity(stems("возрат"))).any()
