"""Cutting documents into chunks: under headings, then by sentences, the heading always in front."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from knowledge.documents import Case, Document, Reply, Script, ToneRule
from knowledge.rows import Piece
from knowledge.sources.outline import outline, paths, plain

CHUNKER = "1"  # grows when chunks come out differently, so that documents are cut anew
MAX_TOKENS = 240

_MAX_FRONT = 60  # tokens: a heading path or question longer than that is cut
_HARD_CHARS = 4_000  # no text of ≤ 240 tokens is longer; saves counting what must be cut anyway
_SENTENCE = regex.compile(r"(?<=[.!?…])[ \t]+(?=[\p{Lu}\p{N}«\"„(—-])|\n+")
_DRAWN = regex.compile(r"(\S)\1{40,}")  # lines drawn with signs
_NO_WORD = regex.compile(r"(\S{200})\S{800,}")  # data in letters, as pictures in mails
_ARROW = " › "

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Block:
    """Text that stands under one heading path; `questions` are what it answers."""

    front: str
    text: str
    questions: tuple[str, ...] = ()


def cut(document: Document, count_tokens: CountTokens) -> tuple[Piece, ...]:
    """Return the chunks of a document, each at most 240 tokens.

    The first line of a chunk is its title, heading path or question, and the rest the passage: text
    parted from its heading is found a third less often. Chunks do not overlap.
    """
    pieces: list[Piece] = []
    for block in _blocks(document):
        front = _front(block.front, count_tokens)
        room = MAX_TOKENS - count_tokens(front)
        for text in _packed(_tamed(block.text), room, count_tokens) or [""]:
            whole = f"{front}\n{text}".strip()
            pieces.append(Piece(whole, count_tokens(whole), block.questions))
    return tuple(pieces)


def _blocks(document: Document) -> Iterator[_Block]:
    record = document.record
    if isinstance(record, Script):
        yield _Block(record.title, _script_text(record, document), _script_questions(record))
    elif isinstance(record, Case):
        yield _Block(record.title, _case_text(record, document), _case_questions(record))
    elif isinstance(record, ToneRule):
        text = "\n".join(part for part in (_page(document), record.replacement) if part)
        yield _Block(document.title, text, (document.title,))
    elif document.question:
        front = _joined(*document.tags[:1], document.question)
        yield _Block(front, document.body, (document.question,))
    else:
        yield from _article(document)


def _article(document: Document) -> Iterator[_Block]:
    """Yield a block a section; an article's headings are what people ask for."""
    for section, above in paths(outline(document.body)):
        if not section.text.strip():
            continue
        path = [name for name in (*above, section.heading) if name]
        if not path or path[0] != document.title:
            path.insert(0, document.title)
        yield _Block(_ARROW.join(path), section.text, (_joined(*path[-2:]),))


def _script_text(script: Script, document: Document) -> str:
    lines = [*script.trigger_examples, script.customer_goal, _page(document)]
    for reply in (script.reply, *script.registers.values()):
        lines.extend(_sentences_of(reply))
    lines.extend(commitment.text for commitment in script.commitments)
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _sentences_of(reply: Reply) -> Iterator[str]:
    for part in Reply.model_fields:
        yield from getattr(reply, part)


def _script_questions(script: Script) -> tuple[str, ...]:
    return tuple(dict.fromkeys((script.title, *script.trigger_examples)))


def _case_text(case: Case, document: Document) -> str:
    said = (turn.text for turn in case.turns if turn.role == "customer")
    return "\n".join(line for line in (_page(document), case.lesson, *said) if line)


def _case_questions(case: Case) -> tuple[str, ...]:
    first = next((turn.text for turn in case.turns if turn.role == "customer"), "")
    return tuple(dict.fromkeys(text for text in (case.title, first) if text))


def _page(document: Document) -> str:
    """Return the page of a record without its title, which stands in front anyway."""
    parts = []
    for section in outline(document.body):
        if section.heading and section.heading != document.title:
            parts.append(section.heading)
        parts.append(plain(section.text))
    return "\n".join(part for part in parts if part)


def _tamed(text: str) -> str:
    """Return a text without what nobody reads and a model chokes on: each would be many chunks."""
    return _NO_WORD.sub(r"\1…", _DRAWN.sub(r"\1\1\1", text))


def _joined(*parts: str) -> str:
    """Join names of which some may end like a sentence."""
    return _ARROW.join(part.strip() for part in parts if part.strip())


def _front(text: str, count_tokens: CountTokens) -> str:
    """Return a heading or question as one line that leaves room for the passage."""
    line = " ".join(text[:_HARD_CHARS].split())
    if count_tokens(line) <= _MAX_FRONT:
        return line
    return _halved(line, _MAX_FRONT, count_tokens)[0]


def _packed(text: str, room: int, count_tokens: CountTokens) -> list[str]:
    """Return the text in pieces of at most `room` tokens, cut between sentences where possible."""
    packed: list[str] = []
    current, used = "", 0
    for unit, gap in _units(text):
        for part in _halved(unit, room, count_tokens):
            size = count_tokens(part)
            if current and used + size > room:
                packed.append(current)
                current, used = "", 0
            current, used = (f"{current}{gap}{part}", used + size) if current else (part, size)
    if current:
        packed.append(current)
    return packed


def _units(text: str) -> Iterator[tuple[str, str]]:
    """Yield sentences and lines, each with what stood between it and the one before."""
    gap, start = "", 0
    for found in _SENTENCE.finditer(text):
        if unit := text[start : found.start()].strip():
            yield unit, gap
            gap = ""
        gap = "\n" if "\n" in found[0] or gap == "\n" else " "
        start = found.end()
    if unit := text[start:].strip():
        yield unit, gap


def _halved(text: str, room: int, count_tokens: CountTokens) -> list[str]:
    """Return a text that may be too long as parts that are not, cut near the middle at a space."""
    if len(text) < 2 or (len(text) <= _HARD_CHARS and count_tokens(text) <= room):
        return [text]
    middle = len(text) // 2
    space = text.rfind(" ", middle // 2, middle)
    at = space if space > 0 else middle
    left, right = text[:at].strip(), text[at:].strip()
    return [part for half in (left, right) if half for part in _halved(half, room, count_tokens)]
