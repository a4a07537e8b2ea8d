"""Files that came over the wire, under names that nobody has to trust."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from knowledge.report import Upload
from knowledge.sources.files import SourceFile, slug

FOLDER = "upload"  # what the paths of uploaded documents begin with
_MAX_NAME = 120


def uploaded_files(uploads: Sequence[Upload]) -> tuple[SourceFile, ...]:
    """Return uploads as files to read; their documents carry paths like `upload/faq.csv`."""
    shown = [PurePosixPath(FOLDER, plain_name(upload.name)) for upload in uploads]
    times = Counter(slug(path.stem) for path in shown)
    return tuple(
        SourceFile(upload.path, str(path), _source(path, several=times[slug(path.stem)] > 1))
        for upload, path in zip(uploads, shown, strict=True)
    )


def plain_name(name: str) -> str:
    """Return the last part of a file's name, in letters that a report can show, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if char.isprintable()).strip(" .")
    suffix = Path(shown).suffix[:20]
    stem = shown[: len(shown) - len(suffix)] if suffix else shown
    return f"{stem[:_MAX_NAME]}{suffix}" or "file"


def _source(path: PurePosixPath, *, several: bool) -> str:
    return slug(f"{path.stem}-{path.suffix}") if several else slug(path.stem)
