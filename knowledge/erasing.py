"""Erasing for good: what was deleted leaves the database file and its log."""

import logging
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

_WAIT_S = 20.0  # for somebody who reads the database meanwhile
_PAUSE_S = 0.25

_log = logging.getLogger(__name__)


def scrub(engine: Engine, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Write the database anew without what was deleted from it; say whether nothing is left of it.

    SQLite keeps deleted words in free pages and in its log until this is done. A reader who does
    not let go for twenty seconds leaves the log for the next writer to empty.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name != "sqlite":
            return _patiently(lambda: _vacuum(connection), sleep)
        return _patiently(lambda: _vacuum(connection) and _empty_log(connection), sleep)


def _vacuum(connection: Connection) -> bool:
    try:
        connection.exec_driver_sql("VACUUM")
    except SQLAlchemyError as cause:
        _log.warning("the database is not written anew yet: %s", cause)
        return False
    return True


def _empty_log(connection: Connection) -> bool:
    busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    return not busy


def _patiently(attempt: Callable[[], bool], sleep: Callable[[float], None]) -> bool:
    waited = 0.0
    while not attempt():
        if waited >= _WAIT_S:
            _log.warning("erased words may stay in the database's log until it is free")
            return False
        sleep(_PAUSE_S)
        waited += _PAUSE_S
    return True
