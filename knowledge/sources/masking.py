"""Past conversations without personal data: masked before anything of them is kept."""

from collections.abc import Callable, Iterator, Sequence

from knowledge.documents import Case, Document
from knowledge.report import Refusal
from knowledge.sources.found import Reading

Mask = Callable[[str], str]

_BETWEEN = "\n\u241e\n"  # keeps texts apart that are masked together
_MAX_TITLE = 120
_TEXTS = ("title", "body", "question", "answer")
_CASE_TEXTS = ("title", "worked_because", "lesson", "resolution", "root_cause")
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
    record = document.record if isinstance(document.record, Case) else None
    texts = [*(getattr(document, name) for name in _TEXTS), *document.examples]
    said = iter(_masked([*texts, *(_texts_of(record) if record else ())], mask))
    update: dict[str, object] = {name: next(said) for name in _TEXTS}
    update["examples"] = tuple(next(said) for _ in document.examples)
    if record:
        update["record"] = _record_with(record, said)
    return document.model_copy(update=update)


def _texts_of(case: Case) -> list[str]:
    """Return what a case says in people's words."""
    return [
        *(getattr(case, name) for name in _CASE_TEXTS),
        *(turn.text for turn in case.turns),
        *(fact.value for fact in case.facts),
        *(promise.span for promise in case.promises),
    ]


def _record_with(case: Case, said: Iterator[str]) -> Case:
    """Return a case with other words, in the order of `_texts_of`."""
    update: dict[str, object] = {name: next(said) for name in _CASE_TEXTS}
    update["turns"] = tuple(each.model_copy(update={"text": next(said)}) for each in case.turns)
    update["facts"] = tuple(each.model_copy(update={"value": next(said)}) for each in case.facts)
    update["promises"] = tuple(
        each.model_copy(update={"span": next(said)}) for each in case.promises
    )
    return case.model_copy(update=update)


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
