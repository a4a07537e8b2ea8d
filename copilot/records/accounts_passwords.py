"""Passwords: hashed with argon2id, checked with the same work whether or not there is an account."""

import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_CHARS = 10  # NIST SP 800-63B asks for 8 and no rules about kinds of characters
MAX_CHARS = 256


@cache
def _hasher() -> "PasswordHasher":
    """The second recommendation of RFC 9106: 3 passes over 64 MiB in 4 lanes."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher().hash(password)


def fits(password: str, kept: str) -> bool:
    """Say whether a password is the one that was kept; an account without one takes as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    nobody = _nobody()  # made in any case: the first stranger takes no longer than the next
    try:
        _hasher().verify(kept or nobody, password[: MAX_CHARS + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def outdated(kept: str) -> bool:
    """Say whether a hash was made with less work than is asked for now."""
    return _hasher().check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return hashed(secrets.token_urlsafe(24))
