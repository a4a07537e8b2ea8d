"""Exported chats as past cases: Chatwoot's answers, messages as JSON, tables with a conversation id."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from knowledge.documents import Document
from knowledge.errors import Refused
from knowledge.fingerprint import text_hash
from knowledge.sources.chatkeys import (
    Message,
    conversation_of,
    folded,
    names_in,
    part_of,
    read_message,
    tags_of,
)
from knowledge.sources.columns import HEADER_ROWS, role_of
from knowledge.sources.files import slug
from knowledge.sources.ids import Ids
from knowledge.sources.pages import Origin, locale_of
from knowledge.sources.rows import Row
from knowledge.sources.words import words

Placed = tuple[str, Any]  # where it stands, and what

_MESSAGES = 0.8  # the share of items that are messages in a list of them
_CHATS = 0.5  # the share of objects that hold a conversation in a list of these
_MAX_DEPTH = 3
_MAX_TURNS = 200
_MAX_CHARS = 40_000
_SHORT_ID = regex.compile(r"^\d{1,8}$")  # longer ones may be somebody's phone number
UNTOLD = (
    "a conversation that does not say who is the customer: write customer and operator "
    "instead of the names of those who wrote"
)
_HIDDEN_NAME = "[NAME]"


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation: its messages in the order in which they stand in the export."""

    key: str
    place: str
    messages: tuple[Message, ...]
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def find_chats(value: Any, place: str = "item") -> tuple[Chat, ...]:
    """Return the conversations that a JSON value holds, none when it is no export of chats.

    `place` is what the items of the outermost list are called.
    """
    return _with_both(_found(value, place, 0))


def chats_in_rows(rows: Sequence[Row]) -> tuple[Chat, ...]:
    """Return the conversations of a table with columns for who wrote and what."""
    for at, row in enumerate(rows[:HEADER_ROWS]):
        parts = [part_of(cell) for cell in row.cells]
        if "text" in parts and "author" in parts:
            placed = [(below.place, _object(row.cells, below.cells)) for below in rows[at + 1 :]]
            return find_placed_chats([item for item in placed if any(item[1].values())])
    return ()


def check_told(rows: Sequence[Row]) -> None:
    """Refuse a table of messages of which nothing says who is the customer.

    Raises:
        Refused: it is one; taken for articles, people's words would be offered to others.
    """
    for row in rows[:HEADER_ROWS]:
        parts = {part_of(cell) for cell in row.cells}
        roles = {role_of(cell) for cell in row.cells}
        if {"text", "author", "time"} <= parts and not roles & {"question", "answer", "title"}:
            raise Refused(UNTOLD)


def names_customers(rows: Sequence[Row]) -> bool:
    """Say whether a table has a column for people who asked, and so holds what was said to them."""
    personal: list[str] = words()["personal"]
    header = next((row for row in rows[:HEADER_ROWS] if sum(map(bool, row.cells)) > 1), None)
    return header is not None and any(folded(cell[:60]) in personal for cell in header.cells)


def find_placed_chats(items: Sequence[Placed]) -> tuple[Chat, ...]:
    """Return the conversations of objects of which each has its place, none when they are none."""
    return _with_both(_in_list(items))


def chat_documents(chats: Sequence[Chat], origin: Origin) -> Iterator[Document | Refused]:
    """Yield each conversation as a case of unknown outcome, not yet masked.

    The title is all that the customer asked first. What is left out is told once for the file.
    """
    ids = Ids()
    left_out: Counter[str] = Counter()
    for chat in chats:
        turns = _turns(chat)
        people = {turn.person for turn in turns}
        if not {"customer", "operator"} <= people:
            missing = "operator" if "customer" in people else "customer"
            left_out[f"no message of {'an' if missing == 'operator' else 'a'} {missing}"] += 1
            continue
        if len(turns) > _MAX_TURNS:
            left_out[f"only the first {_MAX_TURNS} messages are taken in"] += 1
        try:
            yield _document(chat, turns[:_MAX_TURNS], origin, ids)
        except Refused as refusal:
            yield refusal
    unknown = sum(not message.person for chat in chats for message in chat.messages)
    if unknown:
        left_out["messages of which nothing says who wrote them"] = unknown
    for reason, times in left_out.items():
        yield Refused(f"{reason} ({times} times)" if times > 1 else reason)


def _with_both(chats: tuple[Chat, ...]) -> tuple[Chat, ...]:
    people = {message.person for chat in chats for message in chat.messages}
    return chats if {"customer", "operator"} <= people else ()


