"""What can go wrong with documents and the index; the whole tree is drawn in `copilot/errors.py`."""

from dataclasses import dataclass, field

Place = tuple[str | int, ...]


class TeploError(Exception):
    """Something the user can understand and act upon: says what happened and what to do."""


class KnowledgeError(TeploError):
    """Documents, the catalogue or the index cannot do what was asked."""


class Refused(KnowledgeError):
    """A file or a row that is not taken in; the reason goes into the report, the rest goes on."""

    def __init__(self, reason: str, *, place: str = "") -> None:
        """Say why, and where in the file (line, row, sheet)."""
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


class IndexBusy(KnowledgeError):
    """Another process is writing to the same data folder."""


class EmbeddingUnavailable(KnowledgeError):
    """The model that turns text into vectors cannot be built or does not answer."""


class NotFound(KnowledgeError):
    """There is no document, version or gap of this name."""


class Stale(KnowledgeError):
    """A document was changed since it was read; `version` is the one in force, 0 when it is gone."""

    def __init__(self, document: str, version: int) -> None:
        """Name the document and its version."""
        now = f"it is at version {version} now" if version else "it is gone now"
        super().__init__(f"{document!r} was changed meanwhile: {now}. Read it again.")
        self.version = version


class Exists(KnowledgeError):
    """A new document has the id of one that is there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value of a form; `path` leads to it, `key` names the kind of fault."""

    path: Place
    key: str
    message: str
    params: dict[str, str | int | float | bool] = field(default_factory=dict)


class InvalidForm(KnowledgeError):
    """A form has faults; all of them are in `faults`."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Say the first three."""
        said = "; ".join(f"{'.'.join(map(str, f.path)) or 'form'}: {f.message}" for f in faults[:3])
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        super().__init__(f"{said}{more}")
        self.faults = faults
