"""Who comes in once there are accounts: by sign-in, by token, by the header of a trusted proxy."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from copilot.errors import NoSuchRecord
from ui.accounts import Who
from ui.permissions import Matrix, matrix

if TYPE_CHECKING:
    from copilot.records import Records
    from copilot.records.accounts import User
    from copilot.settings import Settings

_LOOK_EVERY_S = 2.0  # how long a first account may go unnoticed
_LOOPBACK = "127.0.0.0/8 ::1"


@dataclass
class Door:
    """Tells who somebody is. Asks the database, so it is called in a thread."""

    records: "Records"
    sso_header: str = ""
    sso_proxies: str = ""
    rules: Matrix = field(default_factory=matrix)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ticks: Callable[[], float] = time.monotonic
    _team: bool = False
    _looked: float = -_LOOK_EVERY_S

    def is_team(self) -> bool:
        """Whether there are accounts; from then on nobody enters without one."""
        if not self._team and self.ticks() - self._looked >= _LOOK_EVERY_S:
            self._team, self._looked = self.records.users.any(), self.ticks()
        return self._team

    def signed_in(self, secret: str) -> Who | None:
        """Return the person behind a cookie."""
        user = self.records.sign_ins.user(secret, now=self.clock())
        return self._person(user) if user else None

    def bearer(self, secret: str) -> Who | None:
        """Return the token of a machine: it may do what its scopes say and its owner may."""
        found = self.records.tokens.bearer(secret, now=self.clock())
        if found is None:
            return None
        token, owner = found
        rights = frozenset(token.scopes)
        if owner is not None:
            rights &= self.rules.rights(owner.role)
        return Who(
            id=f"token:{token.id}", name=f"machine:{token.name}", rights=rights, own=False,
            role=owner.role if owner else "", user=owner.id if owner else "",
        )  # fmt: skip

    def named(self, login: str) -> Who | None:
        """Return the person that a trusted proxy names."""
        try:
            user = self.records.users.named(login)
        except NoSuchRecord:
            return None
        right = user.login == login.strip().casefold() and not user.disabled
        return self._person(user) if right else None

    def by_proxy(self, peer: str) -> bool:
        """Whether an address is a proxy whose header is believed."""
        return _within(peer, self.sso_proxies)

    def forwards(self, peer: str) -> bool:
        """Whether an address may say on whose behalf it asks: a proxy on this machine, or a known one."""
        return _within(peer, f"{_LOOPBACK} {self.sso_proxies}")

    def _person(self, user: "User") -> Who:
        return Who(
            id=user.id, name=user.login, role=user.role, user=user.id,
            rights=self.rules.rights(user.role),
        )  # fmt: skip


def door_of(records: "Records", settings: "Settings") -> Door:
    """Return the door of an installation."""
    return Door(records, sso_header=settings.sso_header.lower(), sso_proxies=settings.sso_proxies)


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read addresses and networks separated by spaces.

    Raises:
        ValueError: one is none.
    """
    return tuple(ip_network(one) for one in text.split())


def _within(peer: str, text: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in networks(text))
