"""What the page keeps in the data folder: runs and audits, each in a folder with a name of its own."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.conversation import Frozen
from copilot.errors import NoSuchRecord
from evals.baseline import HOME as OURS
from evals.compare import Comparison, Metric
from evals.folder import MANIFEST, Run, read_run, write_whole

ACCEPTED = "accepted"  # the name under which the accepted run is compared
_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
_LISTED = 50  # runs; older ones stay in their folders
_ASKED, _METRICS, _HELD = "asked.json", "metrics.json", "held.json"


class Asked(Frozen):
    """What a run was asked for; `sample`: answered from the sample shop instead of the own base."""

    split: Literal["", "dev", "test"] = ""
    lang: Literal["", "ru", "en"] = ""
    tag: str = ""
    sample: bool = True
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Metrics(Frozen):
    """The metrics of a finished run; `faulty` rows break a metric that may never be broken."""

    metrics: tuple[Metric, ...]
    rows: int
    errors: int
    faulty: int


class Entry(Frozen):
    """A run in the list; `metrics` are there when it is finished, `held` when it could be compared."""

    name: str
    asked: Asked
    metrics: Metrics | None = None
    held: Comparison | None = None


class Audit(BaseModel):
    """An audit in the list."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    files: tuple[str, ...] = ()
    conversations: int = 0
    replies: int = 0
    faults: int = 0
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Store:
    """The folders of runs and audits below the data folder."""

    def __init__(self, home: Path) -> None:
        """Work below a data folder."""
        self.runs_home = home / "evals" / "runs"
        self.audits_home = home / "evals" / "audits"
        self.uploads_home = home / "evals" / "uploads"
        self._own_accepted = home / "evals" / ACCEPTED

    @staticmethod
    def new_name(at: datetime) -> str:
        """Return a name that sorts by time."""
        return f"{at.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"

    @property
    def accepted(self) -> Path:
        """The accepted run: this installation's own, or the one that comes with Teplo."""
        return self._own_accepted if (self._own_accepted / MANIFEST).exists() else OURS

    def run_folder(self, name: str) -> Path:
        """Return the folder of a run.

        Raises:
            NoSuchRecord: there is none of that name.
        """
        if name == ACCEPTED:
            return self.accepted
        return _named(self.runs_home, name)

    def audit_folder(self, name: str) -> Path:
        """Return the folder of an audit.

        Raises:
            NoSuchRecord: there is none of that name.
        """
        return _named(self.audits_home, name)

    def begin(self, asked: Asked) -> str:
        """Make the folder of a run and return its name."""
        name = self.new_name(asked.at)
        write_whole(self.runs_home / name / _ASKED, asked.model_dump_json())
        return name

    def asked(self, name: str) -> Asked:
        """Return what a run was asked for."""
        return Asked.model_validate_json((self.run_folder(name) / _ASKED).read_text("utf-8"))

    def finish(self, name: str, metrics: Metrics, held: Comparison | None) -> None:
        """Keep what a finished run shows beside its rows."""
        folder = self.run_folder(name)
        if held:
            write_whole(folder / _HELD, held.model_dump_json())
        write_whole(folder / _METRICS, metrics.model_dump_json())

    def runs(self) -> list[Entry]:
        """Return the newest runs, newest first; a folder that is none is left out."""
        names = _names(self.runs_home)[:_LISTED]
        return [found for name in names if (found := _entry(self.runs_home, name))]

    def run(self, name: str) -> Run:
        """Read a run.

        Raises:
            NoSuchRecord: there is none of that name.
            BadRun: it is damaged, or of another version.
        """
        folder = self.run_folder(name)
        stamps = [one.stat().st_mtime_ns for one in sorted(folder.glob("*.json*"))]
        return _read(folder, tuple(stamps))

    def of_the_week(self, now: datetime) -> Entry | None:
        """Return the newest run of the last seven days that was held against the accepted one."""
        since = now - timedelta(days=7)
        return next((one for one in self.runs() if one.held and one.asked.at >= since), None)

    def audits(self) -> list[Audit]:
        """Return the audits, newest first."""
        found = []
        for name in _names(self.audits_home):
            path = self.audits_home / name / "told.json"
            if path.exists():
                told = Audit.model_validate_json(path.read_text("utf-8"))
                found.append(told.model_copy(update={"name": name}))
        return found


def _named(home: Path, name: str) -> Path:
    if not _NAME.fullmatch(name) or not (home / name).is_dir():
        raise NoSuchRecord(f"There is no {name[:40]!r} here.")
    return home / name


def _names(home: Path) -> list[str]:
    if not home.is_dir():
        return []
    return sorted((one.name for one in home.iterdir() if _NAME.fullmatch(one.name)), reverse=True)


def _entry(home: Path, name: str) -> Entry | None:
    folder = home / name
    try:
        asked = Asked.model_validate_json((folder / _ASKED).read_text("utf-8"))
        metrics = held = None
        if (folder / _METRICS).exists():
            metrics = Metrics.model_validate_json((folder / _METRICS).read_text("utf-8"))
        if (folder / _HELD).exists():
            held = Comparison.model_validate_json((folder / _HELD).read_text("utf-8"))
    except (OSError, ValidationError):
        return None  # of another version, or half made by a killed service
    return Entry(name=name, asked=asked, metrics=metrics, held=held)


@lru_cache(maxsize=4)
def _read(folder: Path, _: tuple[int, ...]) -> Run:
    return read_run(folder)
