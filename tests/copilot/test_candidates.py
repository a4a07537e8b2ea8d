"""Articles in replies: stated when search is sure, asked about when it is not, neighbours offered."""

from typing import Any

import pytest

from bench import update_golden as golden
from copilot.brief import Brief
from copilot.suggesters import EmbeddedComposer
from copilot.suggestion import Draft

PARCEL = {
    "question": "Как продлить хранение посылки?",
    "answer": "Хранение продлевают в приложении.",
}
PICKUP = {"question": "Где получить посылку?", "answer": "Посылка ждёт в пункте выдачи."}
DOOR = {"question": "Как вызвать курьера?", "answer": "Курьера вызывают по телефону."}
ASKED = "Как продлить хранение посылки?"


def drafts(*articles: dict[str, Any], asked: str = ASKED, **changes: Any) -> list[Draft]:
    """Drafts for a calm question with these articles found."""
    return EmbeddedComposer().draft(brief(*articles, asked=asked, **changes))


def brief(*articles: dict[str, Any], asked: str = ASKED, **changes: Any) -> Brief:
    """A calm question with these articles found."""
    case = {
        "id": "ru-candidates",
        "about": "",
        "thread": [{"customer": asked}],
        "perception": {"signals": ["simple_question"]},
        "script": None,
        "articles": list(articles),
        **changes,
    }
    return golden.brief_of(case)


def found(article: dict[str, Any], strength: str, confidence: float) -> dict[str, Any]:
    """An article as search found it."""
    return {**article, "strength": strength, "confidence": confidence}


def cited(draft: Draft) -> set[str]:
    """The articles that a draft cites."""
    return {source.partition("#")[0] for sentence in draft.sentences for source in sentence.sources}


def test_a_sure_article_is_stated() -> None:
    best, *_ = drafts(found(PARCEL, "strong", 0.9))

    assert best.text == PARCEL["answer"]


def test_an_unsure_article_is_said_on_condition_and_nothing_blocks() -> None:
    best, other = drafts(found(PARCEL, "weak", 0.3))

    assert best.sentences[0].text.endswith("?")
    assert PARCEL["answer"] in best.text
    assert not best.slots
    assert other.label == "handover"
    assert other.slots


def test_an_article_that_is_hardly_likely_is_only_asked_about_in_the_end() -> None:
    best, *_, last = drafts(found(PARCEL, "weak", 0.11))

    assert best.slots
    assert PARCEL["answer"] not in best.text
    assert "Как продлить хранение посылки" in last.text


def test_an_unlikely_article_that_shares_no_word_is_not_told() -> None:
    best, *_ = drafts(found(DOOR, "weak", 0.15))

    assert DOOR["answer"] not in best.text


def test_close_articles_get_an_option_each_the_best_first() -> None:
    first, second, third = drafts(
        found(PARCEL, "weak", 0.4), found(PICKUP, "weak", 0.3), found(DOOR, "weak", 0.2)
    )

    assert (cited(first), cited(second)) == ({"faq-1"}, {"faq-2"})
    assert cited(third) == {"faq-1", "faq-2", "faq-3"}
    assert third.label == "ask"


def test_a_far_second_article_gets_no_option_beside_a_sure_one() -> None:
    for draft in drafts(found(PARCEL, "strong", 0.9), found(DOOR, "weak", 0.1)):
        assert cited(draft) == {"faq-1"}


def test_the_likelier_of_two_weak_articles_goes_first_wherever_it_stands() -> None:
    best, *_ = drafts(found(PICKUP, "weak", 0.2), found(PARCEL, "weak", 0.5))

    assert PARCEL["answer"] in best.text


def test_an_article_in_the_other_language_waits_behind_our_own() -> None:
    foreign = {"question": "Parcel", "answer": "Parcels are kept for three days."}

    best, *_ = drafts(found(foreign, "strong", 0.9), found(PARCEL, "weak", 0.4))

    assert PARCEL["answer"] in best.text


def test_an_article_in_the_other_language_is_better_than_none() -> None:
    foreign = {"question": "Parcel", "answer": "Parcels are kept for three days."}

    best, *_ = drafts(found(foreign, "strong", 0.9))

    assert foreign["answer"] in best.text


@pytest.mark.parametrize("channel", ["sms", "push", "review"])
def test_where_room_is_short_or_strangers_read_nothing_is_guessed(channel: str) -> None:
    for draft in drafts(found(PARCEL, "weak", 0.4), channel=channel)[:1]:
        assert PARCEL["answer"] not in draft.text


def test_a_long_article_does_not_crowd_out_sympathy() -> None:
    text = " ".join(f"Шаг номер {n} описан в правилах хранения посылки." for n in range(9))
    heard = {"signals": ["non_delivery"], "hostility": 1, "failure": "yes"}

    best, *_ = drafts(
        found({**PARCEL, "answer": text}, "strong", 0.9),
        asked="Посылка так и не пришла, я очень расстроен",
        perception=heard,
    )

    assert best.sentences[0].step in ("L", "H")
    assert text.split(". ")[-1] in best.text


def test_steps_of_an_article_stand_on_lines_of_their_own_and_may_repeat() -> None:
    steps = "1. Откройте меню.\n2. Нажмите «Да».\nДля второй посылки:\n1. Откройте меню.\n2. Нажмите «Нет»."

    best, *_ = drafts(found({**PARCEL, "answer": steps}, "strong", 0.9))

    assert best.text.split("\n") == steps.split("\n")


def test_a_command_gets_no_full_stop() -> None:
    text = "Список покажет команда:\ndpkg --list"

    best, *_ = drafts(found({**PARCEL, "answer": text}, "strong", 0.9))

    assert best.text == text


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        ("Keymaps for two dozen keyboards come with the system.", False),
        ("We can exchange the keyboard for another one.", True),
    ],
)
def test_only_an_offer_of_the_source_is_asked_to_be_accepted(answer: str, asks: bool) -> None:
    article = {"question": "Which keyboards are there?", "answer": answer, "confidence": 0.9}
    heard = {"signals": ["complaint", "how_to"], "hostility": 2}

    best, *_ = drafts(
        {**article, "strength": "strong"},
        id="en-offer",
        asked="Seriously? Which keyboards are there?!",
        perception=heard,
    )

    assert "I can see why" in best.text
    assert answer in best.text
    assert best.text.endswith("?") is asks
