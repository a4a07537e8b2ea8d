"""Tables become questions with answers, a row each, whatever their columns are called."""

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from knowledge.errors import KnowledgeError
from knowledge.sources import Reading, SourceFile, Wishes, check_columns, read_file


def read(folder: Path, data: str | bytes, name: str, **columns: str) -> Reading:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_file(SourceFile(path, str(path), path.stem), Wishes(columns=columns))


def workbook(*sheets: Sequence[Sequence[object]], merges: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for n, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Лист{n}")
        for row in rows:
            sheet.append(list(row))
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pairs(reading: Reading) -> list[tuple[str, str]]:
    return [(document.question, document.answer) for document in reading.documents]


HEADERS = [
    "Вопрос;Ответ",
    "ВОПРОС ;  ответ:",
    "1. Вопрос;2. Ответ",
    "Вопрос клиента;Ответ оператора",
    "Текст вопроса;Текст ответа",
    "Question;Answer",
    "Customer question;Suggested reply",
    "Q;A",
    "Заголовок;Содержание",
    "Title;Content",
    "Запрос;Решение",
    "Тема;Ответ",
]


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_known_by_their_names(tmp_path: Path, header: str) -> None:
    reading = read(tmp_path, f"{header}\nКак вернуть?;За 14 дней\n", "faq.csv")

    assert pairs(reading) == [("Как вернуть?", "За 14 дней")]
    assert not reading.refused


def test_every_column_finds_its_place(tmp_path: Path) -> None:
    table = (
        "ID вопроса,Категория вопроса,Вопрос,Ответ на вопрос,Дата ответа,Теги,Ссылка,Бренд\n"
        '12,Доставка,Когда?,Завтра,2026-01-01,"срок; курьер",https://x.example,Маяк\n'
    )

    (document,) = read(tmp_path, table, "faq.csv").documents

    assert document.id == "ru:faq-12"
    assert document.tags == ("Доставка", "срок", "курьер")
    assert (document.answer, document.body) == ("Завтра", "Завтра\nhttps://x.example")
    assert (document.brand, document.place, document.title) == ("Маяк", "row 2", "Когда?")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told(tmp_path: Path, delimiter: str) -> None:
    table = f'Вопрос{delimiter}Ответ\n"Как, когда; где|?"{delimiter}"Так, тогда; там|"\n'

    assert pairs(read(tmp_path, table, "faq.csv")) == [("Как, когда; где|?", "Так, тогда; там|")]


def test_line_breaks_and_quotes_inside_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    table = 'Вопрос,Ответ\nКак?,"Шаг 1: ""Войти"".\nШаг 2."\nКуда?,Туда\n'

    reading = read(tmp_path, table, "faq.csv")

    assert pairs(reading) == [("Как?", 'Шаг 1: "Войти".\nШаг 2.'), ("Куда?", "Туда")]
    assert reading.documents[1].place == "row 3"


def test_the_header_may_stand_under_a_title(tmp_path: Path) -> None:
    table = "Справка магазина;;\nвыгружено 01.02;;\n;;\nТема;Вопрос;Ответ\nОплата;Как?;Картой\n"

    (document,) = read(tmp_path, table, "faq.csv").documents

    assert (document.question, document.tags, document.place) == ("Как?", ("Оплата",), "row 5")


def test_columns_may_be_named_by_hand(tmp_path: Path) -> None:
    table = "Суть,Скрипт\nКак?,Так\n"

    refused = read(tmp_path, table, "faq.csv")
    assert "columns found: 'Суть', 'Скрипт'" in refused.refused[0].reason
    assert "--map question=COLUMN --map answer=COLUMN" in refused.refused[0].reason

    assert pairs(read(tmp_path, table, "faq.csv", question="суть", answer="Скрипт")) == [
        ("Как?", "Так")
    ]


def test_columns_may_be_letters_or_numbers_when_there_is_no_header(tmp_path: Path) -> None:
    table = "Как?,x,Так\nКуда?,y,Туда\n"

    assert pairs(read(tmp_path, table, "faq.csv", question="A", answer="3")) == [
        ("Как?", "Так"),
        ("Куда?", "Туда"),
    ]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    reading = read(tmp_path, "Вопрос,Ответ\nКак?,Так\n", "faq.csv", question="Суть", answer="Ответ")

    assert "no column 'Суть'; columns found: 'Вопрос', 'Ответ'" in reading.refused[0].reason


def test_an_unknown_role_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KnowledgeError, match="Unknown column role 'frage'"):
        check_columns({"frage": "A"})


