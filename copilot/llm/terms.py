"""The terms of a call: on whose account, until when, whether anybody still waits, what it took.

A suggester knows only the brief, so the terms go with the call in a context variable.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from copilot.llm.usage import Meter


@dataclass(frozen=True)
class Account:
    """Who a call is made for; budgets are kept for both."""

    user: str = "local"
    tenant: str = "main"


@dataclass
class Terms:
    """What a call may take. `until` is `time.monotonic()` at which it must be over.

    Setting `cancelled` ends the call: nobody waits for its answer any more.
    """

    account: Account = field(default_factory=Account)
    until: float | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    meter: Meter = field(default_factory=Meter)

    def ends(self, timeout_s: float) -> float:
        """Return the moment at which a call that may take `timeout_s` ends under these terms."""
        own = time.monotonic() + timeout_s
        return own if self.until is None else min(own, self.until)


_terms: ContextVar[Terms | None] = ContextVar("terms", default=None)


def present_terms() -> Terms:
    """Return the terms that calls of this thread are made on."""
    return _terms.get() or Terms()


@contextmanager
def on_terms(terms: Terms) -> Iterator[Terms]:
    """Make the calls of this block on these terms."""
    token = _terms.set(terms)
    try:
        yield terms
    finally:
        _terms.reset(token)
