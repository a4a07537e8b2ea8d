"""Trying the knowledge out: how a reply would use a document, and why search finds what it finds."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from copilot import Copilot
from copilot.conversation import Conversation, Message
from copilot.errors import TeploError
from copilot.pipeline import suggest
from copilot.suggesters import EmbeddedComposer
from knowledge import Document, Hit, InvalidForm, Kind, Locale, Query, Script, lint
from knowledge.forms import Form, filled_in
from knowledge.lexical import stems
from ui.api_answers import as_field
from ui.view.knowledge import problem_text

PREVIEW = "preview"  # the name of a document that is only tried


class OneDocument:
    """A retriever that finds one chunk, and surely."""

    def __init__(self, hit: Hit) -> None:
        """Find this."""
        self._hit = hit

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return the chunk when its kind is asked for."""
        return (self._hit,) if self._hit.kind == query.kind else ()


def previewed(
    copilot: Copilot, form: Form, locale: Locale, values: dict[str, Any], message: str
) -> dict[str, Any]:
    """Return what is wrong with a form, how it would be cut, and replies that rest on it."""
    try:
        document = filled_in(form, f"{locale}:{PREVIEW}", values)
    except InvalidForm as error:
        faults = [as_field(fault) for fault in error.faults]
        return {
            "faults": faults,
            "problems": [],
            "chunks": [],
            "message": message,
            "suggestions": [],
        }
    now = datetime.now().astimezone().replace(microsecond=0)
    language = copilot.settings.language
    problems = lint([document.record], now.date()) if document.record else ()
    pieces = copilot.library.editor.pieces(document)
    asked = message.strip() or _asked(document)
    return {
        "faults": [],
        "problems": [
            {**one.model_dump(mode="json"), "message": problem_text(one, language)}
            for one in problems
            if one.rule != "reference_missing"  # the other records are not here to be looked at
        ],
        "chunks": [{"text": text, "questions": list(questions)} for text, questions in pieces],
        "message": asked,
        "suggestions": _suggestions(copilot, document, [text for text, _ in pieces], asked, now),
    }


def found_for(
    copilot: Copilot,
    text: str,
    *,
    kind: Kind,
    locale: Locale | None,
    brand: str | None,
    on: date | None,
    top: int,
) -> list[dict[str, Any]]:
    """Return what search finds, each hit with the words and the question that speak for it."""
    query = Query(text=text, kind=kind, locale=locale, brand=brand, on=on, top_k=top)
    hits = copilot.library.search(query)
    return [{**hit.model_dump(mode="json"), "why": _why(hit, copilot, text)} for hit in hits]


def _why(hit: Hit, copilot: Copilot, text: str) -> dict[str, Any]:
    document = copilot.library.document(hit.document)
    standing = set(stems(f"{hit.title}\n{hit.text}\n{hit.question}"))
    words = [word for word in dict.fromkeys(text.split()) if set(stems(word)) & standing]
    wordings = _wordings(document) if document else ()
    question, nearness = _nearest(copilot, text, wordings)
    return {"words": words, "question": question, "nearness": nearness}


def _nearest(copilot: Copilot, text: str, wordings: tuple[str, ...]) -> tuple[str, float | None]:
    """Return the wording that means most nearly the same, and how near it is."""
    if not wordings:
        return "", None
    try:
        vectors = copilot.library.embed((text, *wordings))
    except TeploError:
        return wordings[0], None
    near = vectors[1:] @ vectors[0]
    best = int(near.argmax())
    return wordings[best], round(max(0.0, float(near[best])), 3)


def _wordings(document: Document) -> tuple[str, ...]:
    record = document.record
    examples = record.trigger_examples if isinstance(record, Script) else ()
    said = (document.question or document.title, *examples, *document.examples)
    return tuple(dict.fromkeys(one for one in said if one))


def _asked(document: Document) -> str:
    wordings = _wordings(document)
    return wordings[1] if isinstance(document.record, Script) and len(wordings) > 1 else wordings[0]


def _suggestions(
    copilot: Copilot, document: Document, texts: list[str], asked: str, now: datetime
) -> list[dict[str, Any]]:
    if document.kind == "tone" or not texts:
        return []
    heard = set(stems(asked))
    n = max(range(len(texts)), key=lambda n: (len(heard & set(stems(texts[n]))), -n))
    hit = Hit(
        id=f"{document.id}#{n}", document=document.id, kind=document.kind, title=document.title,
        text=texts[n], score=1.0, strength="strong", confidence=1.0, locale=document.locale,
        question=document.question, answer=document.answer, record=document.record,
    )  # fmt: skip
    parts = replace(copilot.parts, retriever=OneDocument(hit), suggester=EmbeddedComposer())
    conversation = Conversation(messages=(Message(role="customer", text=asked),), now=now)
    result = suggest(conversation, parts)
    return [one.model_dump(mode="json") for one in result.suggestions]
