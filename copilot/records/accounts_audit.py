"""The audit log: who did what, when, to which object. Never what a customer said.

Every row holds a digest of itself and of the row before it, so that a change is found.
"""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from copilot.conversation import Frozen
from copilot.records.accounts_tables import AuditRow

_TRIES = 20
_FIRST = "0" * 64


class Entry(Frozen):
    """One line; `who` is a login, `machine:…` for a token, empty for the owner of the machine."""

    n: int
    at: datetime
    who: str
    role: str
    action: str
    object: str
    note: str


class Audit:
    """The log of one installation; it only grows."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def write(
        self,
        action: str,
        *,
        who: str,
        role: str = "",
        thing: str = "",
        note: str = "",
        now: datetime,
    ) -> None:
        """Add a line; `thing` is the id of what it was done to."""
        row = {
            "at": _at(now), "who": who[:200],
            "role": role, "action": action, "object": thing[:200], "note": note[:200],
        }  # fmt: skip
        for attempt in range(1, _TRIES + 1):
            try:
                self._follow(row)
            except IntegrityError:  # another writer followed the same line first
                if attempt == _TRIES:
                    raise
            else:
                return

    def _follow(self, row: dict[str, str]) -> None:
        with Session(self._engine) as session, session.begin():
            last = session.scalar(select(AuditRow.digest).order_by(AuditRow.n.desc()).limit(1))
            before = last or _FIRST
            session.add(AuditRow(**row, before=before, digest=_digest(before, row)))

    def entries(
        self, *, who: str = "", action: str = "", thing: str = "",
        since: datetime | None = None, until: datetime | None = None, limit: int = 100,
    ) -> tuple[Entry, ...]:  # fmt: skip
        """Return the newest lines first; `action` may be a beginning such as `knowledge`."""
        query = select(AuditRow).order_by(AuditRow.n.desc())
        if who:
            query = query.where(AuditRow.who == who)
        if action:
            query = query.where(
                (AuditRow.action == action)
                | AuditRow.action.startswith(f"{action}.", autoescape=True)
            )
        if thing:
            query = query.where(AuditRow.object == thing)
        if since is not None:
            query = query.where(AuditRow.at >= _at(since))
        if until is not None:
            query = query.where(AuditRow.at < _at(until))
        with Session(self._engine) as session:
            rows = session.scalars(query.limit(limit) if limit else query)
            return tuple(_entry(row) for row in rows)

    def broken(self) -> int | None:
        """Return the number of the first line that was changed, put in or taken out; None: none."""
        before, number = _FIRST, 0
        with Session(self._engine) as session:
            for row in session.scalars(select(AuditRow).order_by(AuditRow.n)):
                number = row.n
                told = {name: getattr(row, name) for name in _SEALED}
                if row.before != before or row.digest != _digest(before, told):
                    return number
                before = row.digest
        return None


_SEALED = ("at", "who", "role", "action", "object", "note")


def _at(moment: datetime) -> str:
    """Return a moment as it is kept: texts of one length, so that they sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _digest(before: str, row: dict[str, str]) -> str:
    told = json.dumps([before, *(row[name] for name in _SEALED)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _entry(row: AuditRow) -> Entry:
    return Entry(
        n=row.n, at=datetime.fromisoformat(row.at), who=row.who, role=row.role, action=row.action,
        object=row.object, note=row.note,
    )  # fmt: skip
