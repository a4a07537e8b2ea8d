"""A folder of hostile and broken files: each costs itself only, says why, and the rest is taken in."""

import io
import json
import os
import random
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader, PdfWriter

from knowledge.documents import Document
from knowledge.sources import (
    Reading,
    Sandbox,
    SourceFile,
    Wishes,
    find_files,
    open_archives,
    read_file,
)
from knowledge.sources.sandbox import MEMORY_LIMIT, TIME_LIMIT_S

pytestmark = pytest.mark.slow

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
ASKED = "вопрос;ответ\nКак вернуть товар?;Напишите нам в чат\n"
NOISE = random.Random(7).randbytes(300_000)
PAIR = b"question,answer\nHow?,So it is\n"


def packed(**files: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return stream.getvalue()


def word(body: str, before: str = "") -> bytes:
    whole = f"{before}<w:document {WORD}><w:body>{body}</w:body></w:document>"
    return packed(word__document_dot_xml=whole)


def workbook(part: str = "", change: Callable[[bytes], bytes] = bytes) -> bytes:
    """A workbook of one question, one of its parts changed."""
    book = openpyxl.Workbook()
    for row in (("question", "answer"), ("How?", "So it is")):
        book.active.append(row)  # type: ignore[union-attr]
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name.endswith(part or "\0") else data)
    return changed.getvalue()


def pdf(pages: int = 1, *, content: bytes = b"", stated: int | None = None) -> bytes:
    said = content or b"BT /F1 12 Tf 50 700 Td (Refunds take five days.) Tj ET"
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>"
        b"/Contents 4 0 R>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages if stated is None else stated),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(said), said),
        *[page] * pages,
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for n, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def far(data: bytes) -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return data.replace(b"</sheetData>", cell)


