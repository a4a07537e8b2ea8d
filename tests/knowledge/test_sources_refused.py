"""Files that cannot be taken in are refused with a reason; nothing breaks, hangs or bursts."""

import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from knowledge.sources import SourceFile, Wishes, find_files, read_file

NOISE = random.Random(7).randbytes(20_000)


def reason(path: Path) -> str:
    reading = read_file(SourceFile(path, str(path), path.stem), Wishes())
    assert not reading.documents
    (refusal,) = reading.refused
    assert refusal.path == str(path)
    return refusal.reason


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.md", b"", "the file is empty"),
        ("a.csv", b" \n\t\n", "the file is empty"),
        ("a.md", NOISE, "binary"),
        ("a.csv", NOISE, "binary"),
        ("a.json", NOISE, "binary"),
        ("a.html", NOISE, "binary"),
        ("a.xlsx", NOISE, "no workbook inside"),
        ("a.xlsx", b"PK\x03\x04" + NOISE, "a broken archive inside"),
        ("a.xlsx", b"question,answer\n", "no workbook inside"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, "protected with a password"),
        ("a.md", b"%PDF-1.7\n", ".md in name, a PDF inside"),
        ("a.txt", b"\x89PNG\r\n", "a picture inside"),
        ("a.csv", b"<!DOCTYPE html><table></table>", "an HTML page: rename it to .html"),
        ("a.csv", packed(xl__workbook_xml=b"<x/>"), "an Excel workbook: rename it to .xlsx"),
        ("a.md", packed(word__document_xml=b"<x/>"), "a Word text"),
        ("a.xlsx", packed(readme=b"x"), "an archive: unpack it"),
        ("a.docx", b"PK", "a broken archive inside"),
        ("a.pdf", b"%PDF-1.7", "a broken PDF"),
        ("a.xls", b"\xd0\xcf", "save it as .xlsx"),
        ("a.exe", b"MZ", "files '.exe' are not read"),
        ("noending", b"text", "'without ending'"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"[" * 100_000, "nested too deep"),
        ("a.json", b"[1, 2]", "no array of objects"),
        ("a.json", b'[{"question": NaN}]', "NaN is not a value"),
        ("a.json", b'[{"question": ' + b"9" * 10_000 + b"}]", "not JSON"),
        ("a.csv", "Вопрос,Ответ\nКак?,\"Так\n".encode() + b"x\n" * 100_000, "a quote that opens here"),
        ("a.csv", b"a," * 5_000, "at most 2000"),
        ("a.md", b"x" * 2_000_001, "2000001 characters; at most 2000000"),
        ("a.html", b"<script>" * 1000, "nothing to take in"),
    ],
)  # fmt: skip
def test_what_is_no_knowledge_says_why(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    assert said in reason(path)


def test_a_file_of_more_than_twenty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(20_000_001)

    assert "at most 20 MB" in reason(path)


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(xl__workbook_xml=b"<x/>", xl__sheet_xml=b"0" * 30_000_000))

    assert "zip bomb" in reason(path)


def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    path.write_bytes(packed(xl__workbook_xml=bomb, **{"[Content_Types]_xml": bomb}))

    assert "a broken workbook" in reason(path)


def test_more_rows_than_a_hundred_thousand_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("question,answer\n" + "q,a\n" * 100_000)

    assert "more than 100000 rows" in reason(path)


def test_what_is_not_there_or_is_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")

    assert "No such file" in reason(tmp_path / "none.md")
    assert reason(tmp_path / "pipe.md") == "not a regular file"


def test_invisible_characters_are_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("вопрос;ответ\n\u202eкак\u202c?;\x00та\u200bк\u2066\n", encoding="utf-8")

    (document,) = read_file(SourceFile(path, str(path), "a"), Wishes()).documents

    assert (document.question, document.answer) == ("как?", "так")


def test_the_number_sign_and_fractions_stay_as_written(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Форма №5\nОт ½ до ¾…", encoding="utf-8")

    (document,) = read_file(SourceFile(path, str(path), "a"), Wishes()).documents

    assert document.body == "# Форма №5\nОт ½ до ¾…"


def test_a_folder_is_searched_in_order_without_hidden_files_and_links(tmp_path: Path) -> None:
    for name in ("b/two.md", "a.md", ".git/x.md", "b/.hidden.md", "~$a.xlsx", "__pycache__/x.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link.md").symlink_to("/etc/passwd")

    found = find_files([tmp_path])

    assert [file.name for file in found] == ["a", "b-two"]


def test_files_of_one_name_get_different_names(tmp_path: Path) -> None:
    for name in ("x/faq.csv", "y/faq.csv", "z/faq.md", "z/faq.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    in_folders = find_files([tmp_path])
    alone = find_files([tmp_path / "x/faq.csv", tmp_path / "y/faq.csv"])

    assert [file.name for file in in_folders] == ["x-faq", "y-faq", "z-faq-csv", "z-faq-md"]
    assert len({file.name for file in alone}) == 2
