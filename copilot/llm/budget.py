"""Budgets of tokens for users and tenants, a minute and a day, kept in SQL: a restart changes nothing."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from copilot.llm.failures import ModelFailure
from copilot.llm.terms import Account

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

Span = Literal["minute", "day"]

KEPT_DAYS = 40
_BUSY_TIMEOUT_S = 1.0  # another process writes; longer would be felt by whoever waits
# A power cut may lose the last tokens counted; a flush for each would cost more than they do.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
_TABLE = """
CREATE TABLE IF NOT EXISTS llm_spending (
    scope VARCHAR(8) NOT NULL, name VARCHAR(200) NOT NULL, span VARCHAR(20) NOT NULL,
    tokens BIGINT NOT NULL, PRIMARY KEY (scope, name, span)
)"""
_TAKE = """
INSERT INTO llm_spending (scope, name, span, tokens) VALUES (:scope, :name, :span, :tokens)
ON CONFLICT (scope, name, span) DO UPDATE SET tokens = llm_spending.tokens + excluded.tokens
WHERE llm_spending.tokens + excluded.tokens <= :most"""
_CORRECT = """
UPDATE llm_spending SET tokens = tokens + :change
WHERE scope = :scope AND name = :name AND span = :span"""
_READ = "SELECT tokens FROM llm_spending WHERE scope = :scope AND name = :name AND span = :span"
_FORGET = "DELETE FROM llm_spending WHERE span < :before"
_UNLIMITED = 2**62


class Limits(NamedTuple):
    """The most tokens that may be used; 0: no limit."""

    user_minute: int = 0
    user_day: int = 0
    tenant_minute: int = 0
    tenant_day: int = 0


class Purse(NamedTuple):
    """A budget of one user or tenant for one minute or day."""

    scope: Literal["user", "tenant"]
    name: str
    span: str
    most: int
    length: Span


@dataclass(frozen=True)
class Hold:
    """Tokens taken out of budgets before a call; what it really took is settled after it."""

    purses: tuple[Purse, ...]
    tokens: int


class Budget:
    """Counts tokens in a small table of its own, so that a long ingest never holds a reply up."""

    def __init__(
        self,
        url: str,
        limits: Limits,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Use the database at `url`, which is opened with the first call."""
        self._url = url
        self._limits = limits
        self._now = now
        self._opening = threading.Lock()
        self._writing = threading.Lock()

    def take(self, account: Account, tokens: int) -> Hold:
        """Take tokens out of every budget of an account, all or none.

        Raises:
            ModelFailure: a budget does not hold them, or cannot be read.
        """
        from sqlalchemy.exc import SQLAlchemyError

        purses = self._purses(account)
        try:
            with self._writing, self._opened.begin() as connection:
                for purse in purses:
                    _take(connection, purse, tokens)
        except _Short as short:
            reason = f"the {short.purse.scope}'s budget for the {short.purse.length} is used up"
            kind: Literal["spent_day", "spent_minute"] = (
                "spent_day" if short.purse.length == "day" else "spent_minute"
            )
            raise ModelFailure(kind, reason) from None
        except (SQLAlchemyError, OSError) as error:
            if not any(self._limits):
                return Hold((), tokens)  # nothing is limited, so nothing is lost but the count
            name = type(error).__name__
            raise ModelFailure("unsent", f"the budget cannot be read ({name})") from error
        return Hold(purses, tokens)

    def settle(self, hold: Hold, tokens: int) -> None:
        """Give back what a call did not take, or add what it took more."""
        from sqlalchemy import text
        from sqlalchemy.exc import SQLAlchemyError

        change = tokens - hold.tokens
        if not change or not hold.purses:
            return
        try:
            with self._writing, self._opened.begin() as connection:
                for purse in hold.purses:
                    values = {**_key(purse), "change": change}
                    connection.execute(text(_CORRECT), values)
        except (SQLAlchemyError, OSError):
            return  # what was held stays spent: on the safe side

    def spent(self, account: Account) -> dict[str, int]:
        """Return what is spent now, by `user_minute`, `user_day`, `tenant_minute`, `tenant_day`."""
        from sqlalchemy import text

        with self._opened.connect() as connection:
            return {
                f"{purse.scope}_{purse.length}": int(
                    connection.execute(text(_READ), _key(purse)).scalar() or 0
                )
                for purse in self._purses(account)
            }

    def warm(self) -> None:
        """Open the database; one that cannot be opened is told of when tokens are taken."""
        from sqlalchemy.exc import SQLAlchemyError

        with contextlib.suppress(SQLAlchemyError, OSError):
            _ = self._opened

    def close(self) -> None:
        """Let go of the database."""
        with self._opening:
            if "_engine" in self.__dict__:
                self.__dict__.pop("_engine").dispose()

    def _purses(self, account: Account) -> tuple[Purse, ...]:
        now = self._now().astimezone(UTC)
        day, minute = now.strftime("%Y-%m-%d"), now.strftime("%Y-%m-%dT%H:%M")
        user, tenant = account.user[:200], account.tenant[:200]
        limits = self._limits
        return (
            Purse("user", user, minute, limits.user_minute, "minute"),
            Purse("user", user, day, limits.user_day, "day"),
            Purse("tenant", tenant, minute, limits.tenant_minute, "minute"),
            Purse("tenant", tenant, day, limits.tenant_day, "day"),
        )

    @property
    def _opened(self) -> "Engine":
        with self._opening:
            return self._engine

    @cached_property
    def _engine(self) -> "Engine":
        from sqlalchemy import create_engine, event, make_url, text

        url = make_url(self._url)
        local = url.get_backend_name() == "sqlite"
        if local and url.database:
            Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_S} if local else {})
        if local:
            event.listen(engine, "connect", _set_up)
        before = (self._now() - timedelta(days=KEPT_DAYS)).strftime("%Y-%m-%d")
        with engine.begin() as connection:
            connection.execute(text(_TABLE))
            connection.execute(text(_FORGET), {"before": before})
        return engine


def _set_up(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Short(Exception):
    def __init__(self, purse: Purse) -> None:
        super().__init__(purse.scope)
        self.purse = purse


def _take(connection: "Connection", purse: Purse, tokens: int) -> None:
    from sqlalchemy import text

    most = purse.most or _UNLIMITED
    values = {**_key(purse), "tokens": tokens, "most": most}
    if tokens > most or connection.execute(text(_TAKE), values).rowcount != 1:
        raise _Short(purse)


def _key(purse: Purse) -> dict[str, str]:
    return {"scope": purse.scope, "name": purse.name, "span": purse.span}
