"""What was asked in vain is gathered, counted and dealt with; nothing publishes itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge import (
    EmbeddingUnavailable,
    InvalidForm,
    KnowledgeError,
    Library,
    NotFound,
    Query,
    open_library,
)

AT = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def note(library: Library, request: str, *, minutes: int = 0, **more: Any) -> int:
    given = {"strength": "none", "at": AT + timedelta(minutes=minutes), **more}
    return library.gaps.note(
        request, more.pop("language", "ru"), f"Здравствуйте! {request}", **given
    )


def found(library: Library, text: str) -> list[str]:
    return [hit.document for hit in library.search(Query(text=text, locale="ru"))]


def test_requests_of_one_meaning_meet_and_are_counted(shop: Library) -> None:
    one = note(shop, "есть ли доставка в Казахстан", minutes=5)
    two = note(shop, "доставка в Казахстан есть?", minutes=9)
    other = note(shop, "делаете гравировку")

    gap, lone = shop.gaps.page().items

    assert one == two == gap.id
    assert (gap.count, lone.count, lone.id) == (2, 1, other)
    assert gap.first_seen == AT + timedelta(minutes=5)
    assert gap.last_seen == AT + timedelta(minutes=9)
    assert [example.request for example in gap.examples] == [
        "есть ли доставка в Казахстан",
        "доставка в Казахстан есть?",
    ]


def test_a_conversation_counts_once_and_examples_are_five_at_most(shop: Library) -> None:
    for _ in range(3):
        note(shop, "делаете ли вы гравировку на часах", conversation="c1")
    for n in range(9):
        note(shop, f"делаете ли вы гравировку на часах {'а' * n}", conversation=f"d{n}")

    (gap,) = shop.gaps.page().items

    assert gap.count == 10
    assert len(gap.examples) == 5


def test_languages_do_not_mix(shop: Library) -> None:
    assert note(shop, "USDT") != shop.gaps.note("USDT", "en", "USDT?", strength="weak", at=AT)
    assert shop.gaps.page(locale="en").total == 1


def test_an_ignored_gap_goes_on_counting_and_does_not_come_back(shop: Library) -> None:
    gap = note(shop, "есть ли вакансии")
    shop.gaps.ignore(gap)

    note(shop, "вакансии есть ли")

    assert shop.gaps.page().total == 0
    assert shop.gaps.page("ignored").items[0].count == 2
    assert shop.gaps.undo(gap).state == "open"
    assert shop.gaps.page().counts == {"open": 1}


def test_a_drafted_article_is_not_offered_until_somebody_publishes_it(shop: Library) -> None:
    gap = note(shop, "делаете гравировку?")

    drafted, sheet = shop.gaps.draft(gap, "Да, на металле, за 300 ₽.")

    assert (drafted.state, drafted.document) == ("drafted", sheet.id)
    assert (sheet.status, sheet.form) == ("draft", "article")
    assert sheet.id not in found(shop, "делаете гравировку?")
    shop.editor.set_status(sheet.id, 1, "active")
    assert found(shop, "делаете гравировку?")[0] == sheet.id


def test_undoing_a_draft_takes_the_article_away_unless_it_was_edited(shop: Library) -> None:
    gap = note(shop, "делаете гравировку?")
    _, sheet = shop.gaps.draft(gap, "Да.")
    assert shop.gaps.undo(gap).state == "open"
    assert shop.document(sheet.id) is None

    _, sheet = shop.gaps.draft(gap, "Да.", question="Гравировка есть?")
    shop.editor.save(sheet.id, 1, {**sheet.values, "answer": "Да, за 300 ₽."})

    assert shop.gaps.undo(gap).document == ""
    assert shop.document(sheet.id) is not None


def test_attaching_embeds_the_new_wording_alone_and_finds_by_it(shop: Library, words: Any) -> None:
    gap = note(shop, "почём привоз на дом")
    assert "ru:faq-1" not in found(shop, "почём привоз на дом")[:1]
    words.embedded.clear()

    attached, _ = shop.gaps.attach(gap, "ru:faq-1")

    assert set(words.embedded) <= {"почём привоз на дом"}
    assert attached.state == "attached"
    assert found(shop, "почём привоз на дом")[0] == "ru:faq-1"
    assert shop.gaps.undo(gap).state == "open"
    document = shop.document("ru:faq-1")
    assert document is not None
    assert document.examples == ()


def test_where_attaching_did_not_help_a_new_gap_says_so(shop: Library) -> None:
    gap = note(shop, "почём привоз на дом")
    shop.gaps.attach(gap, "ru:faq-1")

    assert note(shop, "почём привоз на дом", conversation="later") != gap


def test_what_cannot_be_done_is_said(shop: Library) -> None:
    gap = note(shop, "делаете гравировку?")
    with pytest.raises(KnowledgeError, match="taken back"):
        shop.gaps.undo(gap)
    with pytest.raises(NotFound, match="ru:S99"):
        shop.gaps.attach(gap, "ru:S99")
    with pytest.raises(InvalidForm):
        shop.gaps.draft(gap, " ")
    shop.gaps.attach(gap, "ru:S1")
    with pytest.raises(KnowledgeError, match="attached to 'ru:S1'"):
        shop.gaps.ignore(gap)
    with pytest.raises(NotFound):
        shop.gaps.gap(99)
    with pytest.raises(KnowledgeError, match="empty"):
        note(shop, "  ")


def test_without_a_model_the_same_words_meet_and_vectors_come_later(home: Path, words: Any) -> None:
    def broken() -> Any:
        raise EmbeddingUnavailable("no weights")

    with open_library(home, open_embedder=broken) as blind:
        first = note(blind, "делаете ли вы гравировку на часах")
        assert note(blind, "вы делаете ли гравировку на часах") == first
        assert note(blind, "гравировку на часах вы делаете ли сегодня") != first

    with open_library(home, embedder=words) as library:
        assert note(library, "делаете ли вы гравировку на моих часах") == first
