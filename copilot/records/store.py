"""One database of records, opened by settings."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError, ProgrammingError

from copilot.records.accounts import Users
from copilot.records.accounts_audit import Audit
from copilot.records.accounts_entries import SignIns, Tokens, Tries
from copilot.records.conversations import Conversations
from copilot.records.deliveries import Deliveries, Sendings
from copilot.records.drafts import Drafts
from copilot.records.incidents import Incidents
from copilot.records.roleplays import RolePlays
from copilot.records.tables import Base

_TRIES = 10


class Records:
    """The records of one installation, by subject."""

    def __init__(self, engine: Engine) -> None:
        """Make the tables that are missing."""
        self._engine = engine
        _make_tables(engine)
        self.roleplays = RolePlays(engine)
        self.conversations = Conversations(engine)
        self.drafts = Drafts(engine)
        self.deliveries = Deliveries(engine)
        self.sendings = Sendings(engine)
        self.incidents = Incidents(engine)
        self.users, self.sign_ins = Users(engine), SignIns(engine)
        self.tokens, self.tries = Tokens(engine), Tries(engine)
        self.audit = Audit(engine)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def _make_tables(engine: Engine) -> None:
    """Make what is missing; another process that starts at the same time may make a table first."""
    for attempt in range(1, _TRIES + 1):
        try:
            Base.metadata.create_all(engine)
        except (OperationalError, ProgrammingError):
            if attempt == _TRIES:
                raise
        else:
            return


def open_records(home: Path, database_url: str = "") -> Records:
    """Open the records: SQLite in `home`, or the database at the URL."""
    if database_url:
        return Records(create_engine(database_url))
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(f"sqlite:///{home / 'records.db'}")
    event.listen(engine, "connect", _configure)
    return Records(engine)


def _configure(connection: Any, _record: Any) -> None:
    """WAL survives a kill and lets readers read while somebody writes."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
