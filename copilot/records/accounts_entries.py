"""Ways in: sign-ins of browsers, tokens of machines, and the brake on guessing."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from copilot.conversation import Frozen
from copilot.errors import NoSuchRecord
from copilot.records.accounts import SECRET_BYTES, BadAccount, User, digest_of, user_of
from copilot.records.accounts_tables import SignInRow, TokenRow, TryRow, UserRow
from copilot.records.conversations import written_by
from copilot.records.times import aware, utc

IDLE = timedelta(hours=12)  # a shift, so that nobody is put out in the middle of one
LASTS = timedelta(days=7)
_SEEN_EVERY = timedelta(minutes=1)
TOKEN_PREFIX = "teplo_"  # noqa: S105  # tells people and secret scanners what a token is
_FORGET = timedelta(minutes=15)
_LOCK_S = 900.0


class Token(Frozen):
    """A token as it can be shown: its secret was shown once, when it was made."""

    id: str
    name: str
    owner: str
    scopes: tuple[str, ...]
    created: datetime
    used: datetime | None
    revoked: datetime | None


class SignIns:
    """Sign-ins: known by a hash, ended after a time without use, and after a week at the latest."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def start(self, user_id: str, *, now: datetime) -> str:
        """Return the secret of a new sign-in, and forget those that are over."""
        secret = secrets.token_urlsafe(SECRET_BYTES)

        def write(session: Session) -> str:
            over = (SignInRow.started <= utc(now - LASTS)) | (SignInRow.seen <= utc(now - IDLE))
            session.execute(delete(SignInRow).where(over))
            session.add(
                SignInRow(
                    digest=digest_of(secret), user_id=user_id, started=utc(now), seen=utc(now)
                )
            )
            return secret

        return written_by(self._engine, write)

    def user(self, secret: str, *, now: datetime) -> User | None:
        """Return who signed in with this secret, if that still holds."""
        if not secret:
            return None
        with Session(self._engine) as session, session.begin():
            found = session.execute(
                select(SignInRow, UserRow)
                .join(UserRow, UserRow.id == SignInRow.user_id)
                .where(SignInRow.digest == digest_of(secret))
            ).first()
            if found is None:
                return None
            row, user = found
            quiet = utc(now) - aware(row.seen)
            if user.disabled or quiet >= IDLE or utc(now) - aware(row.started) >= LASTS:
                return None
            if quiet >= _SEEN_EVERY:
                session.execute(
                    update(SignInRow).where(SignInRow.digest == row.digest).values(seen=utc(now))
                )
            return user_of(user)

    def end(self, secret: str) -> None:
        """End one sign-in."""
        self._delete(SignInRow.digest == digest_of(secret))

    def end_all(self, user_id: str) -> None:
        """End every sign-in of a person."""
        self._delete(SignInRow.user_id == user_id)

    def _delete(self, which: object) -> None:
        def write(session: Session) -> None:
            session.execute(delete(SignInRow).where(which))  # type: ignore[arg-type]  # a condition

        written_by(self._engine, write)


