"""Plain pages as documents: an article, or questions with their answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from knowledge.documents import Document, Kind, Locale
from knowledge.errors import Refused
from knowledge.sources.files import slug
from knowledge.sources.ids import Ids, question_key
from knowledge.sources.outline import Section, is_drawing, outline, paths, plain
from knowledge.sources.words import words

Pair = tuple[str, str, int, tuple[str, ...]]  # question, answer, line, headings above

_CYRILLIC_SHARE = 0.3  # Russian about foreign products is half Latin
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")
_LETTERS = regex.compile(r"\p{L}+")
_MAX_TITLE = 120


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a page before it is read; `name` is the beginning of its documents' ids."""

    name: str
    path: str
    kind: Kind = "script"
    locale: Locale | None = None
    title: str = ""
    tags: tuple[str, ...] = ()
    first_line: int = 1


def locale_of(text: str) -> Locale:
    """Return the language of a text by its letters; without letters it is Russian."""
    letters = sum(map(len, _LETTERS.findall(text[:20_000])))
    cyrillic = sum(map(len, _CYRILLIC.findall(text[:20_000])))
    return "ru" if cyrillic >= _CYRILLIC_SHARE * letters else "en"


def page_documents(
    text: str, origin: Origin, ids: Ids | None = None
) -> Iterator[Document | Refused]:
    """Yield the documents of a page: a question with its answer each, the rest as one article.

    `ids` are those that the page has given already.
    """
    pairs, rest = marked_pairs(text, origin.first_line)
    sections = outline(rest, origin.first_line)
    asked = _asking(sections)
    title = origin.title or _title(sections, Path(origin.path).stem.replace("_", " "))
    ids = Ids() if ids is None else ids
    for pair in (*pairs, *asked.values()):
        yield pair if isinstance(pair, Refused) else _answer(pair, origin, ids)
    taken = _taken(sections, asked)
    left = [section for i, section in enumerate(sections) if i not in taken]
    if any(section.text.strip() for section in left):
        yield _article(left, title, origin, whole=not (pairs or asked))


def marked_pairs(text: str, first_line: int = 1) -> tuple[list[Pair | Refused], str]:
    """Return the pairs that stand in a text as `Q: … A: …`, and the text with their lines blank."""
    lines = text.split("\n")
    question, answer = _marker("question"), _marker("answer")
    starts = [at for at, line in enumerate(lines) if question.match(line)]
    if not starts or not any(answer.match(line) for line in lines):
        return [], text
    pairs: list[Pair | Refused] = []
    kept = lines[: starts[0]]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        stop = next((at for at in range(start + 1, end) if _closes(lines[at], answer)), end)
        pairs.append(_pair(lines[start:stop], start + first_line))
        kept.extend([""] * (stop - start) + lines[stop:end])
    return pairs, "\n".join(kept)


def _closes(line: str, answer: Any) -> bool:
    return line.startswith("#") and not answer.match(line)


def _marker(role: str) -> Any:
    """Return the pattern of a line that begins a question or an answer; what follows is the text."""
    marks = words()["markers"][role]
    word, letter = "|".join(marks["word"]), "|".join(marks["letter"])
    return regex.compile(
        rf"^(?:[ \t]{{0,8}}(?:[-*>#•]{{1,6}}|\d{{1,4}}[.)])){{0,2}}[ \t]{{0,8}}[*_]{{0,3}}"
        rf"(?:(?:{word})(?!\p{{L}})[ \t]?№?[ \t]?\d{{0,4}}(?:[:.)]|[ \t]?[-—–](?=[ \t])|[*_ \t]*$)"
        rf"|(?:{letter})[ \t]?\d{{0,4}}:)[*_ \t]{{0,8}}",
        regex.I,
    )


def _pair(lines: list[str], line: int) -> Pair | Refused:
    question, answer = _marker("question"), _marker("answer")
    at = next((i for i, text in enumerate(lines) if i and answer.match(text)), None)
    if at is None:
        return Refused("a question without an answer", place=f"line {line}")
    asked = " ".join([question.sub("", lines[0], count=1), *lines[1:at]])
    said = "\n".join([answer.sub("", lines[at], count=1), *lines[at + 1 :]])
    asked, said = plain(asked).strip(" *_#"), plain(said).strip()
    if not asked or not said:
        return Refused("a question or its answer is empty", place=f"line {line}")
    return " ".join(asked.split()), said, line, ()


def _asking(sections: tuple[Section, ...]) -> dict[int, Pair]:
    """Return the sections whose heading asks and that hold the whole answer, by their index."""
    found: dict[int, Pair] = {}
    lines = [line for its in sections for line in (its.heading, *its.text.split("\n"))]
    if is_drawing(lines):
        return found
    for i, (section, above) in enumerate(paths(sections)):
        inner = _inner(sections, i)
        if not section.asks or any(deeper.asks for deeper in inner):
            continue
        parts = [section.text, *(f"{deeper.heading}\n{deeper.text}" for deeper in inner)]
        answer = plain("\n\n".join(part for part in parts if part.strip()))
        if answer:
            found[i] = section.heading, answer, section.line, above
    return found


def _inner(sections: tuple[Section, ...], i: int) -> list[Section]:
    inner: list[Section] = []
    for section in sections[i + 1 :]:
        if section.level <= sections[i].level:
            break
        inner.append(section)
    return inner


def _taken(sections: tuple[Section, ...], asked: dict[int, Pair]) -> set[int]:
    return {j for i in asked for j in range(i, i + 1 + len(_inner(sections, i)))}


def _title(sections: tuple[Section, ...], name: str) -> str:
    first = sections[0] if sections else None
    if first and first.heading and all(other.level > first.level for other in sections[1:]):
        return first.heading[:_MAX_TITLE]
    if first and first.heading:
        return name
    line = first.text.strip().split("\n", 1)[0].strip() if first else ""
    if line and len(line) <= 80 and not line.endswith((".", ":", ";", ",")):
        return plain(line)
    return name


def _answer(pair: Pair, origin: Origin, ids: Ids) -> Document | Refused:
    question, answer, line, above = pair
    locale = origin.locale or locale_of(f"{question} {answer}")
    name = f"{locale}:{slug(origin.name)}-{question_key(question)}"
    try:
        document_id = ids.take(name, answer, f"line {line}")
    except Refused as refusal:
        return refusal
    return Document(
        id=document_id,
        kind=origin.kind,
        locale=locale,
        title=question,
        body=answer,
        question=question,
        answer=answer,
        tags=(*above[-1:], *origin.tags),
        path=origin.path,
        place=f"line {line}",
    )


def _article(left: list[Section], title: str, origin: Origin, *, whole: bool) -> Document:
    parts = []
    for section in left:
        head = f"{'#' * min(section.level, 6)} {section.heading}\n" if section.heading else ""
        parts.append(f"{head}{plain(section.text)}".strip())
    body = "\n\n".join(part for part in parts if part)
    locale = origin.locale or locale_of(body)
    return Document(
        id=f"{locale}:{slug(origin.name)}",
        kind=origin.kind,
        locale=locale,
        title=title,
        body=body,
        tags=origin.tags,
        path=origin.path,
        place="" if whole else f"line {left[0].line}",
    )
