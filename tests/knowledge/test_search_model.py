"""Search with the real vectors, over a handful of articles of a clinic."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import Hit, Locale, Query, open_library
from knowledge.library import Library

pytestmark = pytest.mark.slow

FAQ = """вопрос;ответ
Как записаться к врачу?;Запишитесь на сайте или позвоните в регистратуру с 8 до 20.
Как отменить приём?;Отмените запись в личном кабинете не позднее чем за три часа.
Когда будут готовы анализы?;Общий анализ крови готов на следующий день, остальные за три дня.
Можно ли получить больничный?;Листок открывает врач на приёме, он сразу виден работодателю.
Как вернуть деньги за приём, который не состоялся?;Напишите заявление, деньги придут за 10 дней.
Где сделать рентген?;Кабинет на первом этаже, работает по будням с 9 до 18 без записи.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("clinic")
    (home / "faq.csv").write_text(FAQ, "utf-8")
    with open_library(home) as library:
        report = library.ingest([Path(home / "faq.csv")])
        assert report.documents == 6
        yield library


def first(library: Library, text: str, locale: Locale = "ru") -> Hit:
    return library.search(Query(text=text, locale=locale))[0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("хочу снять запись, не смогу прийти", "Как отменить приём?"),
        ("ГДЕ МОЯ КРОВЬ Я УЖЕ СДАЛ АНАЛИЗ ДВА ДНЯ НАЗАД", "Когда будут готовы анализы?"),
        ("врач заболел, приёма не было, верните оплату", "Как вернуть деньги"),
        ("нужен бюллетень для работы", "Можно ли получить больничный?"),
    ],
)
def test_an_article_is_found_by_what_is_meant(library: Library, text: str, title: str) -> None:
    assert first(library, text).title.startswith(title)


def test_its_own_question_is_a_strong_hit(library: Library) -> None:
    hit = first(library, "когда будут готовы анализы")

    assert (hit.strength, hit.question) == ("strong", "Когда будут готовы анализы?")


@pytest.mark.parametrize("text", ["кто написал «Войну и мир»?", "рецепт яблочного пирога"])
def test_what_the_base_is_not_about_is_no_hit(library: Library, text: str) -> None:
    assert first(library, text).strength == "none"


def test_a_base_without_the_language_answers_in_its_own(library: Library) -> None:
    hit = first(library, "when will my blood test results be ready?", "en")

    assert (hit.title, hit.locale) == ("Когда будут готовы анализы?", "ru")


def test_the_same_query_gives_the_same_bytes(library: Library) -> None:
    query = Query(text="верните деньги", locale="ru")

    assert [hit.model_dump_json() for hit in library.search(query)] == [
        hit.model_dump_json() for hit in library.search(query)
    ]
