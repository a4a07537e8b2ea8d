"""What can be wrong with an eval, said so that it can be mended."""

from copilot.errors import TeploError


class BadSuite(TeploError):
    """A suite has faults; every one is listed with file and line."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep the faults."""
        super().__init__("\n".join(faults))
        self.faults = faults


class BadRun(TeploError):
    """A run folder is not one, or is of another version."""


class BadExport(TeploError):
    """An export of conversations cannot be read; the message says which file and why."""
