"""Which column of a table is what: by its name in Russian or English, or as somebody said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, get_args

from knowledge.documents import Locale
from knowledge.errors import KnowledgeError, Refused
from knowledge.sources.words import plain_name, words

Role = Literal[
    "id",
    "category",
    "locale",
    "tags",
    "url",
    "brand",
    "answer",
    "examples",
    "question",
    "title",
    "text",
]
ROLES: tuple[Role, ...] = get_args(Role)
HEADER_ROWS = 10  # a header stands within the first rows, under a title or a note
_MAX_NAME_WORDS = 5
_MAX_NAME_CHARS = 60
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: `pairs` of (question, answer) columns, the column of each other role.

    `header` is the index of the header row, -1 when columns were given by letter or number.
    """

    header: int
    pairs: tuple[tuple[int, int], ...]
    others: Mapping[str, int] = field(default_factory=dict)


def check_columns(columns: Mapping[str, str]) -> None:
    """Refuse a mapping with roles that there are not.

    Raises:
        KnowledgeError: a role is unknown.
    """
    if wrong := sorted(set(columns) - set(ROLES)):
        raise KnowledgeError(
            f"Unknown column role {wrong[0]!r}: it must be one of {', '.join(ROLES)}, "
            "as in --map question=NAME --map answer=NAME"
        )


def find_layout(rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> Layout:
    """Return the layout of a table by its first rows.

    Raises:
        Refused: no row names a question and an answer, or a column that was asked for is not there.
    """
    found = _mapped(rows[:HEADER_ROWS], columns) if columns else _named(rows[:HEADER_ROWS])
    if found:
        return found
    raise Refused(
        f"no columns with questions and answers; columns found: {_seen(rows)}. "
        "Name them: --map question=COLUMN --map answer=COLUMN"
    )


def locale_named(text: str) -> Locale | None:
    """Return the language that a cell or a word of a column name stands for."""
    if len(text) > _MAX_NAME_CHARS:
        return None
    return _locale_named(text.strip().casefold())


@lru_cache(maxsize=1024)  # every row asks for the same few words
def _locale_named(name: str) -> Locale | None:
    languages: dict[Locale, list[str]] = words()["languages"]
    return next((locale for locale, names in languages.items() if name in names), None)


def role_of(name: str) -> Role | None:
    """Return what a column of this name holds, None when nothing that is read."""
    folded = plain_name(name)
    if not folded or len(name) > _MAX_NAME_CHARS or len(folded.split()) > _MAX_NAME_WORDS:
        return None
    known = words()["columns"]
    spoken = " ".join(word for word in folded.split() if not locale_named(word)) or folded
    for role in ROLES:
        if folded in known[role]["exact"] or spoken in known[role]["exact"]:
            return role
    for role, names in known.items():
        parts = tuple(names.get("part", ()))
        if any(word.startswith(parts) for word in spoken.split() if parts):
            return None if role == "ignored" else role
    return None


def _named(rows: Sequence[Sequence[str]]) -> Layout | None:
    for at, row in enumerate(rows):
        roles = [role_of(cell) for cell in row]
        pairs = _pairs(roles)
        if pairs:
            used = {index for pair in pairs for index in pair}
            others: dict[str, int] = {
                role: roles.index(role)
                for role in ROLES
                if role in roles and roles.index(role) not in used
            }
            return Layout(at, pairs, others)
    return None


def _pairs(roles: Sequence[Role | None]) -> tuple[tuple[int, int], ...]:
    """Pair questions with answers in order; a title stands in for a question, a text for an answer."""

    def at(role: Role) -> list[int]:
        return [i for i, found in enumerate(roles) if found == role]

    questions = at("question") or at("title")[:1] or at("examples")[:1] or at("category")[:1]
    answers = at("answer") or at("text")[:1]
    return tuple(zip(questions, answers, strict=False))


def _mapped(rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> Layout | None:
    for at, row in enumerate(rows):
        names = {plain_name(cell) or cell: i for i, cell in reversed(list(enumerate(row)))}
        found = {role: names.get(plain_name(name) or name) for role, name in columns.items()}
        if None not in found.values():
            return _layout(at, {role: i for role, i in found.items() if i is not None})
    places = {role: _place(name) for role, name in columns.items()}
    if None in places.values():
        missing = [name for role, name in columns.items() if places[role] is None]
        raise Refused(f"no column {missing[0]!r}; columns found: {_seen(rows)}")
    return _layout(-1, {role: i for role, i in places.items() if i is not None})


def _layout(header: int, found: dict[str, int]) -> Layout | None:
    question = found.pop("question", found.get("title"))
    answer = found.pop("answer", found.get("text"))
    if question is None or answer is None:
        return None
    return Layout(header, ((question, answer),), found)


def _place(name: str) -> int | None:
    """Return the index that `B` or `2` stands for."""
    if name.isascii() and name.isdigit() and 0 < int(name) <= 10_000:
        return int(name) - 1
    if name.isascii() and name.isalpha() and len(name) <= 2:
        index = 0
        for letter in name.upper():
            index = index * 26 + ord(letter) - ord("A") + 1
        return index - 1
    return None


def _seen(rows: Sequence[Sequence[str]]) -> str:
    first = next((row for row in rows if any(row)), ())
    names = [cell[:40] for cell in first if cell]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (", ".join(repr(name) for name in names[:_SHOWN]) or "none") + more
