"""The outbox: exactly what was sent to a language model, kept so that it can be shown."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

MAX_FILE_BYTES = 4_000_000  # two such files are kept, the newer one still growing


class Outbox:
    """JSON lines `{"at", "host", "path", "body"}` in a folder that only this user can read.

    A request that cannot be written down is not sent.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_file_bytes: int = MAX_FILE_BYTES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Use `folder`, which is made when the first request goes out."""
        self._folder = folder
        self._file = folder / "sent.jsonl"
        self._older = folder / "sent.1.jsonl"
        self._max_file_bytes = max_file_bytes
        self._now = now
        self._lock = Lock()

    def write(self, *, host: str, path: str, body: bytes) -> None:
        """Keep one request.

        Raises:
            OSError: it could not be written.
        """
        entry = {
            "at": self._now().isoformat(timespec="seconds"),
            "host": host,
            "path": path,
            "body": _readable(body),
        }
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        with self._lock:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._turn_over(len(line))
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what was sent, newest first; a line torn by a crash is left out."""
        for file in (self._file, self._older):
            lines = file.read_text("utf-8").splitlines() if file.exists() else []
            for line in reversed(lines):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    continue

    def _turn_over(self, coming_bytes: int) -> None:
        if not self._file.exists():
            return
        if self._file.stat().st_size + coming_bytes > self._max_file_bytes:
            self._file.replace(self._older)


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
