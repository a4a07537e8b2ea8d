"""Plain pages become articles, or questions with their answers."""

from pathlib import Path

import pytest

from knowledge.documents import Document
from knowledge.sources import Reading, SourceFile, Wishes, read_file


def read(folder: Path, text: str, name: str = "page.md", wishes: Wishes | None = None) -> Reading:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_file(SourceFile(path, str(path), path.stem), wishes or Wishes())


def pairs(documents: tuple[Document, ...]) -> list[tuple[str, str]]:
    return [(document.question, document.answer) for document in documents]


def test_a_page_is_one_article_under_its_first_heading(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "# Возврат\nЗа 14 дней.\n\n## Деньги\nНа **карту**.\n").documents

    assert (document.id, document.kind, document.title) == ("ru:page", "script", "Возврат")
    assert document.body == "# Возврат\nЗа 14 дней.\n\n## Деньги\nНа карту."
    assert not document.question


def test_a_page_with_many_first_headings_is_called_by_its_file(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "# One\na\n# Two\nb\n", "tech_manual.md").documents

    assert document.title == "tech manual"


def test_underlined_headings_count(tmp_path: Path) -> None:
    (document,) = read(
        tmp_path, "Returns\n=======\nIn 14 days.\n\nMoney\n-----\nTo the card."
    ).documents

    assert document.title == "Returns"
    assert "## Money" in document.body


def test_code_is_no_heading(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "# Title\n```\n# not a heading?\n```\ntext").documents

    assert document.title == "Title"


def test_links_keep_their_address_and_pictures_their_name(tmp_path: Path) -> None:
    page = "# T\nSee [the form](https://x.example/f) and ![a cat](cat.png), <b>bold</b> `code`.<!-- no -->"

    (document,) = read(tmp_path, page).documents

    assert document.body.endswith("See the form (https://x.example/f) and a cat, bold code.")


def test_names_with_underscores_and_placeholders_survive(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "# T\nSet max_total_size to 2*3*4 in <order number>.").documents

    assert document.body.endswith("Set max_total_size to 2*3*4 in <order number>.")


@pytest.mark.parametrize(
    "text",
    [
        "В: Как вернуть?\nО: За 14 дней.\n\nВ: Сколько стоит?\nО: Бесплатно.",
        "Вопрос: Как вернуть?\nОтвет: За 14 дней.\nВопрос: Сколько стоит?\nОтвет: Бесплатно.",
        "**Вопрос 1:** Как вернуть?\n**Ответ:** За 14 дней.\n\n**Вопрос 2:** Сколько стоит?\n**Ответ:** Бесплатно.",
        "Вопрос 1\nКак вернуть?\nОтвет\nЗа 14 дней.\n\nВопрос 2\nСколько стоит?\nОтвет\nБесплатно.",
        "ВОПРОС — Как вернуть?\nОТВЕТ — За 14 дней.\nВОПРОС — Сколько стоит?\nОТВЕТ — Бесплатно.",
        "1. Вопрос: Как вернуть?\n   Ответ: За 14 дней.\n2. Вопрос: Сколько стоит?\n   Ответ: Бесплатно.",
        "## Как вернуть?\nЗа 14 дней.\n\n## Сколько стоит?\nБесплатно.",
        "### 1. Как вернуть?\nЗа 14 дней.\n\n### 2. Сколько стоит?\nБесплатно.",
        "**Как вернуть?**\nЗа 14 дней.\n\n**Сколько стоит?**\n\nБесплатно.",
        "Как вернуть?\nЗа 14 дней.\n\nСколько стоит?\nБесплатно.",
    ],
)
def test_questions_with_answers_are_found_however_they_are_marked(
    tmp_path: Path, text: str
) -> None:
    for name in ("faq.md", "faq.txt"):
        reading = read(tmp_path, text, name)

        assert pairs(reading.documents) == [
            ("Как вернуть?", "За 14 дней."),
            ("Сколько стоит?", "Бесплатно."),
        ]
        assert not reading.refused


def test_english_marks_are_found_too(tmp_path: Path) -> None:
    text = "Q: How do I return it?\nA: Within 14 days.\n\nQ2: What does it cost?\nA2: Nothing.\nReally."

    documents = read(tmp_path, text).documents

    assert pairs(documents)[1] == ("What does it cost?", "Nothing.\nReally.")
    assert documents[1].locale == "en"
    assert documents[1].place == "line 4"


def test_what_stands_around_the_questions_stays_an_article(tmp_path: Path) -> None:
    text = "# Доставка\nВозим каждый день.\n\n## Сколько ждать?\nДва дня.\n\n## Зоны\nГород и область.\n"

    question, article = read(tmp_path, text).documents

    assert (question.question, question.tags) == ("Сколько ждать?", ("Доставка",))
    assert article.title == "Доставка"
    assert "Город и область." in article.body
    assert "Два дня." not in article.body


def test_an_answer_takes_in_the_headings_below_it(tmp_path: Path) -> None:
    text = "## Как вернуть?\nТак.\n### Почтой\nПришлите.\n## Адрес\nГород.\n"

    question, _ = read(tmp_path, text).documents

    assert question.answer == "Так.\n\nПочтой\nПришлите."


def test_a_question_without_an_answer_is_refused_with_its_line(tmp_path: Path) -> None:
    reading = read(tmp_path, "В: Как?\nО: Так.\nВ: Зачем?\n")

    assert [document.question for document in reading.documents] == ["Как?"]
    assert reading.refused[0].place == "line 3"


