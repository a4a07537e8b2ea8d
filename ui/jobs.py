"""Long work, one job after another; whoever started it asks how far it is, and may stop it."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Literal
from weakref import WeakValueDictionary

from pydantic import BaseModel

from copilot.errors import KnowledgeError, NotFound, TeploError
from knowledge import Progress

LOG = logging.getLogger("teplo.jobs")

_KEPT = 50
_WAITING = 8

State = Literal["queued", "running", "done", "failed", "stopped"]
What = Literal["upload", "lint", "run", "audit"]
Work = Callable[[Callable[[Progress], None]], dict[str, Any]]


class Trouble(BaseModel):
    """Why a job failed."""

    code: str
    message: str


class Job(BaseModel):
    """How far a job is: `done` of `total` in the file `path`, which is `file` of `files`."""

    id: str
    what: What
    state: State = "queued"
    file: int = 0
    files: int = 0
    done: int = 0
    total: int = 0
    path: str = ""
    error: Trouble | None = None
    result: dict[str, Any] | None = None


class Stopped(KnowledgeError):
    """The service is going down, or somebody stopped the job; what was committed stays."""


class _Unwanted(Stopped):
    """Somebody stopped the job."""


class TooMany(KnowledgeError):
    """More jobs wait than anybody will wait for."""


class Jobs:
    """The jobs since the start. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin without any."""
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._unwanted: set[str] = set()
        self._closing = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="knowledge-jobs")

    @property
    def closed(self) -> bool:
        """Whether they were stopped."""
        return self._closing

    def start(self, what: What, work: Work) -> Job:
        """Put work into the queue; `work` gets a callback for its progress and returns its result.

        Raises:
            TooMany: eight jobs wait already.
        """
        with self._lock:
            if sum(job.state == "queued" for job in self._jobs.values()) >= _WAITING:
                raise TooMany("Eight jobs wait already: try again when one of them is done.")
            job = Job(id=str(next(self._numbers)), what=what)
            self._jobs[job.id] = job
            while len(self._jobs) > _KEPT:
                oldest = next(name for name, one in self._jobs.items() if one.state != "running")
                del self._jobs[oldest]
        self._worker.submit(self._run, job, work)
        return job.model_copy()

    def job(self, job_id: str) -> Job:
        """Return how far a job is.

        Raises:
            NotFound: there is none, or it was long ago.
        """
        with self._lock:
            if job_id not in self._jobs:
                raise NotFound(f"There is no job {job_id!r}.")
            return self._jobs[job_id].model_copy()

    def all(self) -> list[Job]:
        """Return the jobs, newest first."""
        with self._lock:
            return [job.model_copy() for job in reversed(self._jobs.values())]

    def stop(self, job_id: str) -> None:
        """Stop a job at its next step; one that is over stays as it is.

        Raises:
            NotFound: there is none, or it was long ago.
        """
        with self._lock:
            if job_id not in self._jobs:
                raise NotFound(f"There is no job {job_id!r}.")
            self._unwanted.add(job_id)

    def close(self) -> None:
        """Stop at the next step and wait for it."""
        self._closing = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Work) -> None:
        def tell(step: Progress) -> None:
            if self._closing:
                raise Stopped("The service is going down; upload the file again to go on.")
            if job.id in self._unwanted:
                raise _Unwanted
            self._set(job, file=step.file, files=step.files, done=step.done, total=step.total,
                      path=step.path)  # fmt: skip

        self._set(job, state="running")
        try:
            result = work(tell)
        except _Unwanted:
            self._set(job, state="stopped")
        except TeploError as error:
            self._fail(job, type(error).__name__, str(error))
        except Exception:
            LOG.exception("A job broke off.")
            self._fail(
                job, "Bug", "An internal error; the terminal of the service has the details."
            )
        else:
            self._set(job, state="done", result=result)

    def _fail(self, job: Job, code: str, message: str) -> None:
        self._set(job, state="failed", error=Trouble(code=code, message=message))

    def _set(self, job: Job, **values: Any) -> None:
        with self._lock:
            for name, value in values.items():
                setattr(job, name, value)


_OF_HOMES: WeakValueDictionary[Path, Jobs] = WeakValueDictionary()


def jobs_of(home: Path) -> Jobs:
    """Return the jobs of a data folder: REST and the page show the same ones."""
    jobs = _OF_HOMES.get(home)
    if jobs is None or jobs.closed:
        jobs = _OF_HOMES[home] = Jobs()
    return jobs