def test_rows_without_question_or_answer_are_refused_and_the_others_go_on(tmp_path: Path) -> None:
    reading = read(tmp_path, "Вопрос,Ответ\n,Так\nКуда?,\nЗачем?,Затем\n,\n", "faq.csv")

    assert pairs(reading) == [("Зачем?", "Затем")]
    assert [(each.place, each.reason) for each in reading.refused] == [
        ("row 2", "no question"),
        ("row 3", "no answer"),
    ]


def test_the_same_row_twice_is_refused_and_another_answer_is_kept(tmp_path: Path) -> None:
    table = "Вопрос,Ответ\nКак?,Так\nкак,Эдак\nКак?,Так\nМодель 1?,a\nМодель 2?,b\n"

    reading = read(tmp_path, table, "faq.csv")

    assert len({document.id for document in reading.documents}) == 4
    assert [(each.place, each.reason) for each in reading.refused] == [("row 4", "repeats row 2")]


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    reading = read(tmp_path, "id,question,answer\n1,How?,So\n1,Where?,There\n", "faq.csv")

    assert reading.refused[0].reason == "the id '1' is already used in row 2"


def test_the_id_of_a_row_is_that_of_its_question(tmp_path: Path) -> None:
    first = read(tmp_path, "Вопрос,Ответ\nКак вернуть?,Так\n", "faq.csv").documents[0]
    second = read(tmp_path, "Ответ,Вопрос\nИначе,«Как вернуть»\n", "faq.csv").documents[0]

    assert first.id == second.id


def test_the_language_is_told_by_row_by_column_or_by_a_cell(tmp_path: Path) -> None:
    rows = read(tmp_path, "question,answer\nКак вернуть iPhone?,Через app\nHow?,So\n", "a.csv")
    columns = read(
        tmp_path, "id,Вопрос RU,Ответ RU,Question EN,Answer EN\n7,Как?,Так,How?,So\n", "b.csv"
    )
    cells = read(tmp_path, "Язык,Вопрос,Ответ\nанглийский,VPN?,OK\nru,USB?,OK\n", "c.csv")

    assert [document.locale for document in rows.documents] == ["ru", "en"]
    assert [document.id for document in columns.documents] == ["ru:b-7", "en:b-7"]
    assert [document.locale for document in cells.documents] == ["en", "ru"]


def test_html_in_a_cell_becomes_text(tmp_path: Path) -> None:
    table = (
        'question,answer\nHow?,"<p>Step&nbsp;1.</p><ul><li>Open</li></ul><script>x()</script>"\n'
    )

    assert pairs(read(tmp_path, table, "faq.csv"))[0][1] == "Step\xa01.\n\n- Open"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"),
        ("utf-8-sig", "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"),
        ("cp1251", "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"),
        ("cp1251", "ВОПРОС;ОТВЕТ\nКАК ВЕРНУТЬ ТОВАР?;В ТЕЧЕНИЕ 14 ДНЕЙ\n"),
        ("cp1251", "question;answer\nHow do I order кофе с молоком?;Ask in the app — now\n"),
        ("koi8-r", "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"),
        ("cp866", "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"),
        ("utf-16", "Вопрос\tОтвет\nКак вернуть товар?\tВ течение 14 дней\n"),
        ("utf-16-le", "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"),
        ("utf-16-be", "question,answer\nHow do I return it?,In 14 days\n"),
        ("cp1252", "question,answer\nDo you serve café crème?,Yes — for £3 it’s “daily”\n"),
    ],
)
def test_the_encoding_is_told(tmp_path: Path, encoding: str, text: str) -> None:
    ((question, answer),) = pairs(read(tmp_path, text.encode(encoding), "faq.csv"))

    assert question in text
    assert answer in text


@pytest.mark.parametrize("wrong", ["cp1251", "latin-1"])
def test_garbled_letters_are_refused(tmp_path: Path, wrong: str) -> None:
    text = "Вопрос;Ответ\nКак вернуть товар?;В течение 14 дней\n"

    reading = read(tmp_path, text.encode().decode(wrong, errors="ignore").encode(), "faq.csv")

    assert "garbled" in reading.refused[0].reason


def test_every_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    data = workbook(
        [["Вопрос", "Ответ"], ["Как?", "Так"]],
        [["просто", "цифры"], [1, 2]],
        [],
        [["№", "Question", "Answer"], [1.0, "How?", 14]],
    )

    reading = read(tmp_path, data, "faq.xlsx")

    assert pairs(reading) == [("Как?", "Так"), ("How?", "14")]
    assert reading.documents[1].id == "en:faq-лист4-1"
    assert reading.documents[1].place == "sheet 'Лист4', row 2"
    (refusal,) = reading.refused
    assert refusal.place == "sheet 'Лист2'"
    assert "'просто', 'цифры'" in refusal.reason


