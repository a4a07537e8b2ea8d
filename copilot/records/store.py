"""One database of records, opened by settings."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from copilot.records.roleplays import RolePlays
from copilot.records.tables import Base


class Records:
    """The records of one installation, by subject."""

    def __init__(self, engine: Engine) -> None:
        """Make the tables that are missing."""
        self._engine = engine
        Base.metadata.create_all(engine)
        self.roleplays = RolePlays(engine)

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


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
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
