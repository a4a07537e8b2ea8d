"""What an ingest tells: how far it is, and what came of it."""

from pathlib import Path

from knowledge.documents import Value


class Refusal(Value):
    """A file, or a row of it, that was not taken in."""

    path: str
    place: str = ""
    reason: str


class Progress(Value):
    """How far an ingest is: `done` of `total` documents of the file `path`, `file` of `files`."""

    path: str
    file: int
    files: int
    done: int
    total: int


class Upload(Value):
    """A file that came over the wire: where it lies for now, and what it is called."""

    path: Path
    name: str


class FileLine(Value):
    """What came of one file, counted in documents; `why` when nothing of it was taken in."""

    path: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: int = 0
    why: str = ""


class Report(Value):
    """What came of an ingest, counted in documents; `removed` are rows and files that are gone.

    `files` has a line for every file that was read, those inside archives too.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: tuple[Refusal, ...] = ()
    files: tuple[FileLine, ...] = ()
    documents: int = 0
    chunks: int = 0
    seconds: float = 0.0


class Stats(Value):
    """What the catalogue holds; `documents` are counted by language and kind, as `ru script`."""

    documents: dict[str, int]
    samples: int
    chunks: int
    questions: int
    missing_vectors: int
    revision: int
    model: str
