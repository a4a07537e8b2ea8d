"""Exported conversations, one after another, with what is wrong about each and where it stands."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from copilot.conversation import Frozen
from evals.errors import BadExport
from knowledge.errors import Refused
from knowledge.sources.chatkeys import Message, part_of, read_message
from knowledge.sources.chats import Chat, find_chats, find_placed_chats
from knowledge.sources.columns import HEADER_ROWS
from knowledge.sources.decode import decode
from knowledge.sources.jsonrows import json_value

_MAX_BYTES = 300_000_000
_DELIMITERS = (",", ";", "\t", "|")
_CUSTOMER_KEYS = ("customer_id", "contact_id", "client_id", "user_id", "requester_id")
_CUSTOMER_OBJECTS = ("customer", "contact", "client", "requester", "sender")
_NO_TALK = "nothing says who is the customer and who answers, or only one side speaks"
_NO_MESSAGE = "neither a conversation nor a message with author and text"
Role = Literal["customer", "operator", "bot"]


class Turn(Frozen):
    """One message; `at` in seconds since 1970, none when the export does not say."""

    role: Role
    text: str
    at: float | None = None


class Thread(Frozen):
    """One conversation; `customer` is an id of the export, empty when it has none."""

    id: str
    place: str
    turns: tuple[Turn, ...]
    topic: str = ""
    customer: str = ""


class Fault(Frozen):
    """Something that could not be read or is missing, and where."""

    file: str
    place: str
    what: str


def threads(paths: Iterable[Path]) -> Iterator[Thread | Fault]:
    """Yield the conversations of exported files: JSON, JSON lines, or tables of messages.

    Lines that hold a whole conversation are read one at a time; messages are put together by the
    id of their conversation first.

    Raises:
        BadExport: a file cannot be read at all.
    """
    for path in paths:
        try:
            yield from _read(path)
        except Refused as error:
            where = f", {error.place}" if error.place else ""
            raise BadExport(f"{path}{where}: {error.reason}") from error
        except OSError as error:
            raise BadExport(f"{path}: {error.strerror}") from error


def _read(path: Path) -> Iterator[Thread | Fault]:
    if path.stat().st_size > _MAX_BYTES:
        raise BadExport(f"{path}: larger than {_MAX_BYTES // 1_000_000} MB; split it")
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        yield from _lines(path)
    elif suffix == ".json":
        chats = find_chats(json_value(decode(path.read_bytes())))
        if not chats:
            raise BadExport(f"{path}: no conversations: nothing says who wrote what")
        for chat in chats:
            yield from _thread(path, chat, chat.place, "")
    elif suffix in (".csv", ".tsv"):
        yield from _table(path)
    else:
        raise BadExport(f"{path}: an export is .json, .jsonl or .csv")


def _lines(path: Path) -> Iterator[Thread | Fault]:
    loose = _Loose(path)
    with path.open("rb") as source:
        for n, raw in enumerate(source, 1):
            line = raw.removeprefix(b"\xef\xbb\xbf") if n == 1 else raw
            if not line.strip():
                continue
            place = f"line {n}"
            try:
                item = json.loads(line)
            except (ValueError, RecursionError):
                yield Fault(file=path.name, place=place, what="not JSON")
                continue
            chats = find_placed_chats([(place, item)]) if isinstance(item, dict) else ()
            if chats and not loose.is_message(item):
                for chat in chats:
                    yield from _thread(path, chat, place, _customer_of(item))
            elif isinstance(item, dict):
                yield from loose.take(item, place)
            else:
                yield Fault(file=path.name, place=place, what="not an object")
    yield from loose.together()


def _table(path: Path) -> Iterator[Thread | Fault]:
    """Read a table of messages; unlike a knowledge base it may have any number of rows."""
    text = decode(path.read_bytes())
    rows = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), 1)
    for n, header in rows:
        if _names_both(header):
            break
        if n >= HEADER_ROWS:
            raise BadExport(f"{path}: no header with columns for who wrote and what")
    else:
        raise BadExport(f"{path}: no header with columns for who wrote and what")
    loose = _Loose(path)
    try:
        for n, cells in rows:
            if any(cells):
                yield from loose.take(dict(zip(header, cells, strict=False)), f"row {n}")
    except csv.Error as error:
        yield Fault(file=path.name, place="after the last row read", what=f"breaks off: {error}")
    yield from loose.together()


def _delimiter(text: str) -> str:
    """Return what stands between the cells of the first lines, by how many columns it makes known."""
    head = text.split("\n", HEADER_ROWS)[:HEADER_ROWS]
    return max(
        _DELIMITERS, key=lambda sign: max(len(set(map(part_of, line.split(sign)))) for line in head)
    )


def _names_both(cells: Iterable[str]) -> bool:
    return {"text", "author"} <= {part_of(cell) for cell in cells}


class _Loose:
    """Messages that name their conversation, put together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: dict[str, list[Message]] = {}
        self._customers: dict[str, str] = {}
        self._topics: dict[str, str] = {}

    @staticmethod
    def is_message(item: Mapping[str, Any]) -> bool:
        return read_message(item, "") is not None

    def take(self, item: Mapping[str, Any], place: str) -> Iterator[Fault]:
        message = read_message(item, place)
        if message is None:
            holds = any(isinstance(value, list) for value in item.values())
            yield self._fault(place, _NO_TALK if holds else _NO_MESSAGE)
            return
        if not message.conversation:
            yield self._fault(place, "the message names no conversation")
            return
        self._held.setdefault(message.conversation, []).append(message)
        if customer := _customer_of(item):
            self._customers.setdefault(message.conversation, customer)
        if topic := _topic_of(item):
            self._topics.setdefault(message.conversation, topic)

    def together(self) -> Iterator[Thread | Fault]:
        for key in list(self._held):
            messages = self._held.pop(key)
            chat = Chat(key, messages[0].place, tuple(messages), (self._topics.get(key, ""),))
            customer = self._customers.get(key, "")
            yield from _thread(self._path, chat, messages[0].place, customer)

    def _fault(self, place: str, what: str) -> Fault:
        return Fault(file=self._path.name, place=place, what=what)


