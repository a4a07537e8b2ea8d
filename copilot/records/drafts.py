"""Drafts as they are kept: what was offered, shown, copied, edited, and what was really sent."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from copilot.conversation import Frozen
from copilot.errors import BadConversation, NoSuchRecord
from copilot.records.acceptance import Fate, Outcome, Reason, Worth, judged, worth
from copilot.records.cleaning import secret_free
from copilot.records.conversations import draft_of, row_of, written_by
from copilot.records.incidents import ConcernedRow
from copilot.records.tables import ConversationRow, DraftRow, MessageRow
from copilot.records.threads import KeptDraft
from copilot.records.times import aware
from copilot.suggestion import Result

MAX_EDITS = 20  # of one draft; the newest stay


class Told(Frozen):
    """What an operator, or a screen on their behalf, tells of a draft."""

    what: Literal["shown", "copied", "edited", "sent", "dismissed"]
    option: int | None = None
    text: str = ""
    reason: Reason | Literal[""] = ""


class Drafts:
    """Keeps drafts beside their conversations."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def keep(self, name: str, result: Result, *, through: int, now: datetime) -> KeptDraft:
        """Keep what was drafted; `through` is the last message that was read for it.

        Raises:
            NoSuchRecord: there is no such conversation.
        """

        def write(session: Session) -> KeptDraft:
            row = row_of(session, name)
            session.execute(
                update(DraftRow).where(DraftRow.conversation_id == name).values(result=None)
            )
            draft = DraftRow(
                id=secrets.token_urlsafe(12), conversation_id=name, made=now.astimezone(UTC),
                through=through, framework=result.frame.framework, scripts=_scripts(result),
                options=_options(result), result=result.model_dump(mode="json"), shown=None,
                copied=None, edits=[], outcome="", reason="", option=None, distance=None,
                measured=False, answer=None, decided=None,
            )  # fmt: skip
            session.add(draft)
            row.drafted = through
            if result.incident:
                session.merge(ConcernedRow(incident_id=result.incident, conversation_id=name))
            return draft_of(draft, row)

        return written_by(self._engine, write)

    def tell(self, name: str, draft: str, told: Told, *, now: datetime) -> KeptDraft:
        """Keep what happened to a draft; telling it twice changes nothing.

        What was measured on a really sent message is not overruled by what is told afterwards.

        Raises:
            NoSuchRecord: there is no such conversation, or no such draft in it.
            BadConversation: the option does not exist, or a text or reason is missing.
        """

        def write(session: Session) -> KeptDraft:
            of = row_of(session, name)
            row = session.get(DraftRow, draft)
            if row is None or row.conversation_id != name:
                raise NoSuchRecord(f"There is no draft {draft!r} in this conversation.")
            _check(told, row)
            _take(row, told, now.astimezone(UTC))
            session.flush()
            return draft_of(row, of)

        return written_by(self._engine, write)

    def measure(self, name: str, fresh: Sequence[int], *, now: datetime) -> KeptDraft | None:
        """Compare the first of the new messages that an operator sent with the draft before it.

        Returns the draft with its outcome; None when nothing was sent, or nothing was offered.
        """

        def write(session: Session) -> KeptDraft | None:
            of = row_of(session, name)
            sent = session.scalar(
                select(MessageRow)
                .where(
                    MessageRow.conversation_id == name,
                    MessageRow.role == "operator",
                    MessageRow.n.in_(fresh),
                )
                .order_by(MessageRow.at, MessageRow.n)
                .limit(1)
            )
            row = _answered_by(session, name, sent) if sent is not None else None
            if sent is None or row is None:
                return None
            row.answer, row.measured = sent.n, True
            _judge(row, sent.text, now.astimezone(UTC))
            session.flush()
            return draft_of(row, of)

        return written_by(self._engine, write)

    def worth(self, *, since: datetime | None = None) -> Worth:
        """Count what became of the drafts made since a moment."""
        query = select(
            ConversationRow.topic, DraftRow.scripts, DraftRow.shown, DraftRow.outcome,
            DraftRow.reason, DraftRow.distance, DraftRow.copied,
        ).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)  # fmt: skip
        if since is not None:
            query = query.where(DraftRow.made >= since.astimezone(UTC))
        with Session(self._engine) as session:
            fates = [
                Fate(
                    topic=topic, scripts=tuple(scripts), outcome=outcome, reason=reason,
                    seen=shown is not None or copied is not None, distance=far,
                )
                for topic, scripts, shown, outcome, reason, far, copied in session.execute(query)
            ]  # fmt: skip
        return worth(fates, since=since)


def _answered_by(session: Session, name: str, sent: MessageRow) -> DraftRow | None:
    """Return the newest draft that stood before a message was sent and has no answer yet."""
    before = select(DraftRow).where(
        DraftRow.conversation_id == name,
        DraftRow.through < sent.n,
        DraftRow.answer.is_(None),
    )
    for row in session.scalars(before.order_by(DraftRow.made.desc()).limit(1)):
        asked = session.get(MessageRow, (name, row.through))
        if asked is None or aware(asked.at) <= aware(sent.at):
            return row
    return None


def _check(told: Told, row: DraftRow) -> None:
    if told.option is not None and not 0 <= told.option < len(row.options):
        raise BadConversation(f"option: {told.option!r} is none of the {len(row.options)} options.")
    if told.what == "copied" and told.option is None:
        raise BadConversation("option: say which option was copied, from 0.")
    if told.what in {"edited", "sent"} and not told.text.strip():
        raise BadConversation("text: say what it became.")
    if told.what == "dismissed" and not told.reason:
        raise BadConversation("reason: say why, other if nothing fits.")


def _take(row: DraftRow, told: Told, now: datetime) -> None:
    if told.what == "shown":
        row.shown = row.shown or now
    elif told.what == "copied":
        row.copied, row.shown = told.option, row.shown or now
    elif told.what == "edited":
        said = {"at": now.isoformat(), "option": told.option, "text": secret_free(told.text)}
        if not row.edits or row.edits[-1]["text"] != said["text"]:
            row.edits = [*row.edits, said][-MAX_EDITS:]
    elif row.measured:
        row.reason = row.reason or told.reason
    elif told.what == "dismissed":
        row.outcome, row.reason, row.decided = "dismissed", told.reason, now
        row.shown = row.shown or now
    else:
        _judge(row, secret_free(told.text), now)


def _judge(row: DraftRow, sent: str, now: datetime) -> None:
    """Measure how far a sent text is; a draft that was dismissed with a reason stays dismissed."""
    found = judged(sent, [str(option["text"]) for option in row.options])
    if found is None:
        return
    row.option, row.distance, row.decided = found.option, found.distance, now
    dismissed: Outcome = "dismissed"
    row.outcome = row.outcome if row.outcome == dismissed else found.outcome


def _options(result: Result) -> list[dict[str, object]]:
    return [
        {"text": one.text, "label": one.label, "origin": one.origin, "blocked": one.blocked}
        for one in result.suggestions
    ]


def _scripts(result: Result) -> list[str]:
    """Return the documents that the main draft rests on; notes of the card are none."""
    if not result.suggestions:
        return []
    cited = (source for one in result.suggestions[0].sentences for source in one.sources)
    documents = {hit.id: hit.document for hit in result.hits if hit.kind != "card"}
    return list(dict.fromkeys(documents[source] for source in cited if source in documents))
