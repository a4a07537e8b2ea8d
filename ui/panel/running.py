"""Calls to a model that are being waited for: one a page, a newer one ends the one before."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from copilot.llm import Account, Terms


class Running:
    """The terms of what is being written, by page."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._lock = threading.Lock()
        self._terms: dict[str, Terms] = {}

    @contextmanager
    def only(self, page: str, account: Account | None = None) -> Iterator[Terms]:
        """End what this page waited for before, and give terms for what it waits for now."""
        terms = Terms(account or Account())
        with self._lock:
            before = self._terms.get(page) if page else None
            if page:
                self._terms[page] = terms
        if before is not None:
            before.cancelled.set()
        try:
            yield terms
        finally:
            terms.cancelled.set()
            with self._lock:
                if self._terms.get(page) is terms:
                    del self._terms[page]
