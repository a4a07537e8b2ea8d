"""Sign-in by one-time link: links are files that can be spent once, sessions are signed cookies."""

import contextlib
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadSignature, TimestampSigner

COOKIE = "teplo_session"
MAX_AGE_S = 7 * 24 * 3600
LINK_BYTES = 24


@dataclass(frozen=True)
class Sessions:
    """Sign-ins of one data folder; they outlive a restart because the signing key lies there.

    `fixed` is a token set by the admin: a link with it may be used again and again.
    """

    home: Path
    fixed: str = ""

    def new_link_token(self) -> str:
        """Make a token that opens the panel once; only its hash is stored."""
        if self.fixed:
            return self.fixed
        token = secrets.token_urlsafe(LINK_BYTES)
        self._links().joinpath(_digest(token)).touch(mode=0o600)
        return token

    def spend_link(self, token: str) -> bool:
        """Say whether the token opens the panel, and make it useless from now on."""
        if self.fixed and self.same(token, self.fixed):
            return True
        try:
            self._links().joinpath(_digest(token)).unlink()
        except FileNotFoundError:
            return False
        return True

    def drop_links(self) -> None:
        """Make all unspent links useless."""
        for link in self._links().iterdir():
            link.unlink(missing_ok=True)

    def start(self) -> str:
        """Return the value of a new session's cookie."""
        return self._signer().sign(secrets.token_urlsafe(16)).decode()

    def owner(self, cookie: str) -> str | None:
        """Return the id behind a cookie that we signed at most `MAX_AGE_S` seconds ago."""
        if not cookie:
            return None
        try:
            return self._signer().unsign(cookie, max_age=MAX_AGE_S).decode()
        except BadSignature:
            return None

    @staticmethod
    def same(given: str, wanted: str) -> bool:
        """Compare two secrets in constant time; an empty one is never right."""
        return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())

    def _signer(self) -> TimestampSigner:
        return TimestampSigner(self._key(), salt="teplo-session", digest_method=hashlib.sha256)

    def _key(self) -> bytes:
        path = self._private() / "session.key"
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            fresh.touch(mode=0o600)
            fresh.write_bytes(secrets.token_bytes(32))
            with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                path.hardlink_to(fresh)
            fresh.unlink()
        return path.read_bytes()

    def _links(self) -> Path:
        links = self._private() / "links"
        links.mkdir(mode=0o700, exist_ok=True)
        return links

    def _private(self) -> Path:
        folder = self.home / "private"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


def cookie_header(value: str, *, https: bool, framed: bool, lasts_s: int = MAX_AGE_S) -> str:
    """Return the header that sets the cookie of a sign-in; `framed`: inside a helpdesk's page."""
    site = "None; Secure; Partitioned" if framed else f"Lax{'; Secure' if https else ''}"
    return f"{COOKIE}={value}; HttpOnly; Path=/; Max-Age={lasts_s}; SameSite={site}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
