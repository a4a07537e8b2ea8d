"""Word and PDF files become articles and questions, with their headings, lists and tables."""

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from knowledge.documents import Document
from knowledge.sources import Reading, SourceFile, Wishes, read_file

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(folder: Path, data: bytes, name: str) -> Reading:
    path = folder / name
    path.write_bytes(data)
    return read_file(SourceFile(path, str(path), path.stem), Wishes())


def word(folder: Path, write: Callable[[Any], None]) -> Reading:
    paper = docx.Document()
    write(paper)
    stream = io.BytesIO()
    paper.save(stream)
    return read(folder, stream.getvalue(), "rules.docx")


def raw_word(folder: Path, body: str, before: str = "") -> Reading:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "word/document.xml", f"{before}<w:document {W}><w:body>{body}</w:body></w:document>"
        )
    return read(folder, stream.getvalue(), "raw.docx")


def fill(table: Any, rows: Sequence[Sequence[str]]) -> None:
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text


def pdf(*pages: bytes, flate: bool = False) -> bytes:
    """Write a PDF by hand: F1 is Helvetica, F2 its bold."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for n, content in enumerate(pages):
        stream = zlib.compress(content) if flate else content
        kind = b"/Filter/FlateDecode" if flate else b""
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]"
            b"/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents %d 0 R>>" % (6 + 2 * n)
        )
        objects.append(b"<<%s/Length %d>>stream\n%s\nendstream" % (kind, len(stream), stream))
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for n, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, start)
    return bytes(out)


def line(text: str, y: int, *, x: int = 50, size: int = 11, font: str = "F1") -> bytes:
    escaped = text.replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf 1 0 0 1 {x} {y} Tm ({escaped}) Tj ET\n".encode("cp1252")


def article(reading: Reading) -> Document:
    (found,) = [document for document in reading.documents if not document.question]
    return found


def test_headings_lists_and_tables_of_a_word_text_stay_what_they_are(tmp_path: Path) -> None:
    def write(paper: Any) -> None:
        paper.add_heading("Регламент возврата", 0)
        paper.add_heading("Сроки", 1)
        paper.add_paragraph("Деньги приходят за 3–5 дней.")
        for step in ("Откройте кабинет", "Нажмите «Вернуть»"):
            paper.add_paragraph(step, style="List Number")
        paper.add_heading("Тарифы", 2)
        paper.add_paragraph("Без скидки", style="List Bullet")
        fill(paper.add_table(2, 2), [("Тариф", "Цена"), ("Старт", "300 ₽|мес")])

    found = article(word(tmp_path, write))

    assert found.title == "Регламент возврата"
    assert found.body == (
        "# Сроки\nДеньги приходят за 3–5 дней.\n\n1. Откройте кабинет\n2. Нажмите «Вернуть»\n\n"
        "## Тарифы\n- Без скидки\n\n| Тариф | Цена |\n| --- | --- |\n| Старт | 300 ₽/мес |"
    )


def test_questions_of_a_word_text_are_found_in_tables_marks_and_headings(tmp_path: Path) -> None:
    def write(paper: Any) -> None:
        paper.add_heading("Частые вопросы", 1)
        rows = [("Вопрос", "Ответ"), ("Как вернуть?", "В кабинете.\nЖдите письма.")]
        fill(paper.add_table(2, 2), rows)
        paper.add_heading("Оплата", 1)
        paper.add_paragraph("В: Можно картой?")
        paper.add_paragraph("О: Можно.")
        paper.add_heading("А наличными?", 2)
        paper.add_paragraph("Курьеру.")

    reading = word(tmp_path, write)

    assert [(each.question, each.answer, each.place) for each in reading.documents] == [
        ("Как вернуть?", "В кабинете.\nЖдите письма.", "table 1, row 2"),
        ("Можно картой?", "Можно.", "paragraph 3"),
        ("А наличными?", "Курьеру.", "paragraph 5"),
    ]
    assert reading.documents[0].tags == ("Частые вопросы",)


def test_bold_lines_are_headings_where_nobody_used_styles(tmp_path: Path) -> None:
    def write(paper: Any) -> None:
        paper.add_paragraph().add_run("Доставка").bold = True
        paper.add_paragraph("Два дня.")

    assert article(word(tmp_path, write)).body == "## Доставка\nДва дня."


def test_deleted_and_hidden_words_of_a_word_text_are_not_read(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>Скидка 5 %</w:t></w:r>"
        "<w:del><w:r><w:delText>Скидка 50 %</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>секрет</w:t></w:r>"
        "<w:ins><w:r><w:t> до мая</w:t></w:r></w:ins></w:p>"
    )

    assert article(raw_word(tmp_path, body)).body == "Скидка 5 % до мая"


@pytest.mark.parametrize(
    ("body", "before", "said"),
    [
        (
            "<w:p>&x;</w:p>",
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            "XML has entities",
        ),
        ("<w:p>&x;</w:p>", '<!DOCTYPE a [<!ENTITY x "lol">]>', "XML has entities"),
        ("<w:p><w:r>", "", "a broken Word text"),
        ("", "", "nothing to take in"),
        (f"<w:p><w:r><w:t>{'слово ' * 400_000}</w:t></w:r></w:p>", "", "more than 2000000 char"),
    ],
)
def test_a_word_text_that_cannot_be_read_says_why(
    tmp_path: Path, body: str, before: str, said: str
) -> None:
    (refusal,) = raw_word(tmp_path, body, before).refused

    assert said in refusal.reason


def test_larger_and_bold_lines_of_a_pdf_are_headings_and_lines_are_joined(tmp_path: Path) -> None:
    page = (
        line("Delivery rules", 760, size=20)
        + line("Terms", 730, size=14, font="F2")
        + line("We deliver within three days, and when the pick-up point is full, the deliv-", 700)
        + line("ery may take a day more.", 686)
        + line("• By courier", 660)
        + line("• By post", 646)
        + line("Returns", 620, font="F2")
        + line("Within fourteen days.", 600)
    )

    found = article(read(tmp_path, pdf(page), "rules.pdf"))

    assert found.title == "Delivery rules"
    assert found.body == (
        "# Delivery rules\n\n## Terms\nWe deliver within three days, and when the pick-up point is"
        " full, the delivery may take a day more.\n\n- By courier\n- By post\n\n"
        "### Returns\nWithin fourteen days."
    )


def test_ruled_tables_of_a_pdf_stay_tables_and_questions_are_taken_from_them(
    tmp_path: Path,
) -> None:
    def grid(top: int, rows: int) -> bytes:
        level = [f"50 {top - 20 * n} m 450 {top - 20 * n} l S" for n in range(rows + 1)]
        sides = [f"{x} {top} m {x} {top - 20 * rows} l S" for x in (50, 200, 450)]
        return "\n".join([*level, *sides, ""]).encode()

    page = (
        line("Prices", 780, size=16)
        + grid(770, 2)
        + line("Plan", 755, x=55, font="F2")
        + line("Price", 755, x=205, font="F2")
        + line("Start", 735, x=55)
        + line("300 RUB", 735, x=205)
        + grid(600, 2)
        + line("Question", 585, x=55)
        + line("Answer", 585, x=205)
        + line("How to pay?", 565, x=55)
        + line("By card.", 565, x=205)
    )

    reading = read(tmp_path, pdf(page), "prices.pdf")

    assert [(each.question, each.answer, each.place) for each in reading.documents[:1]] == [
        ("How to pay?", "By card.", "page 1")
    ]
    assert "| Plan | Price |\n| --- | --- |\n| Start | 300 RUB |" in article(reading).body


def test_running_titles_and_page_numbers_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    pages = [
        line("Lighthouse Ltd", 790, size=8)
        + line(f"Text number {word} stands here.", 700)
        + line(f"Page {n}", 20, size=8)
        for n, word in enumerate(("one", "two", "three"), start=1)
    ]

    found = article(read(tmp_path, pdf(*pages), "a.pdf"))

    assert found.body == "\n\n".join(
        f"Text number {word} stands here." for word in ("one", "two", "three")
    )


def test_a_packed_pdf_reads_like_a_plain_one(tmp_path: Path) -> None:
    page = line("How to return an item?", 700) + line("Within fourteen days.", 680)

    plain = read(tmp_path, pdf(page), "a.pdf")

    assert plain == read(tmp_path, pdf(page, flate=True), "a.pdf")
    assert plain.documents


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(line("Secret words", 700)))))
    writer.encrypt("password", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def blank(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (blank(3), "scanned: no text layer"),
        (blank(501), "501 pages; at most 500"),
        (encrypted(), "encrypted: save it without a password"),
        (pdf(line("Some words here", 700))[:400], "a broken PDF"),
        (pdf(b"", flate=True).replace(b"/Count 1", b"/Count 99999999"), "99999999 pages; at most"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 40, "a broken PDF"),
        (b"<!doctype html>", ".pdf in name, no PDF inside"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, said: str) -> None:
    (refusal,) = read(tmp_path, data, "a.pdf").refused

    assert said in refusal.reason


def test_questions_are_taken_from_tables_of_pages_too(tmp_path: Path) -> None:
    page = (
        "<h2>Оплата</h2><table><tr><th>Вопрос<th>Ответ<tr><td>Можно частями?"
        "<td><p>Можно.</p><p>До года | без <b>переплат</b>.</p></table>"
        "<table><tr><td>Срок<td>Цена<tr><td>Год<td>0 ₽</table>"
    )

    reading = read(tmp_path, page.encode(), "faq.html")

    assert reading.documents[0].question == "Можно частями?"
    assert reading.documents[0].answer == "Можно.\nДо года | без переплат."
    assert article(reading).body.endswith("| Срок | Цена |\n| --- | --- |\n| Год | 0 ₽ |")


def test_a_table_without_a_header_whose_first_column_asks_is_questions(tmp_path: Path) -> None:
    page = "| Когда доставка? | Завтра |\n|---|---|\n| А в субботу? | Тоже |\n"

    reading = read(tmp_path, page.encode(), "faq.md")

    assert [each.answer for each in reading.documents] == ["Завтра", "Тоже"]