def test_a_category_merged_over_rows_holds_for_all_of_them(tmp_path: Path) -> None:
    rows = [
        ["Тема", "Вопрос", "Ответ"],
        ["Доставка", "Когда?", "Завтра"],
        [None, "Почём?", "Даром"],
    ]

    reading = read(tmp_path, workbook(rows, merges=["A2:A3"]), "faq.xlsx")

    assert [document.tags for document in reading.documents] == [("Доставка",), ("Доставка",)]


def test_a_question_merged_over_rows_has_one_answer(tmp_path: Path) -> None:
    rows = [["Вопрос", "Ответ"], ["Как?", "Шаг 1"], [None, "Шаг 2"], ["Куда?", "Туда"]]

    reading = read(tmp_path, workbook(rows, merges=["A2:A3"]), "faq.xlsx")

    assert pairs(reading) == [("Как?", "Шаг 1\nШаг 2"), ("Куда?", "Туда")]


def test_an_answer_merged_over_rows_answers_each_question(tmp_path: Path) -> None:
    rows = [["Вопрос", "Ответ"], ["Как?", "Так"], ["Каким образом?", None]]

    reading = read(tmp_path, workbook(rows, merges=["B2:B3"]), "faq.xlsx")

    assert pairs(reading) == [("Как?", "Так"), ("Каким образом?", "Так")]


def test_a_row_merged_across_is_a_heading_of_the_rows_below(tmp_path: Path) -> None:
    rows = [["Вопрос", "Ответ"], ["Оплата", None], ["Как?", "Картой"]]

    reading = read(tmp_path, workbook(rows, merges=["A2:B2"]), "faq.xlsx")

    assert not reading.refused
    assert reading.documents[0].tags == ("Оплата",)


def test_hidden_sheets_and_cell_errors_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Вопрос", "Ответ"])
    book.active.append(["Как?", "#REF!"])
    hidden = book.create_sheet("Черновик")
    hidden.append(["Вопрос", "Ответ"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "faq.xlsx")

    reading = read(tmp_path, (tmp_path / "faq.xlsx").read_bytes(), "faq.xlsx")

    assert [refusal.reason for refusal in reading.refused] == [
        "the cell holds the error '#REF!'",
        "a hidden sheet is not read; show it in Excel first",
    ]


def test_a_table_may_have_five_hundred_columns(tmp_path: Path) -> None:
    names = [f"c{n}x" for n in range(498)]
    header = ["Вопрос", *names, "Ответ"]
    row = ["Как?", *(["x"] * 498), "Так"]

    for data, name in (
        (workbook([header, row]), "faq.xlsx"),
        (f"{','.join(header)}\n{','.join(row)}\n", "faq.csv"),
    ):
        assert pairs(read(tmp_path, data, name)) == [("Как?", "Так")]


def test_ten_thousand_rows_are_read(tmp_path: Path) -> None:
    table = "question,answer\n" + "\n".join(f"How to set {n}?,Press {n}" for n in range(10_000))

    reading = read(tmp_path, table, "faq.csv")

    assert len({document.id for document in reading.documents}) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        '[{"question": "How?", "answer": "So", "category": "Pay"}]',
        '{"faq": [{"Question": "How?", "Answer": "So", "topic": "Pay"}]}',
        '{"version": 2, "items": [{"q": "How?", "a": "So", "tags": ["Pay"]}]}',
    ],
)
def test_json_objects_are_rows(tmp_path: Path, text: str) -> None:
    (document,) = read(tmp_path, text, "faq.json").documents

    assert (document.question, document.answer, document.tags) == ("How?", "So", ("Pay",))
    assert document.place == "item 1"


def test_json_of_questions_to_answers_is_read(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, '{"How?": "So", "Where?": "There"}', "faq.json")) == [
        ("How?", "So"),
        ("Where?", "There"),
    ]


def test_json_lines_go_on_after_a_bad_one(tmp_path: Path) -> None:
    lines = '{"question": "Как?", "answer": "Так"}\n{"question": \n[1]\n{"question": "Куда?"}\n'

    reading = read(tmp_path, lines, "faq.jsonl")

    assert pairs(reading) == [("Как?", "Так")]
    assert [refusal.place for refusal in reading.refused] == ["line 2", "line 3", "line 4"]
