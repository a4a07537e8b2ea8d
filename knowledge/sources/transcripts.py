"""Conversations written down as text: `Клиент: …`, `[22.11.2026, 10:05] Support: …`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from knowledge.errors import Refused
from knowledge.sources.chatkeys import Message, Person, moment, person_of
from knowledge.sources.chats import UNTOLD, Chat
from knowledge.sources.words import words

_TIME = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[ T]{1,2}\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?|\d{1,2}:\d{2}(?::\d{2})?"
_LINE = regex.compile(
    rf"^[ \t]{{0,8}}(?:[-*•>][ \t]{{1,3}})?(?:[\[(]?(?P<time>{_TIME})[\])]?[ \t]{{0,3}}[-–—]?[ \t]{{0,3}})?"
    rf"[*_]{{0,2}}(?P<author>\p{{L}}[\p{{L}}\p{{M}}\p{{N}} .'’_-]{{0,40}}?)[ \t]{{0,3}}"
    rf"(?:[\[(](?P<after>{_TIME})[\])])?[*_]{{0,2}}:[*_]{{0,2}}[ \t]{{1,8}}(?P<text>\S.*)$"
)
_BREAK = regex.compile(r"^[ \t]*(?:[=*_-]{3,}|#{1,6} .{1,200})[ \t]*$")
_FEWEST = 4  # messages
_SHARE = 0.5  # of the lines, that begin a message
_AUTHORS = 0.34  # names for a message at most: a list of terms has a name a line


@dataclass(frozen=True, slots=True)
class _Said:
    author: str
    time: str
    text: str
    line: int


def chats_in_text(text: str, first_line: int = 1) -> tuple[Chat, ...]:
    """Return the conversations of a text, none when it is none.

    Raises:
        Refused: it is one, but does not tell customers from operators.
    """
    parts = list(_parts(text.split("\n"), first_line))
    said = [one for part, _ in parts for one in part]
    lines = sum(count for _, count in parts)
    authors = {one.author for one in said}
    if len(said) < _FEWEST or len(said) < _SHARE * lines or _is_list(authors, len(said)):
        return ()
    people = {author: _person(author) for author in authors}
    if {"customer", "operator"} <= set(people.values()):
        return tuple(_chat(part, people) for part, _ in parts if part)
    if sum(bool(one.time) for one in said) >= _SHARE * len(said):
        raise Refused(UNTOLD)
    return ()


def _is_list(authors: set[str], said: int) -> bool:
    """Say whether the names are terms, or marks of questions and answers."""
    marks = words()["markers"]
    known = {name for mark in marks.values() for names in mark.values() for name in names}
    asks = any(author.casefold() in known for author in authors)
    return asks or len(authors) > max(2, _AUTHORS * said)


def _parts(lines: Sequence[str], first_line: int) -> Iterator[tuple[list[_Said], int]]:
    """Yield the messages of each conversation, and how many lines could have begun one."""
    said: list[_Said] = []
    count = 0
    for n, line in enumerate(lines, start=first_line):
        if not line.strip():
            continue
        if _BREAK.match(line):
            if said:
                yield said, count
                said, count = [], 0
            continue
        found = _LINE.match(line[:2_000])
        if found:
            time = found["time"] or found["after"] or ""
            said.append(_Said(found["author"].strip(), time, found["text"] + line[2_000:], n))
        elif said:
            last = said[-1]
            said[-1] = _Said(last.author, last.time, f"{last.text} {line.strip()}", last.line)
        count += 1
    yield said, count


def _person(author: str) -> Person | str:
    """Return who writes under a name: `Оператор Анна` is an operator."""
    return person_of(author) or person_of(author.split(" ", maxsplit=1)[0])


def _chat(said: Sequence[_Said], people: dict[str, Person | str]) -> Chat:
    messages = tuple(
        Message(
            person=people[one.author],  # type: ignore[arg-type]  # one of those, or empty
            text=" ".join(one.text.split()),
            at=moment(one.time),
            place=f"line {one.line}",
        )
        for one in said
    )
    names = {author for author, person in people.items() if not person}
    names |= {author.partition(" ")[2] for author in people if person_of(author.split(" ")[0])}
    return Chat("", f"line {said[0].line}", messages, names=tuple(sorted(names - {""})))
