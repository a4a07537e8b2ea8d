"""A breaker: a model that keeps failing is left alone for a while."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

MAX_FAILURES = 5
WINDOW_S = 30.0
REST_S = 30.0
MAX_REST_S = 120.0  # however long a server asks to be left alone


@dataclass
class Breaker:
    """Opens after `MAX_FAILURES` in `WINDOW_S`, lets one call through after `REST_S`.

    That call closes it again by succeeding, or opens it anew. Safe to share between threads.
    """

    clock: Callable[[], float] = time.monotonic
    _failures: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_FAILURES))
    _rests_until: float = 0.0
    _open: bool = False
    _probing: bool = False
    _lock: Lock = field(default_factory=Lock)

    def allows(self) -> bool:
        """Say whether a call may be made now; while it rests, one at a time is let through."""
        with self._lock:
            if not self._open:
                return True
            if self._probing or self.clock() < self._rests_until:
                return False
            self._probing = True
            return True

    def succeeded(self) -> None:
        """Take note of an answer."""
        with self._lock:
            self._open = self._probing = False
            self._failures.clear()

    def failed(self, *, rest_s: float = 0.0) -> None:
        """Take note of a failure; `rest_s` above a second opens the breaker at once."""
        with self._lock:
            now = self.clock()
            self._failures.append(now)
            many = len(self._failures) == MAX_FAILURES and now - self._failures[0] <= WINDOW_S
            if many or self._probing or rest_s > 1:
                self._open, self._probing = True, False
                self._rests_until = now + min(max(rest_s, REST_S), MAX_REST_S)

    def withdrew(self) -> None:
        """Take note that an allowed call was not made after all."""
        with self._lock:
            self._probing = False