def _found(value: Any, place: str, depth: int) -> tuple[Chat, ...]:
    if isinstance(value, list):
        return _in_list([(f"{place} {n}", item) for n, item in enumerate(value, start=1)])
    if not isinstance(value, dict) or depth >= _MAX_DEPTH:
        return ()
    if own := _chat(value, ""):
        return own
    for inner in value.values():
        if isinstance(inner, dict | list) and (chats := _found(inner, place, depth + 1)):
            return chats
    return ()


def _in_list(items: Sequence[Placed]) -> tuple[Chat, ...]:
    messages = [read_message(item, place) for place, item in items]
    found = [message for message in messages if message]
    known = sum(bool(message.person) for message in found)
    if found and known >= _MESSAGES * len(items):
        return tuple(_by_conversation(found, ""))
    chats = [chat for place, item in items if isinstance(item, dict) for chat in _chat(item, place)]
    return tuple(chats) if chats and len(chats) >= _CHATS * len(items) else ()


def _by_conversation(messages: Sequence[Message], key: str) -> Iterator[Chat]:
    together: dict[str, list[Message]] = {}
    for message in messages:
        together.setdefault(message.conversation or key, []).append(message)
    for conversation, its in together.items():
        yield Chat(conversation, its[0].place, tuple(its))


def _chat(item: Mapping[str, Any], place: str) -> tuple[Chat, ...]:
    """Return the conversation that an object holds under one of its keys."""
    key = str(item.get("id") or item.get("display_id") or conversation_of(item) or "")
    for value in item.values():
        if isinstance(value, list) and value and not isinstance(value[0], str | int | float):
            inner = [(place, one) for one in value]
            if chats := _in_messages(inner, key):
                names = tuple(dict.fromkeys(names_in(item)))
                return tuple(replace(chat, tags=tags_of(item), names=names) for chat in chats)
    return ()


def _in_messages(items: Sequence[Placed], key: str) -> tuple[Chat, ...]:
    messages = [message for place, item in items if (message := read_message(item, place))]
    known = sum(bool(message.person) for message in messages)
    if not messages or known < _MESSAGES * len(items):
        return ()
    return tuple(_by_conversation(messages, key))


def _object(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(header, cells, strict=False))


def _turns(chat: Chat) -> list[Message]:
    """Return what people said, in order of time when every message has one."""
    said = [its for its in chat.messages if its.text and its.person not in {"", "ignored"}]
    times = [its.at for its in said if its.at is not None]
    if len(times) == len(said):
        said.sort(key=lambda its: its.at or 0)
    return said


def _document(chat: Chat, turns: Sequence[Message], origin: Origin, ids: Ids) -> Document:
    locale = origin.locale or locale_of(" ".join(turn.text for turn in turns))
    labels: dict[str, str] = words()["turns"][locale]
    names = _names((*chat.names, *(name for turn in chat.messages for name in turn.names)))
    said = [f"{labels[turn.person]}: {_without(turn.text, names)}" for turn in turns]
    body = "\n".join(said)
    if len(body) > _MAX_CHARS:
        body = body[: body.rfind("\n", 0, _MAX_CHARS)]
    digest = chat.key if _SHORT_ID.match(chat.key) else text_hash(chat.key or body)[:8]
    document_id = f"{locale}:{slug(origin.name)}-{digest}"
    return Document(
        id=ids.take(document_id, body, chat.place, given=digest if chat.key else ""),
        kind="case",
        locale=locale,
        title=_without(_request(turns), names),
        body=body,
        tags=(*chat.tags, *origin.tags),
        path=origin.path,
        place=chat.place,
    )


def _request(turns: Sequence[Message]) -> str:
    """Return what the customer said first that is more than a greeting."""
    said = [turn.text for turn in turns if turn.person == "customer"]
    return next((text for text in said if len(text.split()) >= 4), said[0])


def _names(names: Sequence[str]) -> Any:
    """Return the pattern of the names that the export gives, in any case form; None without any."""
    parts = {part for name in names for part in name.split() if len(part) >= 3}
    if not parts:
        return None
    ordered = sorted(parts, key=lambda its: (-len(its), its))
    exact = "|".join(regex.escape(part) for part in ordered)
    stems = "|".join(regex.escape(_stem(part.capitalize())) for part in ordered)
    return regex.compile(
        rf"(?<!\p{{L}})(?:(?i:{exact})|(?:{stems})\p{{L}}{{0,3}})(?!\p{{L}}|[\w.+-]{{0,40}}@)",
        regex.V0,
    )


def _stem(name: str) -> str:
    """Return a name without the vowel that its case forms change."""
    return name[:-1] if len(name) > 3 and name[-1] in words()["letters"]["endings"] else name


def _without(text: str, names: Any) -> str:
    return text if names is None else str(names.sub(_HIDDEN_NAME, text))
