"""What can go wrong with documents and the index; the whole tree is drawn in `copilot/errors.py`."""


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
