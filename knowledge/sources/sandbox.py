"""Reading files in a process of their own, which may break, hang or burst at their cost alone."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from knowledge.documents import Document
from knowledge.errors import Refused
from knowledge.sources.archive import Member, list_members
from knowledge.sources.files import SourceFile
from knowledge.sources.found import Found, PastChat, Reading, Wishes
from knowledge.sources.reading import collect, read_file

TIME_LIMIT_S = 9  # of processor time: a busy machine refuses nothing that an idle one takes
MEMORY_LIMIT = 310 * 2**20  # bytes of address space, of which at least 14 MB are never touched
_WAITING = 4  # times the limit, on the clock
_MAX_ANSWER = 128 * 2**20  # bytes
_TIME_SIGNALS = {getattr(signal, "SIGXCPU", None)}
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH")


class Reader(Protocol):
    """Reads files and the lists of archives."""

    def read(self, file: SourceFile, wishes: Wishes) -> Reading:
        """Return what is in a file; never raises."""
        ...

    def members(self, path: Path) -> tuple[Member, ...]:
        """Return the files of an archive.

        Raises:
            Refused: it is no archive, is broken, or holds too much.
        """
        ...


class DirectReader:
    """Reads files in this process: for those that came with the program."""

    def read(self, file: SourceFile, wishes: Wishes) -> Reading:
        """Return what is in a file; never raises."""
        return read_file(file, wishes)

    def members(self, path: Path) -> tuple[Member, ...]:
        """Return the files of an archive.

        Raises:
            Refused: it is no archive, is broken, or holds too much.
        """
        return list_members(path)


class Sandbox:
    """Reads files in a child process with limits of time and memory, one child for many files.

    A file that breaks the child is refused, and the next one gets a new child. Use it as a context,
    from one thread.
    """

    def __init__(
        self, *, time_limit_s: int = TIME_LIMIT_S, memory_limit: int = MEMORY_LIMIT
    ) -> None:
        """Prepare it; the child starts with the first file.

        `time_limit_s` is processor time, and a quarter of the time on the clock; `memory_limit` is bytes
        of address space.
        """
        self._time_limit_s = time_limit_s
        self._memory_limit = memory_limit
        self._child: subprocess.Popen[str] | None = None

    def read(self, file: SourceFile, wishes: Wishes) -> Reading:
        """Return what is in a file; never raises."""
        job = {
            "do": "read",
            "path": str(file.path),
            "shown": file.shown,
            "name": file.name,
            "member": file.member,
            "kind": wishes.kind,
            "locale": wishes.locale,
            "columns": dict(wishes.columns),
        }
        return collect(file, self._found(job))

    def members(self, path: Path) -> tuple[Member, ...]:
        """Return the files of an archive.

        Raises:
            Refused: it is no archive, is broken, or holds too much.
        """
        answers = self._answers({"do": "list", "path": str(path)})
        return tuple(Member(*line["member"]) for line in answers)

    def __enter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.wait()

    def _found(self, job: dict[str, Any]) -> Found:
        for line in self._answers(job):
            if "document" in line:
                yield Document.model_validate(line["document"])
            elif "chat" in line:
                yield PastChat(Document.model_validate(line["chat"]))
            else:
                yield Refused(line["refused"], place=line["place"])

    def _answers(self, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the child's answers to one job.

        Raises:
            Refused: the child says so, or it broke a limit and was ended.
        """
        child = self._started()
        out_of_time = threading.Event()
        timer = threading.Timer(_WAITING * self._time_limit_s, _end, (child, out_of_time))
        timer.daemon = True
        timer.start()
        try:
            yield from self._conversation(child, job, out_of_time)
        finally:
            timer.cancel()

    def _conversation(
        self, child: "subprocess.Popen[str]", job: dict[str, Any], out_of_time: threading.Event
    ) -> Iterator[dict[str, Any]]:
        if child.stdin is None or child.stdout is None:
            raise Refused("the process that reads files has no pipes")
        with contextlib.suppress(OSError):  # it died: the answer will tell
            child.stdin.write(f"{json.dumps(job)}\n")
            child.stdin.flush()
        failed: Refused | None = None
        room = _MAX_ANSWER
        while room > 0 and (text := child.stdout.readline(room)).endswith("\n"):
            room -= len(text)
            line = json.loads(text)
            if "failed" in line:
                failed = Refused(line["failed"], place=line.get("place", ""))
            elif "end" in line:
                if line["worn"]:
                    self.close()
                if failed:
                    raise failed
                return
            else:
                yield line
        self.close()
        raise Refused(self._why(child.returncode, full=room <= 0, late=out_of_time.is_set()))

    def _why(self, code: int | None, *, full: bool, late: bool) -> str:
        """Return why a child ended before its answer did."""
        if late or (code is not None and -code in _TIME_SIGNALS):
            return f"reading it takes more than {self._time_limit_s} s: split it"
        if full:
            return f"holds more than {_MAX_ANSWER // 2**20} MB of text: split it"
        return f"reading it broke off (the reader ended with {code})"

    def _started(self) -> "subprocess.Popen[str]":
        if self._child is not None and self._child.poll() is None:
            return self._child
        self.close()
        arguments = [str(self._memory_limit), str(self._time_limit_s)]
        self._child = subprocess.Popen(  # noqa: S603 - no word of the command comes from outside
            [sys.executable, "-m", "knowledge.sources.child", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
            env=_environment(),
            encoding="utf-8",
            start_new_session=True,
        )
        return self._child


def _end(child: "subprocess.Popen[str]", out_of_time: threading.Event) -> None:
    out_of_time.set()
    child.kill()


def _environment() -> dict[str, str]:
    """Return what the child needs to start: no keys, no addresses, one thread for numbers."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
