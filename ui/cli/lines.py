"""Reading conversations and writing results, one or many, in order."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel


def now() -> datetime:
    """The clock, read once per command, so that results depend on nothing else."""
    return datetime.now().astimezone().replace(microsecond=0)


def read_input(path: Path | None) -> bytes:
    """Read a file, or standard input when there is none.

    Raises:
        BadConversation: the file cannot be read, or nothing was given.
    """
    from copilot.errors import BadConversation

    if path is None or str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadConversation(f"Cannot read {str(path)!r}: {error.strerror}.") from error


def whole_object(raw: bytes) -> dict[str, Any]:
    """Read the one JSON object that the input holds.

    Raises:
        BadConversation: it is not one.
    """
    return _object(raw.removeprefix(b"\xef\xbb\xbf"), 1)


def as_json(value: "BaseModel | dict[str, Any]") -> str:
    """One line of JSON, keys in the order of the contract, letters as they are."""
    data = value if isinstance(value, dict) else value.model_dump(mode="json")
    return json.dumps(data, ensure_ascii=False)


def each_line(raw: bytes, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer every line of JSON with a line of JSON, in order; a bad line gets an error object.

    Exits with code 1 at the end when any line was bad.
    """
    from copilot.errors import TeploError

    failed = False
    for number, line in _lines(raw):
        given: Any = None
        try:
            given = _object(line, number)
            typer.echo(as_json(answer(given)))
        except TeploError as error:
            failed = True
            typer.echo(as_json(_error(given, number, error)))
    if failed:
        raise typer.Exit(1)


def _lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line


def _object(line: bytes, number: int) -> dict[str, Any]:
    from copilot.errors import BadConversation

    try:
        given = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadConversation(f"Line {number} is not JSON: {error}.") from error
    if not isinstance(given, dict):
        raise BadConversation(f"Line {number} is not a JSON object but {type(given).__name__}.")
    return given


def _error(given: Any, number: int, error: Exception) -> dict[str, Any]:
    known = given.get("id") if isinstance(given, dict) else None
    return {
        "id": known if known is not None else f"line {number}",
        "error": {"code": type(error).__name__, "message": str(error)},
    }


def run(
    source: Path | None,
    answer: Callable[[Any], Any],
    as_text: Callable[[Any], str],
    *,
    json: bool,
    jsonl: bool,
) -> None:
    """Answer one conversation as text or JSON, or many as JSON lines."""
    raw = read_input(source)
    if jsonl:
        each_line(raw, answer)
        return
    result = answer(raw)
    typer.echo(as_json(result) if json else as_text(result))
