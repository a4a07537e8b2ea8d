"""What a file is by its first bytes, whatever its name says."""

import io
import zipfile

from knowledge.errors import Refused

_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (_PDF, "a PDF"),
    (_OLE, "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "an RTF text"),
)
_OFFICE = {  # the program, and what it makes
    ".xlsx": ("Excel", "workbook"),
    ".xlsm": ("Excel", "workbook"),
    ".docx": ("Word", "Word file"),
}
_TABLES = {".csv", ".tsv"}


def check_kind(suffix: str, data: bytes) -> None:
    """Refuse a file whose content is not what its name says.

    Raises:
        Refused: with what it is and what to do.
    """
    if suffix in _OFFICE:
        _check_office(suffix, data)
        return
    if suffix == ".pdf":
        if _PDF not in data[:1024]:
            found = _packed(data) if data.startswith(_ZIP) else _known(data) or "no PDF"
            raise Refused(f"not what its name says: {suffix} in name, {found} inside")
        return
    found = _packed(data) if data.startswith(_ZIP) else _known(data)
    if not found and suffix in _TABLES and _is_html(data):
        found = "an HTML page: rename it to .html"
    if found:
        raise Refused(f"not what its name says: {suffix} in name, {found} inside")


def _check_office(suffix: str, data: bytes) -> None:
    program, what = _OFFICE[suffix]
    if data.startswith(_OLE):
        old = suffix[:-1]
        raise Refused(
            f"protected with a password, or an old {old[1:]} with a new name: "
            f"open it and save it as {suffix} without a password"
        )
    if not data.startswith(b"PK"):
        found = _known(data) or ("an HTML page" if _is_html(data) else f"no {what}")
        raise Refused(f"not what its name says: {suffix} in name, {found} inside")
    found = _packed(data)
    if program not in found:
        raise Refused(f"not what its name says: {suffix} in name, {found} inside")


def _known(data: bytes) -> str:
    return next((name for magic, name in _MAGIC if data.startswith(magic)), "")


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a broken archive"
    if "xl/workbook.xml" in names:
        return "an Excel workbook: rename it to .xlsx"
    if "word/document.xml" in names:
        return "a Word text: rename it to .docx"
    return "an archive: unpack it"


def _is_html(data: bytes) -> bool:
    return data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html"))
