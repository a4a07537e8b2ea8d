"""Conversations as they are kept: taken in message by message, told again, searched, erased."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copilot.conversation import Card
from copilot.errors import NoSuchRecord
from copilot.records.cleaning import cleaned, customer_key
from copilot.records.listing import Listing, folded, line_of
from copilot.records.tables import ConversationRow, DraftRow, IdentityRow, MessageRow
from copilot.records.threads import Kept, KeptDraft, KeptMessage, Line, Opened, Whole, Written
from copilot.records.times import aware

PREVIEW_CHARS = 160
DRAFTS_TOLD = 20
_TRIES = 10  # a writer of another process may take the same number first
_WRITING = Lock()  # SQLite has one writer at a time anyway
_Answer = TypeVar("_Answer")


class Conversations(Listing):
    """Keeps conversations. Safe to use from several threads and several processes."""

    def put(self, opened: Opened, written: Sequence[Written] = (), *, now: datetime) -> Kept:
        """Keep a conversation with these messages, or what is new of one that is kept already.

        Messages without a time were written `now`. Card numbers, codes and passwords are masked.
        A thread given again from its beginning, without ids of messages, adds only what is new.
        """
        clean = [(one, cleaned(one)) for one in written]

        def write(session: Session) -> Kept:
            row, created = _found_or_new(session, opened, now)
            _describe(session, row, opened)
            fresh = _add(session, row, clean if created else _unheard(session, row, clean), now)
            return Kept(id=row.id, created=created, fresh=fresh)

        return self._write(write)

    def add(self, name: str, written: Sequence[Written], *, now: datetime) -> Kept:
        """Keep further messages of a conversation.

        Raises:
            NoSuchRecord: there is no such conversation.
        """
        clean = [(one, cleaned(one)) for one in written]

        def write(session: Session) -> Kept:
            row = row_of(session, name, lock=True)
            return Kept(id=name, created=False, fresh=_add(session, row, clean, now))

        return self._write(write)

    def whole(self, name: str) -> Whole:
        """Return a conversation with its messages and newest drafts.

        Raises:
            NoSuchRecord: there is no such conversation.
        """
        with Session(self._engine) as session:
            row = row_of(session, name)
            said = session.scalars(
                select(MessageRow)
                .where(MessageRow.conversation_id == name)
                .order_by(MessageRow.at, MessageRow.n)
            )
            drafts = session.scalars(
                select(DraftRow)
                .where(DraftRow.conversation_id == name)
                .order_by(DraftRow.made.desc(), DraftRow.through.desc())
                .limit(DRAFTS_TOLD)
            )
            return Whole(
                line=line_of(row),
                card=Card.model_validate(row.card),
                messages=tuple(_message(one) for one in said),
                drafts=tuple(draft_of(one, row) for one in drafts),
            )

    def line(self, name: str) -> Line:
        """Return a conversation as it stands in a list.

        Raises:
            NoSuchRecord: there is no such conversation.
        """
        with Session(self._engine) as session:
            return line_of(row_of(session, name))

    def named(self, source: str, account: str, outer_id: str) -> str | None:
        """Return the id of the conversation that has this name where it came from."""
        query = select(ConversationRow.id).where(
            ConversationRow.source == source,
            ConversationRow.account == account,
            ConversationRow.outer_id == outer_id,
        )
        with Session(self._engine) as session:
            return session.scalar(query)

    def set_card(self, name: str, card: Card) -> None:
        """Keep what is known of the customer.

        Raises:
            NoSuchRecord: there is no such conversation.
        """

        def write(session: Session) -> None:
            row_of(session, name).card = card.model_dump(mode="json")

        self._write(write)

    def set_open(self, name: str, *, opened: bool) -> None:
        """Close a conversation, or open it again.

        Raises:
            NoSuchRecord: there is no such conversation.
        """

        def write(session: Session) -> None:
            row_of(session, name).open = opened

        self._write(write)

    def forget(self, name: str) -> int:
        """Erase a conversation with its messages and drafts; return how many were erased."""
        return self._erase(select(ConversationRow.id).where(ConversationRow.id == name))

    def forget_customer(self, key: str) -> int:
        """Erase every conversation of a customer, by any key it was kept under."""
        mine = select(IdentityRow.conversation_id).where(IdentityRow.key == customer_key(key))
        return self._erase(mine)

    def forget_before(self, moment: datetime) -> int:
        """Erase the conversations in which nothing has happened since a moment."""
        return self._erase(
            select(ConversationRow.id).where(ConversationRow.changed < moment.astimezone(UTC))
        )

    def _erase(self, chosen: Any) -> int:
        def write(session: Session) -> int:
            gone = session.execute(delete(ConversationRow).where(ConversationRow.id.in_(chosen)))
            return cast("CursorResult[Any]", gone).rowcount

        erased = self._write(write)
        if erased and self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:  # the log still holds the erased pages
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return erased

    def _write(self, work: Callable[[Session], _Answer]) -> _Answer:
        return written_by(self._engine, work)


def written_by(engine: Engine, work: Callable[[Session], _Answer]) -> _Answer:
    """Write in one transaction; anew when another writer took the same number first."""
    for attempt in range(1, _TRIES + 1):
        try:
            with _WRITING, Session(engine) as session, session.begin():
                return work(session)
        except IntegrityError:
            if attempt == _TRIES:
                raise
    raise AssertionError


def row_of(session: Session, name: str, *, lock: bool = False) -> ConversationRow:
    """Return the row of a conversation; `lock` keeps other writers away until the end.

    Raises:
        NoSuchRecord: there is none.
    """
    row = session.get(ConversationRow, name, with_for_update=lock)
    if row is None:
        raise NoSuchRecord(f"There is no conversation {name!r}.")
    return row


def draft_of(row: DraftRow, of: ConversationRow) -> KeptDraft:
    """Return a draft as it is told."""
    names = set(KeptDraft.model_fields) - {"stale", "made", "shown"}
    told = {name: getattr(row, name) for name in names}
    return KeptDraft(
        **told, stale=row.through < of.asked, made=aware(row.made), shown=row.shown and aware(row.shown)
    )  # fmt: skip


def _found_or_new(session: Session, opened: Opened, now: datetime) -> tuple[ConversationRow, bool]:
    name = secrets.token_urlsafe(12)
    outer = opened.outer_id or name
    row = session.scalar(
        select(ConversationRow)
        .where(
            ConversationRow.source == opened.source,
            ConversationRow.account == opened.account,
            ConversationRow.outer_id == outer,
        )
        .with_for_update()
    )
    if row is not None:
        return row, False
    moment = now.astimezone(UTC)
    row = ConversationRow(
        id=name, source=opened.source, account=opened.account, outer_id=outer, topic="", assignee="",
        channel=opened.channel, open=True, card={}, opened=moment, changed=moment, messages=0,
        waiting_since=None, preview="", asked=0, drafted=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, True


def _describe(session: Session, row: ConversationRow, opened: Opened) -> None:
    """Take over what is known now; what is not said stays as it was."""
    row.open = opened.open
    row.channel = opened.channel
    row.topic = opened.topic or row.topic
    row.assignee = opened.assignee.strip().casefold()
    if opened.card != Card():
        row.card = opened.card.model_dump(mode="json")
    for key in {customer_key(one) for one in opened.customers} - {""}:
        session.merge(IdentityRow(conversation_id=row.id, key=key))


def _unheard(
    session: Session, row: ConversationRow, written: Sequence[tuple[Written, str]]
) -> Sequence[tuple[Written, str]]:
    if any(one.outer_id for one, _ in written):
        return written
    kept = session.execute(
        select(MessageRow.role, MessageRow.text)
        .where(MessageRow.conversation_id == row.id)
        .order_by(MessageRow.n)
    )
    known = [(role, said) for role, said in kept]
    given = [(one.role, said) for one, said in written if said]
    if known[: len(given)] == given:
        return ()
    return written[len(known) :] if given[: len(known)] == known else written


def _add(
    session: Session, row: ConversationRow, written: Sequence[tuple[Written, str]], now: datetime
) -> tuple[int, ...]:
    known = {
        one.outer_id: one
        for one in session.scalars(select(MessageRow).where(MessageRow.conversation_id == row.id))
    }
    fresh: list[int] = []
    for one, said in written:
        if not said:
            continue
        if one.outer_id and one.outer_id in known:
            kept = known[one.outer_id]
            kept.text, kept.folded = said, folded(said)
            continue
        row.messages += 1
        moment = (one.at or now).astimezone(UTC)
        added = MessageRow(
            conversation_id=row.id, n=row.messages, outer_id=one.outer_id or f"#{row.messages}",
            role=one.role, text=said, folded=folded(said), at=moment,
        )  # fmt: skip
        session.add(added)
        known[added.outer_id] = added
        fresh.append(added.n)
        row.changed = max(aware(row.changed), moment)
    _follow(row, sorted(known.values(), key=lambda one: (aware(one.at), one.n)))
    return tuple(fresh)


def _follow(row: ConversationRow, said: Sequence[MessageRow]) -> None:
    """Say who waits since when: a bot answers nobody, so only an operator ends the waiting."""
    asked = [one for one in said if one.role == "customer"]
    row.asked = max((one.n for one in asked), default=0)
    row.preview = " ".join(asked[-1].text.split())[:PREVIEW_CHARS] if asked else ""
    since: datetime | None = None
    for one in said:
        if one.role == "operator":
            since = None
        elif one.role == "customer" and since is None:
            since = one.at
    row.waiting_since = since


def _message(row: MessageRow) -> KeptMessage:
    values = {name: getattr(row, name) for name in ("n", "role", "text", "outer_id")}
    return KeptMessage(**values, at=aware(row.at))