class Tokens:
    """Tokens for machines: scopes say what they may do, never more than their owner may."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def add(
        self, name: str, scopes: Sequence[str], *, owner: str | None, now: datetime
    ) -> tuple[Token, str]:
        """Make a token and return it with its secret, which cannot be had again.

        Raises:
            BadAccount: it has no name, or no scope.
        """
        if not name.strip() or not scopes:
            raise BadAccount("A token needs a name and at least one scope.")
        secret = TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)

        def write(session: Session) -> Token:
            row = TokenRow(
                id=secrets.token_hex(6), name=name.strip()[:100], owner=owner,
                digest=digest_of(secret), scopes=list(dict.fromkeys(scopes)), created=utc(now),
                used=None, revoked=None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return _token_of(row)

        return written_by(self._engine, write), secret

    def all(self, *, owner: str | None = None) -> tuple[Token, ...]:
        """Return the tokens, newest first; of one owner, or of everybody."""
        query = select(TokenRow).order_by(TokenRow.created.desc(), TokenRow.id)
        if owner is not None:
            query = query.where(TokenRow.owner == owner)
        with Session(self._engine) as session:
            return tuple(_token_of(row) for row in session.scalars(query))

    def revoke(self, token_id: str, *, owner: str | None = None, now: datetime) -> Token:
        """Make a token useless.

        Raises:
            NoSuchRecord: there is none, or it is not this owner's.
        """

        def write(session: Session) -> Token:
            row = session.get(TokenRow, token_id)
            if row is None or (owner is not None and row.owner != owner):
                raise NoSuchRecord(f"There is no token {token_id!r}.")
            row.revoked = row.revoked or utc(now)
            return _token_of(row)

        return written_by(self._engine, write)

    def bearer(self, secret: str, *, now: datetime) -> tuple[Token, User | None] | None:
        """Return the token behind a secret with its owner, if it is good."""
        with Session(self._engine) as session, session.begin():
            row = session.scalar(select(TokenRow).where(TokenRow.digest == digest_of(secret)))
            if row is None or row.revoked is not None:
                return None
            user = session.get(UserRow, row.owner) if row.owner else None
            if row.owner and (user is None or user.disabled):
                return None
            if row.used is None or utc(now) - aware(row.used) >= _SEEN_EVERY:
                session.execute(update(TokenRow).where(TokenRow.id == row.id).values(used=utc(now)))
            return _token_of(row), user_of(user) if user is not None else None


class Tries:
    """The brake on guessing passwords, the same whether or not there is such an account."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database."""
        self._engine = engine

    def take(self, key: str, *, free: int, now: datetime) -> float:
        """Count a try and return 0, or return how many seconds to wait before the next one.

        After `free` tries the wait doubles from 15 s; after twice as many it is 15 minutes. The try
        counts before its password is looked at, so that a burst of them gains nothing.
        """
        named = digest_of(key)

        def write(session: Session) -> float:
            open_ = update(TryRow).where(TryRow.key == named, TryRow.until <= utc(now))
            if session.execute(open_.values(count=TryRow.count + 1)).rowcount:  # type: ignore[attr-defined]  # a cursor result
                row = session.get_one(TryRow, named)
                if utc(now) - aware(row.last) >= _FORGET:
                    row.count = 1
                row.last, row.until = utc(now), utc(now + _pause(row.count, free))
                return 0.0
            known = session.get(TryRow, named)
            if known is not None:
                return max(1.0, (aware(known.until) - utc(now)).total_seconds())
            session.execute(delete(TryRow).where(TryRow.last < utc(now - 4 * _FORGET)))
            session.add(TryRow(key=named, count=1, last=utc(now), until=utc(now)))
            return 0.0

        return written_by(self._engine, write)

    def give_back(self, key: str, *, all_of_them: bool) -> None:
        """Take back a try that was right; or all of them, as those of a login."""
        which = TryRow.key == digest_of(key)

        def write(session: Session) -> None:
            if all_of_them:
                session.execute(delete(TryRow).where(which))
            else:
                session.execute(
                    update(TryRow)
                    .where(which, TryRow.count > 0)
                    .values(count=TryRow.count - 1, until=TryRow.last)
                )

        written_by(self._engine, write)


def _pause(count: int, free: int) -> timedelta:
    if count < free:
        return timedelta()
    return timedelta(seconds=_LOCK_S if count >= 2 * free else min(15.0 * 2 ** (count - free), 240))


def _token_of(row: TokenRow) -> Token:
    return Token(
        id=row.id, name=row.name, owner=row.owner or "", scopes=tuple(row.scopes),
        created=aware(row.created), used=aware(row.used) if row.used else None,
        revoked=aware(row.revoked) if row.revoked else None,
    )  # fmt: skip
