"""Finding files: what was named on the command line becomes single files with names."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from knowledge.errors import KnowledgeError, Refused
from knowledge.fingerprint import text_hash
from knowledge.sources.archive import read_member

MAX_BYTES = 20_000_000
_MAX_PAPER_BYTES = 50_000_000  # of PDF and Word files, which are mostly pictures
_PAPERS = {".pdf", ".docx"}
ARCHIVE = ".zip"
_MAX_FILES = 10_000
_MAX_NAME = 60
_UNSPEAKABLE = regex.compile(r"[\p{C}\p{Zl}\p{Zp}]")  # control, direction, bytes of no encoding
_NOT_NAME = regex.compile(r"[^\p{L}\p{N}]+")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: where it is, how reports call it, and the name its documents' ids begin with.

    `name` is what distinguishes the file inside the folder that was asked for; `shown` is the path
    that reports and documents carry. A file inside an archive has the archive's `path`, and its
    own name there as `member`.
    """

    path: Path
    shown: str
    name: str
    member: str = ""

    @property
    def suffix(self) -> str:
        """The ending of the name in lower case, with its dot."""
        return self.place.suffix.lower()

    @property
    def place(self) -> Path:
        """Where it is, inside an archive or not."""
        return Path(self.shown) if self.member else self.path

    @property
    def max_bytes(self) -> int:
        """How large it may be."""
        return _MAX_PAPER_BYTES if self.suffix in _PAPERS else MAX_BYTES

    def read(self) -> bytes:
        """Return the bytes.

        Raises:
            Refused: there is no such file, it is empty, too large, a pipe, or cannot be opened.
        """
        if self.path != Path(speakable(str(self.path))):
            raise Refused("its name has control characters or broken letters: rename it")
        try:
            data = (
                read_member(self.path, self.member, self.max_bytes) if self.member else self._own()
            )
        except OSError as cause:
            raise Refused(f"cannot be opened: {cause.strerror or cause}") from cause
        if not data.strip():
            raise Refused("the file is empty")
        return data

    def _own(self) -> bytes:
        status = self.path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Refused("not a regular file")
        if status.st_size > self.max_bytes:
            raise Refused(
                f"{status.st_size / 1e6:.0f} MB; at most {self.max_bytes // 1_000_000} MB a file: "
                "split it"
            )
        return self.path.read_bytes()


def find_files(paths: Sequence[Path]) -> tuple[SourceFile, ...]:
    """Return the files named, and all inside the folders named, sorted; hidden ones are left out.

    A path that does not exist comes back too: reading it says what is wrong.

    Raises:
        KnowledgeError: there are too many.
    """
    found: dict[Path, str] = {}
    for path in paths:
        for file, name in _files_in(path):
            found.setdefault(file, name)
    if len(found) > _MAX_FILES:
        raise KnowledgeError(
            f"Too much at once: {len(found)} files; at most {_MAX_FILES}. Name smaller folders."
        )
    for distinct in (_with_suffix, folder_name):
        times = Counter(found.values())
        found = {
            file: name if times[name] == 1 else distinct(file, name) for file, name in found.items()
        }
    return tuple(SourceFile(file, speakable(str(file)), name) for file, name in found.items())


def speakable(name: str) -> str:
    """Return a name with a question mark for each character that cannot be shown or stored."""
    return _UNSPEAKABLE.sub("?", name)


def slug(text: str, max_chars: int = _MAX_NAME) -> str:
    """Return text as part of an id: lower case, letters and digits, words apart by a hyphen."""
    name = _NOT_NAME.sub("-", text.casefold()).strip("-")
    if len(name) > max_chars:
        name = f"{name[: max_chars - 9].rstrip('-')}-{text_hash(text)[:8]}"
    return name or text_hash(text)[:8]


def _files_in(path: Path) -> Iterator[tuple[Path, str]]:
    full = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    if not full.is_dir():
        yield full, slug(speakable(full.stem))
        return
    for folder, folders, names in os.walk(full):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(_visible(names)):
            file = Path(folder, name)
            if not file.is_symlink():
                yield file, slug(speakable(file.relative_to(full).with_suffix("").as_posix()))


def _visible(names: Iterable[str]) -> Iterator[str]:
    """Leave out hidden files, and the traces that open office documents leave."""
    return (name for name in names if not name.startswith((".", "~$")))


def _with_suffix(file: Path, name: str) -> str:
    """Tell `faq.md` from `faq.csv` in one folder."""
    return slug(f"{name}-{file.suffix}")


def folder_name(file: Path, name: str) -> str:
    """Return a name that tells a file from another of its name in another folder."""
    return slug(f"{speakable(file.parent.name)}-{name}-{text_hash(speakable(str(file)))[:4]}")


def stands(path: str) -> bool:
    """Say whether the file of a document is there, or the archive that holds it."""
    return Path(path).exists() or any(
        folder.suffix.lower() == ARCHIVE and folder.is_file() for folder in Path(path).parents
    )


def member_files(archive: SourceFile, members: Sequence[tuple[str, str]]) -> tuple[SourceFile, ...]:
    """Return the files of an archive by their (name in it, name as shown), each with its own name."""
    files = {name: Path(archive.shown, shown) for name, shown in members}
    names = {
        name: slug(f"{archive.name}-{Path(shown).with_suffix('').as_posix()}")
        for name, shown in members
    }
    times = Counter(names.values())
    return tuple(
        SourceFile(
            archive.path,
            str(files[name]),
            its if times[its] == 1 else _with_suffix(files[name], its),
            name,
        )
        for name, its in names.items()
    )
