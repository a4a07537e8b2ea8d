"""What came by webhook and what is to be sent: each once, and nothing lost between two starts."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copilot.conversation import Frozen
from copilot.records.tables import DeliveryRow, SendingRow

State = Literal["waiting", "done", "failed"]


class Delivery(Frozen):
    """A call of a webhook: the conversation `outer_id` of `account` has something new."""

    id: str
    event: str
    account: str
    outer_id: str
    attempts: int = 0


class Deliveries:
    """Keeps calls of webhooks until they are dealt with."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def take(self, delivery: Delivery, *, now: datetime) -> bool:
        """Keep a call; return False when it is kept already."""
        row = DeliveryRow(
            **delivery.model_dump(), received=now.astimezone(UTC), state="waiting", trouble=""
        )
        try:
            with Session(self._engine) as session, session.begin():
                session.add(row)
        except IntegrityError:
            return False
        return True

    def waiting(self) -> tuple[Delivery, ...]:
        """Return what is not dealt with yet, oldest first."""
        query = (
            select(DeliveryRow).where(DeliveryRow.state == "waiting").order_by(DeliveryRow.received)
        )
        with Session(self._engine) as session:
            return tuple(_delivery(row) for row in session.scalars(query))

    def settle(self, account: str, outer_id: str, ids: tuple[str, ...], state: State) -> None:
        """Say that these calls about a conversation are dealt with, or never will be."""
        self._set(account, outer_id, ids, {"state": state})

    def put_off(self, account: str, outer_id: str, ids: tuple[str, ...], trouble: str) -> None:
        """Count one more attempt in vain."""
        more = {"attempts": DeliveryRow.attempts + 1, "trouble": trouble[:200]}
        self._set(account, outer_id, ids, more)

    def of(self, account: str, outer_id: str) -> tuple[Delivery, ...]:
        """Return what waits about one conversation."""
        query = select(DeliveryRow).where(
            DeliveryRow.account == account,
            DeliveryRow.outer_id == outer_id,
            DeliveryRow.state == "waiting",
        )
        with Session(self._engine) as session:
            return tuple(_delivery(row) for row in session.scalars(query))

    def counts(self) -> dict[State, int]:
        """Return how many calls there are by state."""
        query = select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)
        with Session(self._engine) as session:
            return {cast("State", state): number for state, number in session.execute(query)}

    def forget_before(self, moment: datetime) -> int:
        """Drop old calls that are dealt with."""
        old = delete(DeliveryRow).where(
            DeliveryRow.received < moment.astimezone(UTC), DeliveryRow.state != "waiting"
        )
        with Session(self._engine) as session, session.begin():
            return cast("CursorResult[Any]", session.execute(old)).rowcount

    def _set(self, account: str, outer_id: str, ids: tuple[str, ...], values: Any) -> None:
        chosen = update(DeliveryRow).where(
            DeliveryRow.account == account,
            DeliveryRow.outer_id == outer_id,
            DeliveryRow.id.in_(ids),
        )
        with Session(self._engine) as session, session.begin():
            session.execute(chosen.values(**values))


class Sending(Frozen):
    """One wish to send; `sent` is the message's name where it went, `begun` may or may not have gone."""

    key: str
    conversation: str
    same: bool
    state: Literal["new", "begun", "sent"]
    outer_id: str = ""
    at: datetime


class Sendings:
    """Remembers what was sent, so that a repeated wish does not send it twice."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def begin(self, key: str, name: str, text: str, *, private: bool, now: datetime) -> Sending:
        """Write a wish down before it is carried out; `state` says whether that was tried before."""
        digest = hashlib.sha256(f"{name}\n{private}\n{text}".encode()).hexdigest()
        row = SendingRow(
            key=key, conversation_id=name, digest=digest, private=private, state="begun",
            outer_id="", at=now.astimezone(UTC),
        )  # fmt: skip
        new = Sending(key=key, conversation=name, same=True, state="new", at=now)
        try:
            with Session(self._engine) as session, session.begin():
                session.add(row)
        except IntegrityError:
            return self._known(key, digest) or new
        return new

    def sent(self, key: str, outer_id: str) -> None:
        """Say that it went, and how it is called there."""
        done = update(SendingRow).where(SendingRow.key == key)
        with Session(self._engine) as session, session.begin():
            session.execute(done.values(state="sent", outer_id=outer_id))

    def drop(self, key: str) -> None:
        """Say that it surely did not go: the same wish may be tried again."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(SendingRow).where(SendingRow.key == key))

    def _known(self, key: str, digest: str) -> Sending | None:
        with Session(self._engine) as session:
            row = session.get(SendingRow, key)
            if row is None:
                return None
            return Sending(
                key=key,
                conversation=row.conversation_id,
                same=row.digest == digest,
                state=cast("Literal['begun', 'sent']", row.state),
                outer_id=row.outer_id,
                at=row.at.replace(tzinfo=row.at.tzinfo or UTC),
            )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.model_fields})
