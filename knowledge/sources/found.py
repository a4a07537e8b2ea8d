"""What is asked of reading a file, and what it gives."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from knowledge.documents import Document, Kind, Locale
from knowledge.errors import Refused
from knowledge.report import Refusal


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who ingests says of the files.

    `kind` and `locale` hold where a file does not say itself; `columns` maps a role (question,
    answer, …) to the name, letter or number of a column. `shipped` files came with the program.
    """

    kind: Kind | None = None
    locale: Locale | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a file, the past conversations in it, not yet masked, and what was refused."""

    documents: tuple[Document, ...] = ()
    refused: tuple[Refusal, ...] = ()
    chats: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class PastChat:
    """A past conversation as a document, with whatever people wrote: to be masked before it is kept."""

    document: Document


Found = Iterator[Document | PastChat | Refused]
