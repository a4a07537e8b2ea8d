"""Past conversations without personal data: masked before anything of them is kept."""

from collections.abc import Callable, Sequence

from knowledge.documents import Case, Document
from knowledge.report import Refusal
from knowledge.sources.reading import Reading

Mask = Callable[[str], str]

_BETWEEN = "\n\u241e\n"  # keeps texts apart that are masked together
_MAX_TITLE = 120
UNMASKED = (
    "past conversations are taken in only where personal data can be masked; "
    "index them with the command or the panel, which do"
)


def masked_reading(reading: Reading, mask: Mask | None) -> Reading:
    """Return a reading with all case history masked, and its chats among the documents.

    Without a mask chats are refused; cases that people wrote as such stay as they are.
    """
    if mask is None:
        refused = [
            Refusal(path=chat.path, reason=f"{UNMASKED} ({len(reading.chats)} conversations)")
            for chat in reading.chats[:1]
        ]
        return Reading(reading.documents, (*reading.refused, *refused))
    documents = [
        masked_document(each, mask) if each.kind == "case" else each for each in reading.documents
    ]
    chats = [_titled(masked_document(chat, mask)) for chat in reading.chats]
    return Reading((*documents, *chats), reading.refused)


def masked_document(document: Document, mask: Mask) -> Document:
    """Return a document without personal data, all its texts masked together."""
    names = ("title", "body", "question", "answer")
    record = document.record if isinstance(document.record, Case) else None
    turns = record.turns if record else ()
    texts = [*(getattr(document, name) for name in names), *(turn.text for turn in turns)]
    said = _masked(texts, mask)
    update: dict[str, object] = dict(zip(names, said, strict=False))
    if record:
        new = [
            turn.model_copy(update={"text": text})
            for turn, text in zip(turns, said[len(names) :], strict=True)
        ]
        update["record"] = record.model_copy(update={"turns": tuple(new), "title": said[0]})
    return document.model_copy(update=update)


def _masked(texts: Sequence[str], mask: Mask) -> list[str]:
    """Mask texts as one, so that the same person has the same placeholder in all of them."""
    together = mask(_BETWEEN.join(texts)).split(_BETWEEN)
    return together if len(together) == len(texts) else [mask(text) for text in texts]


def _titled(chat: Document) -> Document:
    """Shorten a title, after masking: half a phone number would not be known as one."""
    title = chat.title
    if len(title) > _MAX_TITLE:
        title = f"{title[: title.rfind(' ', 0, _MAX_TITLE)]}\u2026"
    return chat.model_copy(update={"title": title})
