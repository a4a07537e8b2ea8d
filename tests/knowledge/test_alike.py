"""Words that are spelt alike."""

import pytest

from knowledge.alike import Alike

WORDS = ("возврат", "заказ", "оплат", "доставк", "refund", "deliveri", "2024")


@pytest.fixture
def alike() -> Alike:
    return Alike(WORDS)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("возрат", "возврат"), ("дотавк", "доставк"), ("refunnd", "refund"), ("delivri", "deliveri")],
)
def test_a_typo_finds_what_was_meant(alike: Alike, typo: str, meant: str) -> None:
    found = alike.near(typo)

    assert [WORDS[n] for n, _ in found[:1]] == [meant]


@pytest.mark.parametrize("word", ["возврат", "xyz", "2025", "ъъъъъъ", ""])
def test_the_word_itself_short_words_numbers_and_strangers_have_none(
    alike: Alike, word: str
) -> None:
    assert alike.near(word) == []


def test_likeness_is_a_share(alike: Alike) -> None:
    assert all(0.5 <= likeness < 1 for _, likeness in alike.near("возрат"))


def test_no_words_no_likeness() -> None:
    assert Alike(()).near("возврат") == []