def _thread(path: Path, chat: Chat, place: str, customer: str) -> Iterator[Thread | Fault]:
    """Yield what is missing in a conversation, then the conversation if both sides speak in it."""
    said: list[tuple[Message, Role]] = []
    unknown: list[str] = []
    for its in chat.messages:
        if its.person in ("customer", "operator", "bot"):
            said.append((its, its.person))
        elif not its.person:
            unknown.append(its.place or place)
    if unknown:
        more = f" (and {len(unknown) - 1} more in {chat.key})" if len(unknown) > 1 else ""
        yield Fault(file=path.name, place=unknown[0], what=f"nothing says who wrote it{more}")
    timeless = [its.place or place for its, _ in said if its.at is None]
    if timeless and len(timeless) < len(said):
        what = (
            f"no time in {len(timeless)} of {len(said)} messages of {chat.key}; order as it stands"
        )
        yield Fault(file=path.name, place=timeless[0], what=what)
    elif not timeless:
        said.sort(key=lambda pair: pair[0].at or 0)
    turns = tuple(Turn(role=role, text=its.text, at=its.at) for its, role in said if its.text)
    if not {"customer", "operator"} <= {turn.role for turn in turns}:
        yield Fault(file=path.name, place=place, what=f"only one side speaks in {chat.key or '?'}")
        return
    topic = next((tag for tag in chat.tags if tag), "")
    yield Thread(
        id=chat.key or f"{path.stem} {place}", place=f"{path.name}, {place}", turns=turns,
        topic=topic, customer=customer,
    )  # fmt: skip


def _customer_of(item: Mapping[str, Any], depth: int = 0) -> str:
    for key in _CUSTOMER_KEYS:
        if isinstance(item.get(key), str | int) and str(item[key]).strip():
            return str(item[key]).strip()[:100]
    for key in _CUSTOMER_OBJECTS:
        inner = item.get(key)
        if isinstance(inner, dict) and isinstance(inner.get("id"), str | int):
            return str(inner["id"])[:100]
    meta = item.get("meta")
    return _customer_of(meta, depth + 1) if isinstance(meta, dict) and depth < 2 else ""


def _topic_of(item: Mapping[str, Any]) -> str:
    for key, value in item.items():
        if part_of(str(key)) == "tags" and isinstance(value, str) and value.strip():
            return value.split(",")[0].strip()[:60]
    return ""
