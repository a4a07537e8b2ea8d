"""Archives are opened in memory: what is inside is read file by file, and nothing leaves."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from knowledge.sources import (
    DirectReader,
    Reading,
    SourceFile,
    Wishes,
    find_files,
    open_archives,
    read_file,
)

PAGE = "# Возврат\nВ течение 14 дней."


def archive(folder: Path, **files: bytes | str) -> Path:
    path = folder / "kb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return path


def opened(path: Path) -> tuple[list[SourceFile], list[str]]:
    files, refused = open_archives(find_files([path]), DirectReader())
    return files, [refusal.reason for refusal in refused]


def read(file: SourceFile) -> Reading:
    return read_file(file, Wishes())


def test_each_file_of_an_archive_is_read_under_its_own_path(tmp_path: Path) -> None:
    path = archive(tmp_path, a__rules_dot_md=PAGE, a__faq_dot_csv="question,answer\nHow?,So\n")

    files, refused = opened(path)

    assert not refused
    assert [file.shown for file in files] == [f"{path}/a/faq.csv", f"{path}/a/rules.md"]
    (rules,) = read(files[1]).documents
    assert (rules.id, rules.path) == ("ru:kb-a-rules", f"{path}/a/rules.md")
    assert read(files[0]).documents[0].answer == "So"


def test_files_of_one_name_in_an_archive_get_different_names(tmp_path: Path) -> None:
    files, _ = opened(archive(tmp_path, faq_dot_md=PAGE, faq_dot_txt=PAGE))

    assert {file.name for file in files} == {"kb-faq-md", "kb-faq-txt"}


def test_hidden_files_of_an_archive_are_left_out(tmp_path: Path) -> None:
    path = archive(tmp_path, __MACOSX__a_dot_md="x", _dot_git__b_dot_md="x", ok_dot_md=PAGE)

    assert [file.place.name for file in opened(path)[0]] == ["ok.md"]


@pytest.mark.parametrize("encoding", ["cp866", "utf-8"])
def test_russian_names_are_read_as_they_were_meant(tmp_path: Path, encoding: str) -> None:
    name = "возврат.md".encode(encoding).decode("cp437")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(zipfile.ZipInfo("x" * len(name.encode("cp437"))), PAGE)
    raw = stream.getvalue().replace(b"x" * len(name), name.encode("cp437"))
    path = tmp_path / "kb.zip"
    path.write_bytes(raw)

    (file,) = opened(path)[0]

    assert file.place.name == "возврат.md"
    assert read(file).documents


@pytest.mark.parametrize("name", ["../evil.md", "/etc/evil.md", "C:\\evil.md", "a/../../evil.md"])
def test_a_path_that_leads_out_is_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "kb.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(name, PAGE)
        packed.writestr("ok.md", PAGE)

    files, refused = opened(path)

    assert [file.member for file in files] == ["ok.md"]
    assert refused == ["its path leads out of the archive"]
    assert not list(tmp_path.parent.glob("**/evil.md"))


def test_archives_inside_archives_links_and_bombs_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, in_dot_zip=b"PK", bomb_dot_txt=b"0" * 3_000_000, ok_dot_md=PAGE)
    with zipfile.ZipFile(path, "a") as packed:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")

    files, refused = opened(path)

    assert [file.member for file in files] == ["ok.md"]
    assert sorted(refused) == [
        "a link, not a file",
        "an archive inside an archive is not opened: unpack it",
        "packed like a zip bomb",
    ]


def test_an_archive_that_is_too_much_or_none_says_so(tmp_path: Path) -> None:
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as packed:
        for n in range(22):
            packed.writestr(f"{n}.txt", b"0" * 10_000_000)
    noise = tmp_path / "noise.zip"
    noise.write_bytes(b"PK\x03\x04" + bytes(200))
    huge = tmp_path / "huge.zip"
    with huge.open("wb") as file:
        file.truncate(200_000_001)

    assert "unpacks to 220 MB in 22 files" in opened(many)[1][0]
    assert "a broken archive" in opened(noise)[1][0]
    assert "200 MB; at most 200 MB" in opened(huge)[1][0]
    assert opened(archive(tmp_path))[1] == ["the archive is empty"]
    assert "No such file" in opened(tmp_path / "none.zip")[1][0]


def test_a_file_that_was_damaged_in_its_archive_is_refused_alone(tmp_path: Path) -> None:
    path = archive(tmp_path, a_dot_md=PAGE * 50, b_dot_md=PAGE)
    raw = bytearray(path.read_bytes())
    raw[50:60] = bytes(10)
    path.write_bytes(raw)

    first, second = opened(path)[0]

    assert "cannot be unpacked" in read(first).refused[0].reason
    assert read(second).documents
