"""The process that reads untrusted files, within limits: run as `python -m knowledge.sources.child`.

Each line of input is a job as JSON; the answer is a line for each thing found and one that ends it.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from knowledge.errors import Refused
from knowledge.sources.archive import list_members
from knowledge.sources.files import SourceFile
from knowledge.sources.found import PastChat, Wishes
from knowledge.sources.reading import found_in

_WORN = 0.4  # of the memory: a process that has needed so much once makes room for a new one
_NEARLY = 0.7  # of the memory: what fails beyond that fails for want of it, whatever it says
_FULL = "needs too much memory: split it"
Line = dict[str, Any]


def main() -> None:
    """Answer jobs until there are no more."""
    max_bytes, time_limit_s = int(sys.argv[1]), int(sys.argv[2])
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    _limit_memory(max_bytes)
    for job in sys.stdin:
        _limit_time(time_limit_s)
        _answer(json.loads(job), out, max_bytes)
        worn = _peak_bytes() > _WORN * max_bytes
        _write(out, {"end": True, "worn": worn})
        if worn:
            return


def _answer(job: Line, out: TextIO, max_bytes: int) -> None:
    """Write what is found; a file that breaks the reader is refused like any other."""
    failed = place = ""
    try:
        for line in _lines(job):
            _write(out, line)
    except Refused as refusal:
        failed, place = refusal.reason, refusal.place
    except MemoryError:
        failed = _FULL
    except RecursionError:
        failed = "not read: nested too deep"
    except Exception as cause:  # noqa: BLE001 - whatever a hostile file provokes ends here
        full = _status("VmPeak") > _NEARLY * max_bytes
        failed = _FULL if full else f"cannot be read ({type(cause).__name__}: {cause})"[:200]
    if failed:  # said here, where what filled the memory is let go
        _write(out, {"failed": failed, "place": place})


def _lines(job: Line) -> Iterator[Line]:
    path = Path(job["path"])
    if job["do"] == "list":
        for member in list_members(path):
            yield {"member": [member.name, member.shown, member.refusal]}
        return
    file = SourceFile(path, job["shown"], job["name"], job["member"])
    for found in found_in(file, Wishes(job["kind"], job["locale"], job["columns"])):
        if isinstance(found, Refused):
            yield {"refused": found.reason, "place": found.place}
        elif isinstance(found, PastChat):
            yield {"chat": found.document.model_dump(mode="json")}
        else:
            yield {"document": found.model_dump(mode="json")}


def _write(out: TextIO, line: Line) -> None:
    out.write(json.dumps(line, ensure_ascii=True))
    out.write("\n")
    out.flush()


def _limit_memory(max_bytes: int) -> None:
    """Limit the address space, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return


def _limit_time(limit_s: int) -> None:
    """Give the next job as much processor time, where the system can."""
    try:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + limit_s
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    except (ImportError, ValueError, OSError):
        return


def _peak_bytes() -> int:
    """Return the most memory that this process has held.

    Not by `getrusage`: there a child begins with the peak of its parent.
    """
    return _status("VmHWM")


def _status(name: str) -> int:
    """Return a figure of this process in bytes, 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    line = next((line for line in status.split("\n") if line.startswith(f"{name}:")), "none: 0 kB")
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
