"""The tables of people: accounts, invites, sign-ins, tokens, tries, and the audit log.

Secrets stand here as hashes only: passwords as argon2id, what we made at random as SHA-256.
"""

from datetime import datetime

from sqlalchemy import DDL, JSON, DateTime, ForeignKey, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from copilot.records.tables import Base


class UserRow(Base):
    """A person who may sign in; `login` is kept without case, `password` is empty before an invite
    is taken up.
    """

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    login: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(String(200))
    disabled: Mapped[bool]
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class InviteRow(Base):
    """A link that lets its bearer choose a password once."""

    __tablename__ = "user_invites"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInRow(Base):
    """A browser in which somebody has signed in; `seen` is right to a minute."""

    __tablename__ = "sign_ins"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TokenRow(Base):
    """A token for machines; without an owner it belongs to the installation."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    owner: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TryRow(Base):
    """How often somebody has lately tried to sign in, by digest of the login or of the address."""

    __tablename__ = "sign_in_tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AuditRow(Base):
    """Who did what, when, to which object; each row seals the one before it."""

    __tablename__ = "audit_log"

    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[str] = mapped_column(String(40), index=True)
    who: Mapped[str] = mapped_column(String(200), index=True)
    role: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(60), index=True)
    object: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64))


# In SQLite; elsewhere the seals alone tell of changes.
for _what in ("UPDATE", "DELETE"):
    _trigger = DDL(  # type: ignore[no-untyped-call]  # the vendor left it untyped
        f"CREATE TRIGGER audit_log_no_{_what.lower()} BEFORE {_what} ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    )
    event.listen(AuditRow.__table__, "after_create", _trigger.execute_if(dialect="sqlite"))
