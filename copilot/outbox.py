"""The outbox: exactly what was sent to a language model, kept so that it can be shown."""

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copilot.llm.usage import Usage

MAX_FILE_BYTES = 4_000_000  # two such files are kept, the newer one still growing


class Outbox:
    """JSON lines in a folder that only this user can read: requests in one file, outcomes in another.

    A request that cannot be written down is not sent.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_file_bytes: int = MAX_FILE_BYTES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """Use `folder`, which is made when the first request goes out."""
        self._folder = folder
        self._max_file_bytes = max_file_bytes
        self._now = now
        self._new_id = new_id
        self._lock = Lock()

    def write(self, *, host: str, path: str, body: bytes, **about: str) -> str:
        """Keep one request and return its id; `about` says what it was for and on whose account.

        Raises:
            OSError: it could not be written.
        """
        entry_id = self._new_id()
        self._append(
            "sent",
            {
                "id": entry_id,
                "at": self._now().isoformat(timespec="seconds"),
                "host": host,
                "path": path,
                **about,
                "body": _readable(body),
            },
        )
        return entry_id

    def settle(
        self, entry_id: str, *, outcome: str, model: str = "", usage: "Usage | None" = None
    ) -> None:
        """Keep what came of a request: `model` is the name that the server gave itself.

        An outcome that cannot be written is let go: the request itself is already kept.
        """
        told: dict[str, Any] = {"of": entry_id, "outcome": outcome}
        if model:
            told["answered_by"] = model
        if usage is not None:
            told["usage"] = usage.model_dump(mode="json", exclude={"calls", "model"})
        with contextlib.suppress(OSError):
            self._append("outcomes", told)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what was sent, newest first, with what came of it; a torn line is left out."""
        outcomes = {entry.pop("of", ""): entry for entry in self._read("outcomes")}
        for entry in self._read("sent"):
            yield {**entry, **outcomes.get(entry.get("id", ""), {})}

    def _read(self, name: str) -> Iterator[dict[str, Any]]:
        for file in self._files(name):
            lines = file.read_text("utf-8").split("\n") if file.exists() else []
            for line in reversed(lines):
                if (entry := _entry(line)) is not None:
                    yield entry

    def _append(self, name: str, entry: dict[str, Any]) -> None:
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        newer, older = self._files(name)
        with self._lock:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if newer.exists() and newer.stat().st_size + len(line) > self._max_file_bytes:
                newer.replace(older)
            descriptor = os.open(newer, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)

    def _files(self, name: str) -> tuple[Path, Path]:
        return self._folder / f"{name}.jsonl", self._folder / f"{name}.1.jsonl"


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return None
    return entry if isinstance(entry, dict) else None


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
