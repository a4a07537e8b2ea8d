"""One writer at a time for a data folder."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.errors import IndexBusy

_FILE = "write.lock"
_WAIT_S = 10.0  # for another thread of this process


@dataclass(slots=True)
class _Held:
    """The lock of one folder inside this process; `depth` counts nested uses by one thread."""

    lock: "threading.RLock" = field(default_factory=threading.RLock)
    depth: int = 0
    descriptor: int = -1


_held: dict[Path, _Held] = {}
_guard = threading.Lock()


@contextmanager
def write_lock(home: Path) -> Iterator[None]:
    """Hold the right to write into a data folder; the same thread may take it again inside.

    The system takes it back when the process dies, however it dies.

    Raises:
        IndexBusy: another process, or for ten seconds another thread, is writing.
    """
    folder = home.resolve()
    with _guard:
        held = _held.setdefault(folder, _Held())
    if not held.lock.acquire(timeout=_WAIT_S):
        raise IndexBusy(
            f"{str(home)!r} is being written to by this program; try again in a minute."
        )
    try:
        if not held.depth:
            held.descriptor = _lock_file(folder)
        held.depth += 1
        try:
            yield
        finally:
            held.depth -= 1
            if not held.depth:
                os.close(held.descriptor)
    finally:
        held.lock.release()


def _lock_file(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as cause:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise IndexBusy(
            f"Another process (number {holder}) is writing to {str(folder)!r}; "
            "wait until it is done, or ingest through the running panel."
        ) from cause
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor
