"""Text: sentences keep their offsets, disguises are undone letter for letter."""

from itertools import pairwise

import pytest

from copilot.perception import fold, lemmas, sentences
from copilot.perception.language import language_of
from copilot.perception.text import undisguise


@pytest.mark.parametrize(
    "text",
    [
        "Привезли не то. хочу возврат!! где он?? ну",
        "Hello. My order #A-1029 came broken!! what now? ok",
        "Заказ на 12 руб. не пришёл\n\nверните деньги",
        "",
        "...",
    ],
)
def test_sentences_are_verbatim_pieces_in_order(text: str) -> None:
    found = sentences(text)

    assert all(text[piece.start : piece.end] == piece.text for piece in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_sentences_end_where_people_write_no_capitals() -> None:
    found = [piece.text for piece in sentences("Привезли не то. хочу возврат!! где он??")]

    assert found == ["Привезли не то.", "хочу возврат!!", "где он??"]


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("cпacибo", "спасибо"),
        ("ПРИВЁТ", "привет"),
        ("уб1ю", "убию"),
        ("k1ll y0u", "kill you"),
        ("you аre", "you are"),
        ("заказ WB-4410092 на 15к", "заказ wb-4410092 на 15к"),
        ("don’t", "don't"),
    ],
)
def test_fold_undoes_lookalikes_and_keeps_the_length(disguised: str, plain: str) -> None:
    assert fold(disguised) == plain
    assert len(fold(disguised)) == len(disguised)


@pytest.mark.parametrize("text", ["İstanbul İİİ", "ﬀ ß ŉ", "\u0130\u0307", "𝕏 𝓪"])
def test_fold_keeps_the_length_of_letters_whose_lower_case_is_longer(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_spaced_and_stretched_letters_are_joined_with_their_places() -> None:
    text = "это п и з д е ц"
    view = undisguise(fold(text))

    assert view is not None
    assert view.text == "это пиздец"
    assert text[view.origins[4]] == "п"
    assert undisguise("ничего не спрятано") is None


def test_lemmas_are_dictionary_forms_in_both_languages() -> None:
    assert lemmas("Перевели заказы вчера") == ("перевести", "заказ", "вчера")
    assert lemmas("orders were lost") == ("order", "be", "lose")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ZK 5521 skolko stoila dostavka i do kakogo chisla", "ru"),
        ("poteryali posylku, verni dengi", "ru"),
        ("Samsung Galaxy charger", "en"),
        ("order kettle samovar matryoshka", "en"),
        ("Kaputt, bitte Hilfe mit Bestellung", "en"),
    ],
)
def test_russian_in_latin_letters_is_known_by_its_words(text: str, language: str) -> None:
    spoken = language_of(text)
    assert spoken is not None
    assert spoken.language == language
