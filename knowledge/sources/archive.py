"""Zip archives: which files are in one, and their bytes, whatever the archive claims."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

import regex

from knowledge.errors import Refused

MAX_ARCHIVE_BYTES = 200_000_000
_MAX_UNPACKED = 200 * 1024 * 1024
_MAX_MEMBERS = 10_000
_MAX_RATIO = 200  # what texts reach is 5-20
_RATIO_FROM = 1_000_000  # bytes below which a ratio says nothing
_MAX_PATH = 400
_ARCHIVES = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".jar", ".zst", ".iso"}
_UNSPEAKABLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")
_DRIVE = regex.compile(r"^[A-Za-z]:")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: its name there, how it is shown, and why it is not read, if so."""

    name: str
    shown: str
    refusal: str = ""


def list_members(path: Path) -> tuple[Member, ...]:
    """Return the files of an archive in order of their names; hidden ones are left out.

    Raises:
        Refused: it is no archive, is broken, or holds too much.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused("not a regular file")
        if status.st_size > MAX_ARCHIVE_BYTES:
            raise Refused(
                f"{status.st_size / 1e6:.0f} MB; at most {MAX_ARCHIVE_BYTES // 1_000_000} MB an "
                "archive: split it"
            )
        parts = _archive(path).infolist()
    except OSError as cause:
        raise Refused(f"cannot be opened: {cause.strerror or cause}") from cause
    files = [part for part in parts if not part.is_dir()]
    unpacked = sum(part.file_size for part in files)
    if len(files) > _MAX_MEMBERS or unpacked > _MAX_UNPACKED:
        raise Refused(
            f"unpacks to {unpacked / 1e6:.0f} MB in {len(files)} files; at most "
            f"{_MAX_UNPACKED // 2**20} MB and {_MAX_MEMBERS} files"
        )
    return tuple(_members(files))


def read_member(path: Path, name: str, max_bytes: int) -> bytes:
    """Return the bytes of a file inside an archive.

    Raises:
        Refused: it is not there, is too large, or cannot be unpacked.
        OSError: the archive cannot be opened.
    """
    try:
        with _archive(path).open(name) as stream:
            data = stream.read(max_bytes + 1)
    except KeyError as cause:
        raise Refused("not in the archive any more") from cause
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as cause:
        raise Refused(f"cannot be unpacked ({str(cause)[:100]}); pack it again") from cause
    if len(data) > max_bytes:
        raise Refused(f"more than {max_bytes // 1_000_000} MB: split it")
    return data


def _archive(path: Path) -> zipfile.ZipFile:
    status = path.stat()
    return _opened(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)  # the files of one archive are read one after another
def _opened(path: Path, _changed: int, _size: int) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as cause:
        raise Refused(f"a broken archive ({str(cause)[:100]}); pack it again") from cause


def _members(parts: list[zipfile.ZipInfo]) -> list[Member]:
    found: list[Member] = []
    seen: set[str] = set()
    for part in parts:
        shown = _shown(part)
        if _is_hidden(shown):
            continue
        refusal = _refusal(part, shown) or ("its name stands twice" if shown in seen else "")
        seen.add(shown)
        found.append(Member(part.filename, _safe(shown), refusal))
    return sorted(found, key=lambda member: (member.shown, member.refusal))


def _shown(part: zipfile.ZipInfo) -> str:
    """Return the name as it was meant: UTF-8 without saying so, or the old encoding of Windows."""
    if part.flag_bits & _UTF8_NAME:
        return part.filename
    for encoding in ("utf-8", "cp866"):
        try:
            return part.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return part.filename


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.startswith((".", "__", "~$")) and part != ".." for part in parts)


def _refusal(part: zipfile.ZipInfo, shown: str) -> str:
    """Return why a file of an archive is not read, or nothing."""
    path = PurePosixPath(shown)
    leads_out = ".." in path.parts or path.is_absolute() or "\\" in shown or _DRIVE.match(shown)
    reasons = (
        (leads_out, "its path leads out of the archive"),
        (
            len(shown) > _MAX_PATH or bool(_UNSPEAKABLE.search(shown)),
            "its name is too long or has control characters",
        ),
        (stat.S_ISLNK(part.external_attr >> 16), "a link, not a file"),
        (
            path.suffix.lower() in _ARCHIVES,
            "an archive inside an archive is not opened: unpack it",
        ),
        (part.flag_bits & _ENCRYPTED, "protected with a password: pack it without one"),
        (
            part.file_size > max(_RATIO_FROM, _MAX_RATIO * part.compress_size),
            "packed like a zip bomb",
        ),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _safe(name: str) -> str:
    """Return a name that a report can show on one line."""
    return _UNSPEAKABLE.sub("?", name)[:_MAX_PATH]