REFUSED: dict[str, tuple[bytes, str]] = {
    "bomb.zip": (packed(a_dot_md="0" * 30_000_000), "packed like a zip bomb"),
    "nested.zip": (packed(a_dot_zip=packed(b_dot_md="# B")), "an archive inside an archive"),
    "paths.zip": (packed(**{"..__..__etc__x_dot_md": "# A\nx"}), "leads out of the archive"),
    "cut.zip": (packed(a_dot_md="# A\nword " * 100)[:80], "a broken archive"),
    "bomb.docx": (word("<w:p/>" * 5_000_000), "packed like a zip bomb"),
    "entities.docx": (word("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", ENTITIES), "has entities"),
    "outside.docx": (word("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", OUTSIDE), "has entities"),
    "deep.docx": (
        word("<w:tbl><w:tr><w:tc>" * 3000 + "</w:tc></w:tr></w:tbl>" * 3000),
        "nested too deep",
    ),
    "entities.xlsx": (
        workbook("sheet1.xml", lambda data: ENTITIES.encode() + data.replace(b"<v>0", b"<v>&j;0")),
        "a broken workbook",
    ),
    "locked.pdf": (locked_pdf(), "encrypted: save it without a password"),
    "cut.pdf": (pdf(3)[:500], "a broken PDF"),
    "pages.pdf": (pdf(10_000), "10000 pages; at most 500"),
    "more-pages.pdf": (pdf(3_000, stated=3), "3000 pages; at most 500"),
    "noise.pdf": (b"%PDF-1.7\n" + NOISE, "a broken PDF"),
    "brackets.pdf": (pdf(content=b"[" * 100_000), "a broken PDF"),
    "garbled.csv": ((ASKED * 20).encode().decode("latin-1").encode(), "letters are garbled"),
    "zeros.md": (b"\0" * 5_000, "binary, not text"),
    "blank.md": (b" \n\t", "the file is empty"),
    "picture.md": (b"\x89PNG\r\n" + NOISE, "a picture inside"),
    "open-quote.csv": (PAIR + b'"' + b"x,y\n" * 100_000, "never closed"),
    "deep.json": (b"[" * 300_000, "nested too deep"),
    "digits.json": (b'[{"question": ' + b"9" * 10_000 + b"}]", "not JSON"),
    "lines.jsonl": (b"{}\n" * 100_001, "more than 100000 lines"),
    "text.html": (b"x" * 2_000_001, "at most 2000000"),
    "alias.md": (b"---\na: &a [1]\nb: *a\n---\nx", "anchors (&) and aliases (*)"),
}
TAKEN: dict[str, tuple[bytes, str]] = {
    "shared.xlsx": (workbook("sharedStrings.xml", lambda data: ENTITIES.encode() + data), "So it is"),
    "far.xlsx": (workbook("sheet1.xml", far), "So it is"),
    "script.pdf": (pdf(), "Refunds take five days."),
    "utf16.csv": (ASKED.encode("utf-16"), "Напишите нам в чат"),
    "utf16-be.csv": (ASKED.encode("utf-16-be"), "Напишите нам в чат"),
    "cp1251.csv": (ASKED.encode("cp1251"), "Напишите нам в чат"),
    "nul.csv": (ASKED.replace("нам", "на\0м").encode(), "Напишите нам в чат"),
    "columns.csv": (
        b",".join(b"c%d" % n for n in range(498)) + b",question,answer\n"
        + b",".join([b"x"] * 498) + b",How?,So it is\n",
        "So it is",
    ),
    "returns.csv": (PAIR.replace(b"\n", b"\r"), "So it is"),
    "escapes.json": (
        json.dumps([{"question": "How \ud800?", "answer": "So\u0000 it\u202e is"}]).encode(),
        "So it is",
    ),
    "own-keys.json": (
        json.dumps([{"question": f"Q{n}?", "answer": "So it is", f"k{n}": 1} for n in range(5_000)])
        .encode(),
        "So it is",
    ),
    "tags.html": (b"<h1>A</h1>" + b"<div>" * 100_000 + b"So it is", "# A\nSo it is"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as reader:
        yield reader


def read(sandbox: Sandbox, path: Path) -> Reading:
    """What the files of a path hold, archives opened."""
    files, refused = open_archives(find_files([path]), sandbox)
    readings = [sandbox.read(file, Wishes()) for file in files]
    return Reading(
        tuple(document for reading in readings for document in reading.documents),
        (*refused, *(refusal for reading in readings for refusal in reading.refused)),
    )


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_hostile_or_broken_is_refused_and_says_why(
    sandbox: Sandbox, tmp_path: Path, name: str
) -> None:
    data, said = REFUSED[name]
    (tmp_path / name).write_bytes(data)

    reading = read(sandbox, tmp_path / name)

    assert not reading.documents
    assert said in reading.refused[0].reason


@pytest.mark.parametrize("name", TAKEN)
def test_what_only_looks_odd_is_taken_in(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    data, said = TAKEN[name]
    (tmp_path / name).write_bytes(data)

    reading = read(sandbox, tmp_path / name)

    assert reading.documents[0].body == said
    assert not reading.refused


def test_a_file_gets_ten_seconds_and_three_hundred_megabytes() -> None:
    assert TIME_LIMIT_S + 1 <= 10  # the system looks once a second
    assert MEMORY_LIMIT - 14 * 2**20 <= 300 * 2**20  # of which a child never touches 14 MB


def test_the_memory_limit_holds_whatever_fails_first(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "cell.json"
    path.write_text(json.dumps([{"question": "q?", "answer": "a b" * 6_000_000}]))

    (refusal,) = read(sandbox, path).refused

    assert refusal.reason in {
        "needs too much memory: split it",
        "a cell of 18000000 characters; at most 50000",
    }


def test_odd_files_of_a_folder_are_left_out_or_named(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Good\nFine words.")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket.md"))

        reading = read(sandbox, tmp_path)

    assert [document.title for document in reading.documents] == ["Good"]
    assert {Path(refusal.path).name: refusal.reason for refusal in reading.refused} == {
        "pipe.md": "not a regular file",
        "socket.md": "not a regular file",
    }


def test_devices_and_files_without_leave_are_refused(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "zero.md"
    device.symlink_to("/dev/zero")  # a link that is named itself is followed
    closed = tmp_path / "closed.md"
    closed.write_text("# A\nb")

    def no_leave(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    assert read(sandbox, device).refused[0].reason == "not a regular file"
    monkeypatch.setattr(Path, "read_bytes", no_leave)
    reading = read_file(SourceFile(closed, str(closed), "closed"), Wishes())
    assert reading.refused[0].reason == "cannot be opened: Permission denied"


@pytest.mark.parametrize(
    "name", [b"b\xffd.md", b"li\nne.md", "bi\u202edi.md".encode(), b"e\x1b[1m.md"]
)
def test_a_name_that_cannot_be_shown_is_refused_and_shown_all_the_same(
    sandbox: Sandbox, tmp_path: Path, name: bytes
) -> None:
    (tmp_path / "good.md").write_text("# Good\nFine words.")
    (tmp_path / os.fsdecode(name)).write_text("# Bad\nname")

    reading = read(sandbox, tmp_path)

    assert len(reading.documents) == 1
    (refusal,) = reading.refused
    assert refusal.reason.startswith("its name has control characters")
    assert "?" in Path(refusal.path).name
    refusal.model_dump_json()


def test_a_huge_file_is_refused_unread(sandbox: Sandbox, tmp_path: Path) -> None:
    for name, size in (("a.csv", 200_000_000), ("b.pdf", 200_000_000), ("c.json", 50_000_000)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)

    reasons = [refusal.reason for refusal in read(sandbox, tmp_path).refused]

    assert [reason.partition(";")[0] for reason in reasons] == ["200 MB", "200 MB", "50 MB"]


def test_a_report_names_a_thousand_faults_of_a_file_and_counts_the_rest(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b"{\n" * 1_500)

    reading = read(sandbox, tmp_path)

    assert len(reading.refused) == 1_001
    assert reading.refused[-1].reason == "500 more rows were not taken in"


def test_what_a_page_hides_is_not_read(sandbox: Sandbox, tmp_path: Path) -> None:
    hidden = (
        '<p style="display:none">H</p>', "<div hidden>H</div>", "<script>H</script>",
        '<p style="color:#fff;background:#FFF">H</p>', '<b style="font-size:1px">H</b>',
        '<span style="position:absolute;left:-9999px">H</span>', '<i class="sr-only">H</i>',
        '<p aria-hidden="true">H</p>', "<noscript>H</noscript>", "<!-- H -->",
        '<p style="color: transparent">H</p>', "<template>H</template>",
    )  # fmt: skip
    seen = '<p style="color:#fff;background:#000">Seen</p><p style="margin-left:-15px">too</p>'
    (tmp_path / "page.html").write_text(f"<h1>A</h1>{''.join(hidden)}{seen}")

    (document,) = read(sandbox, tmp_path).documents

    assert document.body == "# A\nSeen\n\ntoo"


def bodies(reading: Reading) -> dict[str, str]:
    return {document.title: document.body for document in reading.documents}


def test_articles_inside_categories_are_found(sandbox: Sandbox, tmp_path: Path) -> None:
    articles = [
        {"title": "Когда приедет?", "description": "<p>За <b>три</b> дня.</p>"},
        {"title": "Сколько стоит?", "description": "300 рублей"},
    ]
    tree = {
        "categories": [{"name": "Доставка", "folders": [{"name": "Сроки", "articles": articles}]}]
    }
    (tmp_path / "help.json").write_text(json.dumps(tree))

    reading = read(sandbox, tmp_path)

    assert bodies(reading) == {"Когда приедет?": "За три дня.", "Сколько стоит?": "300 рублей"}
    assert {document.tags for document in reading.documents} == {("Сроки",)}


def test_a_tree_of_sentences_is_a_page_and_a_tree_of_settings_is_refused(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    steps = [
        {"button": "Pull up", "text": "Ask the customer for the full name or the account number."},
        {"button": "Refund", "text": "Enter the sum, then press the button and say it is done."},
    ]
    tree = {"Returns": {"description": "What to do when somebody sends goods back.",
                        "flows": {"Late Return": {"actions": steps * 3}}}}  # fmt: skip
    (tmp_path / "guide.json").write_text(json.dumps(tree))
    (tmp_path / "settings.json").write_text(json.dumps({"name": "x", "on": ["a", "b"] * 400}))

    reading = read(sandbox, tmp_path)

    (document,) = reading.documents
    assert document.body.startswith(
        "# Returns\nWhat to do when somebody sends goods back.\n\n## Late"
    )
    assert "- Refund: Enter the sum, then press" in document.body
    assert reading.refused[0].reason == "no array of objects with questions and answers"


def test_other_wordings_of_a_question_come_along(sandbox: Sandbox, tmp_path: Path) -> None:
    intents = [
        {"tag": "track", "patterns": ["Where is it", "track my parcel"], "responses": ["There."]}
    ]
    (tmp_path / "bot.json").write_text(json.dumps({"intents": intents}))
    (tmp_path / "faq.csv").write_text('Вопрос,Варианты вопроса,Ответ\nГде?,"Куда\nОткуда",Тут\n')

    found: dict[str, Document] = {each.question: each for each in read(sandbox, tmp_path).documents}

    assert found["Where is it"].examples == ("track my parcel",)
    assert found["Где?"].examples == ("Куда", "Откуда")


def test_a_drawn_decision_is_no_list_of_questions(sandbox: Sandbox, tmp_path: Path) -> None:
    drawing = "Start\n\nLine suspended?\n\nPay the bill\n\nYes\n\nNo\n\nService back?\n\nYes No\n\nEnd of it"
    answers = "Есть доставка?\nДа\n\nЕсть самовывоз?\nНет\n\nЕсть рассрочка?\nДа"
    (tmp_path / "flow.md").write_text(drawing)
    (tmp_path / "faq.md").write_text(answers)

    documents = read(sandbox, tmp_path).documents

    assert [document.question for document in documents if document.locale == "en"] == [""]
    assert len([document for document in documents if document.question]) == 3
