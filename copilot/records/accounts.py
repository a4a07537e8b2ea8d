"""Accounts of people. Without any, Teplo is one person's and needs none."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import Engine, delete, exists, func, select, update
from sqlalchemy.orm import Session

from copilot.conversation import Frozen
from copilot.errors import NoSuchRecord, TeploError
from copilot.records.accounts_passwords import MAX_CHARS, MIN_CHARS, fits, hashed, outdated
from copilot.records.accounts_tables import InviteRow, SignInRow, UserRow
from copilot.records.conversations import written_by
from copilot.records.times import aware, utc

Role = Literal["operator", "trainer", "qa", "lead", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
INVITE_LASTS = timedelta(hours=72)
SECRET_BYTES = 32


class BadAccount(TeploError):
    """An account cannot be made or changed so; the message says why."""


class User(Frozen):
    """A person with an account; `invited` says that no password has been chosen yet."""

    id: str
    login: str
    name: str
    role: Role
    disabled: bool
    invited: bool
    created: datetime


def digest_of(secret: str) -> str:
    """Return what is kept of a secret that we made at random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def login_key(login: str) -> str:
    """Return a login as it is compared: without case and spaces around."""
    return login.strip().casefold()


class Users:
    """The accounts of one installation."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def any(self) -> bool:
        """Whether there is any account, disabled ones counted: then nobody enters without one."""
        with Session(self._engine) as session:
            return bool(session.scalar(select(exists(select(UserRow.id)))))

    def all(self) -> tuple[User, ...]:
        """Return the accounts by login."""
        with Session(self._engine) as session:
            return tuple(user_of(row) for row in session.scalars(select(UserRow).order_by("login")))

    def named(self, name: str) -> User:
        """Return an account by its login or its id.

        Raises:
            NoSuchRecord: there is none.
        """
        with Session(self._engine) as session:
            return user_of(_row(session, name))

    def add(self, login: str, role: Role, *, name: str = "", now: datetime) -> User:
        """Make an account; nobody can sign in to it before an invite is taken up.

        Raises:
            BadAccount: the login is taken or none, or the first account is not an admin's.
        """
        key = login_key(login)
        if not key or len(key) > 200 or any(not sign.isprintable() for sign in key):
            raise BadAccount(f"login: {login!r} is none; give an e-mail address or a name.")
        if not self.any() and role != "admin":
            raise BadAccount("The first account has to be an admin's: from then on all need one.")

        def write(session: Session) -> User:
            if session.scalar(select(UserRow.id).where(UserRow.login == key)):
                raise BadAccount(f"login: there is an account {key!r} already.")
            row = UserRow(
                id=secrets.token_urlsafe(12), login=key, name=name.strip()[:200], role=role,
                password="", disabled=False, created=utc(now),
            )  # fmt: skip
            session.add(row)
            session.flush()
            return user_of(row)

        return written_by(self._engine, write)

    def set_role(self, name: str, role: Role) -> User:
        """Give an account another role; it has to sign in again.

        Raises:
            NoSuchRecord: there is none.
            BadAccount: it is the last admin's.
        """

        def write(session: Session) -> User:
            row = _row(session, name)
            if role != "admin":
                _keep_an_admin(session, row)
            row.role = role
            _end_sign_ins(session, row.id)
            return user_of(row)

        return written_by(self._engine, write)

    def set_disabled(self, name: str, *, disabled: bool) -> User:
        """Shut an account, at once and with its invites, or open it again.

        Raises:
            NoSuchRecord: there is none.
            BadAccount: it is the last admin's.
        """

        def write(session: Session) -> User:
            row = _row(session, name)
            if disabled:
                _keep_an_admin(session, row)
                _end_sign_ins(session, row.id)
                session.execute(delete(InviteRow).where(InviteRow.user_id == row.id))
            row.disabled = disabled
            return user_of(row)

        return written_by(self._engine, write)

    def invite(self, name: str, *, now: datetime) -> str:
        """Return a secret with which a password can be chosen once; earlier ones are void.

        Raises:
            NoSuchRecord: there is no such account.
            BadAccount: it is disabled.
        """
        secret = secrets.token_urlsafe(SECRET_BYTES)

        def write(session: Session) -> str:
            row = _row(session, name)
            if row.disabled:
                raise BadAccount(f"The account {row.login!r} is disabled; enable it first.")
            session.execute(delete(InviteRow).where(InviteRow.user_id == row.id))
            session.add(
                InviteRow(digest=digest_of(secret), user_id=row.id, expires=utc(now + INVITE_LASTS))
            )
            return secret

        return written_by(self._engine, write)

    def reset(self, name: str, *, now: datetime) -> str:
        """Take the password away, end every sign-in, and return the secret for a new password.

        Raises:
            NoSuchRecord: there is no such account.
            BadAccount: it is disabled.
        """
        secret = self.invite(name, now=now)

        def write(session: Session) -> str:
            row = _row(session, name)
            row.password = ""
            _end_sign_ins(session, row.id)
            return secret

        return written_by(self._engine, write)

    def invited(self, secret: str, *, now: datetime) -> User | None:
        """Return whom an invite is for, if it is still good."""
        with Session(self._engine) as session:
            row = session.scalar(
                select(UserRow)
                .join(InviteRow, InviteRow.user_id == UserRow.id)
                .where(InviteRow.digest == digest_of(secret), InviteRow.expires > utc(now))
            )
            return user_of(row) if row is not None and not row.disabled else None

    def accept(self, secret: str, password: str, *, now: datetime) -> User:
        """Take an invite up: keep the password; the invite and every sign-in are void from now on.

        Raises:
            BadAccount: the invite is no good any more, or the password is too weak.
        """
        user = self.invited(secret, now=now)
        if user is None:
            raise BadAccount("This invite has been used or is too old; ask for another.")
        kept = _checked(password, user.login)

        def write(session: Session) -> User:
            spent = delete(InviteRow).where(InviteRow.digest == digest_of(secret))
            if not session.execute(spent).rowcount:  # type: ignore[attr-defined]  # a cursor result
                raise BadAccount("This invite has been used or is too old; ask for another.")
            row = _row(session, user.id)
            row.password = kept
            _end_sign_ins(session, row.id)
            return user_of(row)

        return written_by(self._engine, write)

    def check(self, login: str, password: str) -> User | None:
        """Return whose login and password these are; a stranger takes as long as a wrong password."""
        with Session(self._engine) as session:
            row = session.scalar(select(UserRow).where(UserRow.login == login_key(login)))
            kept = row.password if row is not None else ""
            user = user_of(row) if row is not None else None
        right = fits(password, kept)
        if not right or user is None or user.disabled:
            return None
        if outdated(kept):
            self._keep(user.id, hashed(password), end=False)
        return user

    def change_password(self, name: str, password: str) -> None:
        """Keep another password and end every sign-in.

        Raises:
            NoSuchRecord: there is no such account.
            BadAccount: the password is too weak.
        """
        user = self.named(name)
        self._keep(user.id, _checked(password, user.login), end=True)

    def _keep(self, user_id: str, kept: str, *, end: bool) -> None:
        def write(session: Session) -> None:
            session.execute(update(UserRow).where(UserRow.id == user_id).values(password=kept))
            if end:
                _end_sign_ins(session, user_id)

        written_by(self._engine, write)


def user_of(row: UserRow) -> User:
    """Return an account as it is told."""
    return User(
        id=row.id, login=row.login, name=row.name, role=row.role,
        disabled=row.disabled, invited=not row.password, created=aware(row.created).astimezone(UTC),
    )  # fmt: skip


def _row(session: Session, name: str) -> UserRow:
    found = session.get(UserRow, name)
    found = found or session.scalar(select(UserRow).where(UserRow.login == login_key(name)))
    if found is None:
        raise NoSuchRecord(f"There is no account {name!r}.")
    return found


def _checked(password: str, login: str) -> str:
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        raise BadAccount(f"password: it takes {MIN_CHARS} to {MAX_CHARS} characters.")
    if password.casefold() == login or len(set(password)) < 4:
        raise BadAccount("password: this one is guessed at once; take several words.")
    return hashed(password)


def _keep_an_admin(session: Session, row: UserRow) -> None:
    others = select(func.count()).where(
        UserRow.role == "admin", UserRow.disabled.is_(False), UserRow.id != row.id
    )
    if row.role == "admin" and not row.disabled and not session.scalar(others):
        raise BadAccount("This is the last admin; make another one first.")


def _end_sign_ins(session: Session, user_id: str) -> None:
    session.execute(delete(SignInRow).where(SignInRow.user_id == user_id))
