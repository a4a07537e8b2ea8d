"""The samples that come with the program: scripts, tone rules and cases of an invented shop."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.documents import Document, Kind, Locale, Record, ToneRule
from knowledge.errors import KnowledgeError

if TYPE_CHECKING:  # the readers of all kinds of files come with the first use
    from knowledge.sources import SourceFile

_FOLDERS: dict[Kind, str] = {"script": "scripts", "tone": "tone", "case": "cases"}
_LOCALES: tuple[Locale, ...] = ("ru", "en")
STARTER = "starter"  # what the paths of sample documents begin with


def load_starter(locale: Locale | None = None, kind: Kind | None = None) -> tuple[Record, ...]:
    """Return the sample records of a language and kind, or of all, ordered by language and id.

    Raises:
        KnowledgeError: a packaged file cannot be read; the installation is damaged.
    """
    documents = (
        document
        for its_locale in ([locale] if locale else _LOCALES)
        for its_kind in ([kind] if kind else _FOLDERS)
        for document in _documents(its_locale, its_kind)
    )
    found = [document.record for document in documents if document.record]
    return tuple(sorted(found, key=lambda record: (record.locale, record.kind, record.id)))


def starter_files(
    locale: Locale | None = None, kind: Kind | None = None
) -> "tuple[SourceFile, ...]":
    """Return the sample files; their documents carry paths like `starter/ru/scripts/S01-….md`."""
    from knowledge.sources import SourceFile

    return tuple(
        SourceFile(
            path,
            f"{STARTER}/{its_locale}/{_FOLDERS[its_kind]}/{path.name}",
            f"{STARTER}-{its_locale}-{path.stem}",
        )
        for its_locale in ([locale] if locale else _LOCALES)
        for its_kind in ([kind] if kind else _FOLDERS)
        for path in _paths(its_locale, its_kind)
    )


def is_starter(path: str) -> bool:
    """Say whether a document of this path is a sample that came with the program."""
    return path.startswith(f"{STARTER}/")


def tone_rules(own: Sequence[Document], locale: Locale) -> tuple[ToneRule, ...]:
    """Return the active tone rules of a language: the samples, and a company's own over them."""
    rules = {
        record.id: record for record in load_starter(locale, "tone") if isinstance(record, ToneRule)
    }
    for document in own:
        if is_starter(document.path):  # the program may have newer ones by now
            continue
        if isinstance(document.record, ToneRule) and document.locale == locale:
            rules[document.record.id] = document.record
    return tuple(rules[name] for name in sorted(rules) if rules[name].status == "active")


@cache
def _documents(locale: Locale, kind: Kind) -> tuple[Document, ...]:
    from knowledge.sources import Wishes, read_file

    found: list[Document] = []
    for file in starter_files(locale, kind):
        reading = read_file(file, Wishes(shipped=True))
        if reading.refused:
            refusal = reading.refused[0]
            raise KnowledgeError(
                f"The sample {refusal.path!r} cannot be read ({refusal.place}: {refusal.reason}); "
                "install the program again."
            )
        found.extend(reading.documents)
    return tuple(found)


def _paths(locale: Locale, kind: Kind) -> list[Path]:
    with as_file(files("knowledge") / "starter" / locale / _FOLDERS[kind]) as folder:
        return sorted(folder.glob("*.md"))
