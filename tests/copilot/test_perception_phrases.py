"""The phrase language: what it matches, what it refuses, and that it cannot run away."""

import time

import pytest

from copilot.perception.lexicon import EXCEPT, phrasebook, read
from copilot.perception.phrases import Phrasebook
from knowledge import Locale

_FILES = ("risks", "matters", "money", "person", "temper", "obscene", "talk")


def _labels(book: Phrasebook, text: str) -> list[tuple[str, str]]:
    return [(match.label, text[match.start : match.end]) for match in book.find(text)]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("привез*", "уже привезли", "привезли"),
        ("привез*", "не привет", None),
        ("не <2> привезли", "не до конца привезли", "не до конца привезли"),
        ("не <2> привезли", "не. привезли", None),
        ("(раз|два) жды", "раз, жды", "раз, жды"),
        ("втор* раз", "второй раз", "второй раз"),
        ("# раз*", "3 раза", "3 раза"),
        ("(по)?звонил", "позвонил", "позвонил"),
        ("don t", "i don't", "don't"),
        ("кот", "который", None),
    ],
)
def test_a_phrase_matches_whole_words_inside_a_sentence(
    phrase: str, text: str, found: str | None
) -> None:
    spans = [span for _, span in _labels(Phrasebook({"x": [phrase]}), text)]

    assert (spans[0] if spans else None) == found


@pytest.mark.parametrize("phrase", ["(open", "", "*", "? word"])
def test_a_phrase_that_is_not_well_formed_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="label"):
        Phrasebook({"label": [phrase]}).compile_all()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_phrase_of_the_lexicons_compiles(language: Locale) -> None:
    assert phrasebook(language).compile_all() > 1_000


@pytest.mark.parametrize("name", [*_FILES, "letters", "words", "facts", "calendar", "things"])
def test_both_languages_know_the_same_labels(name: str) -> None:
    assert set(read("ru", name)) == set(read("en", name))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_label_stands_in_one_file_only(language: Locale) -> None:
    labels = [label for name in _FILES for label in read(language, name)]

    assert len(labels) == len(set(labels))
    assert not [label for label in labels if label.startswith(EXCEPT)]


@pytest.mark.parametrize("word", ["не ", "если не ", "либо или ", "я вас найду ", "if unless or "])
def test_a_word_repeated_for_ever_takes_no_time(word: str) -> None:
    text = (word * 20_000)[:100_000]
    list(phrasebook("ru").find("привет " + word))
    started = time.process_time()

    list(phrasebook("ru").find(text))
    list(phrasebook("en").find(text))

    assert time.process_time() - started < 15
