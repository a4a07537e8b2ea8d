"""The gap queue: what customers asked and the knowledge had no good answer to, asked alike together."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from knowledge.documents import Locale
from knowledge.editing import Editor
from knowledge.erasing import scrub
from knowledge.errors import EmbeddingUnavailable, KnowledgeError, NotFound
from knowledge.fingerprint import text_hash
from knowledge.gaplist import Gap, GapPage, GapState, gap_of, row_of
from knowledge.lexical import stems
from knowledge.sheets import Sheet, aware
from knowledge.sources.decode import clean
from knowledge.sources.ids import question_key
from knowledge.space import space_of
from knowledge.tables import GapAskRow, GapRow

Vectors = NDArray[np.float32]

# Of 25 matters in several wordings each (bench/gaps) 83 % of the pairs that meet are of one matter
# in both languages, and half of those that should meet do.
ALIKE = 0.42
ALIKE_RAW = 0.85  # where the model's means are not known, and all cosines are high
_EXAMPLES = 5
_MOST = 5_000  # gaps; beyond that those asked least and longest ago go
_REQUEST_CHARS, _MESSAGE_CHARS, _TITLE_CHARS = 300, 1_000, 120
_COLLECTING = ("open", "ignored", "drafted")  # where attaching did not help, a new gap says so


class Gaps:
    """The queue of one data folder. Safe to use from several threads."""

    def __init__(
        self,
        engine: Engine,
        embed: Callable[[Sequence[str]], Vectors],
        model_name: Callable[[], str],
        editor: Editor,
    ) -> None:
        """Keep the queue beside the documents; `embed` makes vectors of questions."""
        self._engine = engine
        self._embed = embed
        self._model_name = model_name
        self._editor = editor
        self._noting = threading.Lock()

    def note(
        self,
        request: str,
        language: Locale,
        message: str,
        *,
        strength: Literal["weak", "none"],
        at: datetime,
        conversation: str = "",
    ) -> int:
        """Note that a request found no good answer; return the gap it belongs to.

        Request and message must be masked already. One conversation counts once in a gap. Without
        a vector model only requests in the same words meet.
        """
        request = " ".join(clean(request).split())[:_REQUEST_CHARS]
        message = clean(message).strip()[:_MESSAGE_CHARS]
        if not request:
            raise KnowledgeError("A gap needs a request; this one is empty.")
        at = at.astimezone(UTC)
        asker = text_hash(conversation or message)
        with self._noting, Session(self._engine) as session, session.begin():
            row = self._meeting(session, request, language)
            if row is None:
                row = self._opened(session, request, language, strength, at)
            elif session.get(GapAskRow, (row.id, asker)):
                return row.id
            session.add(GapAskRow(gap_id=row.id, asker=asker))
            row.count += 1
            row.last_seen = max(aware(row.last_seen), at)
            row.strength = "none" if "none" in (strength, row.strength) else "weak"
            example = {"request": request, "message": message, "at": at.isoformat()}
            if len(row.examples) < _EXAMPLES and message not in [
                e["message"] for e in row.examples
            ]:
                row.examples = [*row.examples, example]
            return row.id

    def page(
        self,
        state: GapState | None = "open",
        locale: Locale | None = None,
        *,
        page: int = 1,
        per_page: int = 50,
    ) -> GapPage:
        """Return a page of the queue, most asked first; None as the state means all of them."""
        wanted = [GapRow.state == state] if state else []
        if locale:
            wanted.append(GapRow.locale == locale)
        query = select(GapRow).where(*wanted)
        ordered = query.order_by(GapRow.count.desc(), GapRow.last_seen.desc(), GapRow.id)
        with Session(self._engine) as session:
            total = session.scalar(select(func.count(GapRow.id)).where(*wanted)) or 0
            rows = session.scalars(ordered.limit(per_page).offset((page - 1) * per_page))
            items = tuple(gap_of(row) for row in rows)
            counted = session.execute(select(GapRow.state, func.count()).group_by(GapRow.state))
            counts = {row[0]: row[1] for row in counted}
        pages = max(1, -(-total // per_page))
        return GapPage(items=items, total=total, page=page, pages=pages, counts=counts)

    def gap(self, gap_id: int) -> Gap:
        """Return a gap.

        Raises:
            NotFound: there is none.
        """
        with Session(self._engine) as session:
            return gap_of(row_of(session, gap_id))

    def ignore(self, gap_id: int) -> Gap:
        """Put a gap aside: it goes on counting, and does not come back by itself.

        Raises:
            NotFound: there is none.
            KnowledgeError: it is already dealt with.
        """
        return self._moved(gap_id, "ignored", "", {})

    def draft(
        self, gap_id: int, answer: str, *, title: str = "", question: str = ""
    ) -> tuple[Gap, Sheet]:
        """Make an article of what the operator answered, as a draft: nobody is offered it.

        Raises:
            NotFound: there is no such gap.
            InvalidForm: the answer is empty.
            KnowledgeError: the gap is already dealt with.
        """
        gap = self._waiting(gap_id)
        asked = question.strip() or gap.request
        values = {
            "title": title.strip() or asked[:_TITLE_CHARS],
            "question": asked,
            "answer": answer,
            "status": "draft",
            "examples": list(dict.fromkeys(example.request for example in gap.examples)),
        }
        name = f"gap-{gap.id}-{question_key(asked)}"
        sheet = self._editor.create("article", gap.locale, values, name=name)
        return self._moved(gap_id, "drafted", sheet.id, {"made": sheet.id}), sheet

    def attach(self, gap_id: int, document: str, example: str = "") -> tuple[Gap, Sheet]:
        """Let a document that is there be found by this request; only that document is embedded.

        Raises:
            NotFound: there is no such gap or document.
            KnowledgeError: the gap is already dealt with.
        """
        gap = self._waiting(gap_id)
        wording = " ".join(clean(example).split()) or gap.request
        known = wording in self._editor.sheet(document).values["examples"]
        sheet = self._editor.attach(document, wording)
        undo = {} if known else {"example": wording}
        return self._moved(gap_id, "attached", document, undo), sheet

    def undo(self, gap_id: int) -> Gap:
        """Take the last action on a gap back; a drafted article that was edited since stays.

        Raises:
            NotFound: there is no such gap.
            KnowledgeError: nothing was done about it.
        """
        with Session(self._engine) as session:
            row = row_of(session, gap_id)
            undo, document = row.undo, row.document
        if undo is None:
            raise KnowledgeError(f"Nothing was done about gap {gap_id} that can be taken back.")
        self._take_back(undo, document)
        with Session(self._engine) as session, session.begin():
            row = row_of(session, gap_id)
            row.state, row.document, row.undo = undo["state"], undo["document"], None
            return gap_of(row)

    def erase(self, gap_id: int) -> None:
        """Delete a gap with its examples for good.

        Raises:
            NotFound: there is none.
        """
        with Session(self._engine) as session, session.begin():
            session.delete(row_of(session, gap_id))
        scrub(self._engine)

    def _waiting(self, gap_id: int) -> Gap:
        gap = self.gap(gap_id)
        if gap.state in ("drafted", "attached"):
            raise KnowledgeError(
                f"Gap {gap_id} is {gap.state} to {gap.document!r} already; undo that first."
            )
        return gap

    def _moved(self, gap_id: int, state: GapState, document: str, undo: dict[str, str]) -> Gap:
        self._waiting(gap_id)
        with Session(self._engine) as session, session.begin():
            row = row_of(session, gap_id)
            row.undo = {**undo, "state": row.state, "document": row.document}
            row.state, row.document = state, document
            return gap_of(row)

    def _take_back(self, undo: dict[str, Any], document: str) -> None:
        try:
            if made := undo.get("made"):
                sheet = self._editor.sheet(made)
                if sheet.version == 1 and sheet.status == "draft":
                    self._editor.delete(made, sheet.version)
            elif example := undo.get("example"):
                self._editor.detach(document, example)
        except NotFound:
            return  # the document is gone: nothing is left to take back

    def _meeting(self, session: Session, request: str, language: Locale) -> GapRow | None:
        """Return the gap whose first request is nearest to this one, if it is near enough."""
        wanted = select(GapRow).where(GapRow.locale == language, GapRow.state.in_(_COLLECTING))
        rows = list(session.scalars(wanted.order_by(GapRow.id)))
        words = set(stems(request))
        same = next((row for row in rows if words and set(stems(row.request)) == words), None)
        if same or not rows:
            return same
        try:
            self._fill(rows)
            own = self._vectors([request], language)[0]
        except EmbeddingUnavailable:
            return None
        leaders = np.stack([np.frombuffer(row.vector, "<f4") for row in rows])
        likeness = leaders @ own
        best = int(np.argmax(likeness))
        enough = ALIKE if space_of(self._model_name()).known else ALIKE_RAW
        return rows[best] if likeness[best] >= enough else None

    def _opened(
        self,
        session: Session,
        request: str,
        language: Locale,
        strength: Literal["weak", "none"],
        at: datetime,
    ) -> GapRow:
        try:
            vector, model = self._vectors([request], language)[0].tobytes(), self._model_name()
        except EmbeddingUnavailable:
            vector, model = b"", ""
        row = GapRow(
            locale=language, state="open", request=request, strength=strength, count=0,
            first_seen=at, last_seen=at, examples=[], document="", undo=None,
            model_name=model, vector=vector,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _prune(session, row.id)
        return row

    def _fill(self, rows: Sequence[GapRow]) -> None:
        """Embed the requests that this model has not embedded yet."""
        model = self._model_name()
        for row in rows:
            if row.model_name != model:
                row.vector = self._vectors([row.request], row.locale)[0].tobytes()
                row.model_name = model

    def _vectors(self, requests: Sequence[str], language: Locale) -> Vectors:
        own = self._embed(requests)
        centred = space_of(self._model_name()).centred(own, "query", [language] * len(requests))
        return centred.astype("<f4")


def _prune(session: Session, newest: int) -> None:
    """Keep the queue at a length that people can look through."""
    total = session.scalar(select(func.count(GapRow.id))) or 0
    if total <= _MOST:
        return
    least = select(GapRow.id).where(GapRow.state.in_(("open", "ignored")), GapRow.id != newest)
    ordered = least.order_by(GapRow.count, GapRow.last_seen).limit(total - _MOST)
    session.execute(delete(GapRow).where(GapRow.id.in_(list(session.scalars(ordered)))))