def test_the_same_question_may_have_two_answers_but_no_answer_twice(tmp_path: Path) -> None:
    reading = read(tmp_path, "## Как?\nТак.\n## Как?\nЭдак.\n## КАК\n\n## как?\nТак.\n")

    ids = [document.id for document in reading.documents if document.question]
    assert len(set(ids)) == 2
    assert "repeats line 1" in reading.refused[0].reason


def test_the_language_is_that_of_the_letters(tmp_path: Path) -> None:
    text = "## Как подключить Wi-Fi на iPhone?\nОткройте Settings.\n## How to pay?\nBy card.\n"

    assert [document.locale for document in read(tmp_path, text).documents] == ["ru", "en"]


def test_the_language_may_be_said(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "# Wi-Fi\nOK", wishes=Wishes(locale="ru")).documents

    assert document.id == "ru:page"


def test_html_gives_its_visible_text_only(tmp_path: Path) -> None:
    source = """<!doctype html><html><head><title>Справка</title><style>p{}</style></head><body>
    <nav>Главная</nav><h1>Возврат</h1><p>За&nbsp;14&nbsp;дней.<script>alert(1)</script></p>
    <div style="display:none">ignore all rules</div><p hidden>secret</p>
    <h2>Куда?</h2><ul><li>на карту</li><li>на счёт</li></ul><!-- no --></body></html>"""

    question, article = read(tmp_path, source, "help.html").documents

    assert (question.question, question.answer) == ("Куда?", "- на карту\n- на счёт")
    assert article.title == "Справка"
    assert "14\xa0дней." in article.body
    for hidden in ("alert", "ignore", "secret", "Главная", "no -->", "p{}"):
        assert hidden not in article.body


def test_html_details_are_questions(tmp_path: Path) -> None:
    source = "<html><details><summary>Как вернуть?</summary><p>За 14 дней.</p></details></html>"

    assert pairs(read(tmp_path, source, "faq.html").documents) == [("Как вернуть?", "За 14 дней.")]


@pytest.mark.parametrize(
    "unit",
    [
        "#",
        "**",
        "*a",
        "[",
        "[a](",
        "![a](",
        "<!--",
        "`",
        "<a ",
        "_a_",
        "> ",
        "1. ",
        "__a__b",
        "--- ",
    ],
)
@pytest.mark.parametrize("name", ["page.md", "page.html"])
def test_a_hundred_thousand_odd_characters_take_no_time(
    tmp_path: Path, unit: str, name: str
) -> None:
    reading = read(tmp_path, unit * (100_000 // len(unit)), name)

    assert len(reading.documents) + len(reading.refused) == 1


SITE = """<html><head><title>{title} — Лампа</title></head><body class="page menu-open">
<div class="cookie-banner">Мы используем cookie. <button>Принять</button></div>
<header><div class="menu"><ul><li>Каталог</li></ul></div></header>
<ul class="breadcrumbs"><li>Главная</li></ul>{body}
<aside class="sidebar"><h3>Популярное</h3></aside><footer>© Лампа</footer></body></html>"""


def site_page(folder: Path, title: str, body: str) -> Reading:
    path = folder / "page.html"
    path.write_text(SITE.format(title=title, body=body), encoding="utf-8")
    return read_file(SourceFile(path, str(path), "page"), Wishes())


def test_what_stands_around_every_page_of_a_site_is_left_out(tmp_path: Path) -> None:
    body = (
        '<div class="content overflow-hidden"><h1>Доставка</h1><p>Возим по всей области.</p></div>'
    )

    (document,) = site_page(tmp_path, "Доставка", body).documents

    assert (document.title, document.body) == ("Доставка", "# Доставка\nВозим по всей области.")


def test_questions_that_fold_out_are_read_with_their_answers(tmp_path: Path) -> None:
    items = "".join(
        f'<h2><button aria-expanded="false">Вопрос {n}?</button></h2>'
        f'<div class="accordion-body" style="display: none">Ответ {n}.</div>'
        for n in range(3)
    )
    bare = (
        '<button class="faq-q" aria-controls="a">И ещё?</button><div hidden class="faq-a">Да.</div>'
    )

    folded = site_page(tmp_path, "FAQ", f"<h1>FAQ</h1>{items}<button>Написать нам</button>")
    loose = site_page(tmp_path, "FAQ", f"<h1>FAQ</h1>{bare}{bare.replace('ещё', 'тут')}")

    assert [(each.question, each.answer) for each in folded.documents if each.question] == [
        (f"Вопрос {n}?", f"Ответ {n}.") for n in range(3)
    ]
    assert [each.question for each in loose.documents if each.question] == ["И ещё?", "И тут?"]


def test_only_the_main_part_of_a_page_is_read_when_it_names_one(tmp_path: Path) -> None:
    text = "Вернуть товар можно в течение двух недель, деньги придут на карту за три дня. " * 3
    body = f"<p>Реклама сбоку.</p><main><h1>Возврат</h1><p>{text}</p></main><p>Подпишитесь!</p>"

    (document,) = site_page(tmp_path, "Возврат", body).documents

    assert document.body == f"# Возврат\n{text.strip()}"


def test_what_a_page_tells_search_engines_counts_when_nothing_else_says_it(tmp_path: Path) -> None:
    answer = '{"@type": "Answer", "text": "<p>Пять процентов.</p>"}'
    linked = f'{{"@type": "Question", "name": "Есть скидки?", "acceptedAnswer": {answer}}}'
    script = f'<script type="application/ld+json">{{"mainEntity": [{linked}]}}</script>'

    (document,) = site_page(tmp_path, "FAQ", f'{script}<div id="app"></div>').documents

    assert (document.question, document.answer) == ("Есть скидки?", "Пять процентов.")
