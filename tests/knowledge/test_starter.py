"""The samples that come with the program are whole, and their languages match."""

from collections import Counter
from datetime import date

import pytest

from knowledge import Case, Kind, Locale, Script, ToneRule, lint, load_starter
from knowledge.sources import Wishes, read_file
from knowledge.starter import starter_files

LOCALES: tuple[Locale, ...] = ("ru", "en")
KINDS: tuple[Kind, ...] = ("script", "tone", "case")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_sample_is_read_and_named_by_its_id(locale: Locale, kind: Kind) -> None:
    for file in starter_files(locale, kind):
        reading = read_file(file, Wishes())

        assert not reading.refused, reading.refused
        (document,) = reading.documents
        assert document.record is not None
        assert (document.kind, document.locale) == (kind, locale)
        assert file.path.stem.startswith(document.record.id)
        assert document.path == file.shown


def test_every_kind_is_there_in_both_languages() -> None:
    numbers = Counter((record.locale, record.kind) for record in load_starter())

    for locale in LOCALES:
        assert numbers[locale, "script"] >= 55
        assert numbers[locale, "case"] >= 64
        assert numbers[locale, "tone"] >= 39


@pytest.mark.parametrize("kind", ["script", "case"])
def test_each_sample_has_a_twin_with_the_same_file_name(kind: Kind) -> None:
    names = {locale: {file.path.name for file in starter_files(locale, kind)} for locale in LOCALES}

    assert names["ru"] == names["en"]


def test_nothing_is_wrong_with_the_samples() -> None:
    problems = lint(load_starter(), date(2026, 11, 22))

    assert not problems, [f"{each.rule} {each.document}: {each.params}" for each in problems]


def test_samples_are_marked_as_such() -> None:
    for record in load_starter():
        if not isinstance(record, ToneRule):
            assert record.sample, record.id


def test_every_script_can_be_found_and_answers() -> None:
    for record in load_starter(kind="script"):
        assert isinstance(record, Script)
        assert len(record.trigger_examples) >= 6, record.id
        assert record.reply.short or record.reply.answer or record.reply.solve, record.id


def test_there_are_cases_that_show_how_not_to() -> None:
    wrong = [
        case for case in load_starter("ru", "case") if isinstance(case, Case) and case.antipattern
    ]

    assert len(wrong) >= 5
