"""Documents are listed page by page, filtered, searched by their letters; the calendar tells days."""

from datetime import date

import pytest

from knowledge import Library
from knowledge.listing import Filter

TODAY = date(2026, 11, 22)


def ids(library: Library, **wanted: object) -> list[str]:
    page = library.overview.page(Filter.model_validate(wanted), TODAY)
    return [line.id for line in page.items]


def test_all_documents_come_in_order_with_counts(shop: Library) -> None:
    page = shop.overview.page(Filter(per_page=4), TODAY)

    assert [line.id for line in page.items] == ["en:faq-3", "ru:K1", "ru:RU-OWN", "ru:S1"]
    assert (page.total, page.pages) == (6, 2)
    assert page.counts["form"] == {"article": 3, "case": 1, "script": 1, "tone": 1}
    assert page.counts["locale"] == {"en": 1, "ru": 5}
    assert ids(shop, per_page=4, page=2) == ["ru:faq-1", "ru:faq-2"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"form": "article", "locale": "ru"}, ["ru:faq-1", "ru:faq-2"]),
        ({"kind": "tone"}, ["ru:RU-OWN"]),
        ({"state": "expired"}, []),
        ({"q": "ЧАЙНИК накип"}, ["ru:K1"]),
        ({"q": "профиль"}, ["ru:faq-2"]),
        ({"q": "рублей чайник"}, []),
        ({"q": "чайник", "per_page": 1, "page": 2}, ["ru:S1"]),
        ({"sort": "-title", "locale": "ru", "per_page": 1}, ["ru:K1"]),
        ({"sort": "valid_to", "per_page": 1}, ["ru:S1"]),
        ({"sample": True}, []),
        ({"origin": "form"}, []),
        ({"origin": "file", "form": "tone"}, ["ru:RU-OWN"]),
    ],
)
def test_what_is_wanted_is_found(
    shop: Library, wanted: dict[str, object], found: list[str]
) -> None:
    assert ids(shop, **wanted) == found


def test_the_calendar_names_first_and_last_days(shop: Library) -> None:
    events = shop.overview.calendar(date(2026, 1, 1), date(2026, 12, 31))

    assert [(event.day.isoformat(), event.what, event.document) for event in events] == [
        ("2026-01-01", "starts", "ru:S1"),
        ("2026-12-01", "ends", "ru:S1"),
    ]
    assert shop.overview.calendar(date(2026, 2, 1), date(2026, 3, 1)) == ()
