"""Incidents as they are kept: what was told to customers, from when to when, by whom."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Engine, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from copilot.errors import NoSuchRecord
from copilot.incidents import Incident, Told
from copilot.records.tables import Base, ConversationRow, MessageRow
from copilot.records.times import aware, utc
from copilot.surge import BEFORE, WINDOW, Spoken, Surge, surges
from knowledge import Locale

_MOST_MESSAGES = 20_000
_MOST = 200  # incidents in a list; older ones are history


class IncidentRow(Base):
    """One incident; `versions` are what it told before, oldest first, each with when and by whom."""

    __tablename__ = "incidents"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    about: Mapped[list[str]] = mapped_column(JSON)
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    next_update: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    started_by: Mapped[str] = mapped_column(String(200))
    ended: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    ending: Mapped[dict[str, str]] = mapped_column(JSON)
    versions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class ConcernedRow(Base):
    """A conversation that was answered with the facts of an incident."""

    __tablename__ = "incident_conversations"

    incident_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )


class Incidents:
    """Keeps incidents; nothing that was told is ever lost."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def start(
        self,
        title: str,
        told: dict[Locale, Told],
        *,
        now: datetime,
        about: tuple[str, ...] = (),
        next_update: datetime | None = None,
        by: str = "",
    ) -> Incident:
        """Switch an incident on.

        Raises:
            ValueError: a text is empty or too long, or there is none in any language.
        """
        incident = Incident(
            id=secrets.token_hex(6),
            title=title,
            about=about,
            told=told,
            next_update=next_update,
            started=now,
            started_by=by,
        )
        row = IncidentRow(**_columns(incident), versions=[])
        with Session(self._engine) as session, session.begin():
            session.add(row)
        return incident

    def update(self, name: str, *, now: datetime, by: str = "", **changes: Any) -> Incident:
        """Tell something else from now on; what was told before is kept.

        Raises:
            NoSuchRecord: there is no such incident, or it is over.
            ValueError: a text is empty or too long.
        """
        with Session(self._engine) as session, session.begin():
            row = _row(session, name)
            before = _incident(row)
            if before.ended is not None:
                raise NoSuchRecord(f"The incident {name!r} is over.")
            incident = Incident.model_validate({**before.model_dump(), **changes})
            kept = before.model_dump(mode="json", include={"title", "about", "told", "next_update"})
            row.versions = [*row.versions, {**kept, "until": now.isoformat(), "changed_by": by}]
            for column, value in _columns(incident).items():
                setattr(row, column, value)
        return incident

    def end(self, name: str, *, now: datetime, ending: dict[Locale, str] | None = None) -> Incident:
        """Switch an incident off; `ending` is what those who were told may be told now.

        Raises:
            NoSuchRecord: there is no such incident.
        """
        with Session(self._engine) as session, session.begin():
            row = _row(session, name)
            row.ended = row.ended or utc(now)
            row.ending = {**row.ending, **{str(k): said for k, said in (ending or {}).items()}}
            return _incident(row)

    def on(self) -> tuple[Incident, ...]:
        """Return the incidents that are on, newest first."""
        return self._found(IncidentRow.ended.is_(None))

    def of_all_time(self) -> tuple[Incident, ...]:
        """Return the newest incidents, over or not, newest first."""
        return self._found(IncidentRow.id.is_not(None))

    def get(self, name: str) -> Incident:
        """Return one incident.

        Raises:
            NoSuchRecord: there is no such incident.
        """
        with Session(self._engine) as session:
            return _incident(_row(session, name))

    def versions(self, name: str) -> tuple[dict[str, Any], ...]:
        """Return what an incident told before, oldest first.

        Raises:
            NoSuchRecord: there is no such incident.
        """
        with Session(self._engine) as session:
            return tuple(_row(session, name).versions)

    def to_tell(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return (id, preview) of the conversations that were answered with an incident's facts.

        Raises:
            NoSuchRecord: there is no such incident.
        """
        query = (
            select(ConversationRow.id, ConversationRow.preview)
            .join(ConcernedRow, ConcernedRow.conversation_id == ConversationRow.id)
            .where(ConcernedRow.incident_id == name)
            .order_by(ConversationRow.opened, ConversationRow.id)
        )
        with Session(self._engine) as session:
            _row(session, name)
            return tuple((one, preview) for one, preview in session.execute(query))

    def surges(self, now: datetime) -> tuple[Surge, ...]:
        """Return what customers write about unusually often just now."""
        since = utc(now - WINDOW - BEFORE)
        query = (
            select(MessageRow.conversation_id, MessageRow.at, MessageRow.text)
            .where(MessageRow.role == "customer", MessageRow.at >= since)
            .order_by(MessageRow.at.desc())
            .limit(_MOST_MESSAGES)
        )
        with Session(self._engine) as session:
            said = [
                Spoken(conversation=name, at=aware(at), text=text)
                for name, at, text in session.execute(query)
            ]
        return surges(said, now)

    def _found(self, condition: Any) -> tuple[Incident, ...]:
        query = (
            select(IncidentRow)
            .where(condition)
            .order_by(IncidentRow.started.desc(), IncidentRow.id)
            .limit(_MOST)
        )
        with Session(self._engine) as session:
            return tuple(_incident(row) for row in session.scalars(query))


def _columns(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "title": incident.title,
        "about": list(incident.about),
        "told": {name: told.model_dump() for name, told in incident.told.items()},
        "next_update": utc(incident.next_update) if incident.next_update else None,
        "started": utc(incident.started),
        "started_by": incident.started_by,
        "ended": utc(incident.ended) if incident.ended else None,
        "ending": dict(incident.ending),
    }


def _row(session: Session, name: str) -> IncidentRow:
    row = session.get(IncidentRow, name)
    if row is None:
        raise NoSuchRecord(f"There is no incident {name!r}.")
    return row


def _incident(row: IncidentRow) -> Incident:
    return Incident(
        id=row.id,
        title=row.title,
        about=tuple(row.about),
        told=row.told,
        next_update=aware(row.next_update) if row.next_update else None,
        started=aware(row.started),
        started_by=row.started_by,
        ended=aware(row.ended) if row.ended else None,
        ending=row.ending,
    )
