"""Bursts: people write one thought in several messages, and all of them get one answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Key = TypeVar("Key")

QUIET_S = 1.5  # silence that ends a burst: people who go on writing press Enter sooner than that
LONGEST_S = 6.0  # whoever writes without a pause gets a draft all the same


def burst_ends(
    arrivals: Sequence[datetime], *, quiet_s: float = QUIET_S, longest_s: float = LONGEST_S
) -> datetime:
    """Return when a burst is over: `quiet_s` after its last message, `longest_s` after its first.

    Raises:
        ValueError: there is no message.
    """
    if not arrivals:
        raise ValueError("a burst has at least one message")
    quiet = max(arrivals) + timedelta(seconds=quiet_s)
    return min(quiet, min(arrivals) + timedelta(seconds=longest_s))


class Bursts(Generic[Key]):
    """Which conversations wait for the end of a burst. The clock is the caller's; not thread-safe."""

    def __init__(self, *, quiet_s: float = QUIET_S, longest_s: float = LONGEST_S) -> None:
        """Begin with silence."""
        self._quiet_s = quiet_s
        self._longest_s = longest_s
        self._heard: dict[Key, tuple[datetime, datetime]] = {}
        self._later: dict[Key, datetime] = {}

    def heard(self, key: Key, now: datetime) -> None:
        """Take note of a message."""
        first = self._heard[key][0] if key in self._heard else now
        self._heard[key] = (first, now)

    def at(self, key: Key, moment: datetime) -> None:
        """Have a conversation looked at in a moment, whatever is written until then."""
        self._later[key] = min(moment, self._later.get(key, moment))

    def due(self, now: datetime) -> tuple[Key, ...]:
        """Return the conversations whose time has come, longest due first, and forget them."""
        times = self._times()
        come = sorted((key for key in times if times[key] <= now), key=times.__getitem__)
        for key in come:
            self._heard.pop(key, None)
            self._later.pop(key, None)
        return tuple(come)

    def next_due(self) -> datetime | None:
        """Return when the next conversation's time comes."""
        return min(self._times().values(), default=None)

    def _times(self) -> dict[Key, datetime]:
        times = {
            key: burst_ends(pair, quiet_s=self._quiet_s, longest_s=self._longest_s)
            for key, pair in self._heard.items()
        }
        for key, moment in self._later.items():
            times[key] = min(moment, times.get(key, moment))
        return times
