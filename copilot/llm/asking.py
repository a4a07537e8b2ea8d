"""A job that asks a model: what it is given, and what it hands out while it works."""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from copilot.llm.failures import ModelFailure
from copilot.llm.terms import Terms
from copilot.llm.vendor import Rung, Schema
from prompts import PromptMessage

_LOOK_S = 0.05  # how often a wait looks whether anybody still waits for its end

OnText = Callable[[str], None]


class Answering(Protocol):
    """The part of the client that a job needs."""

    def answer(
        self,
        asking: "Asking",
        messages: Sequence[PromptMessage],
        schema: Schema,
        on_text: OnText | None,
        only: Rung | None,
    ) -> str:
        """Ask once."""
        ...


@dataclass(frozen=True)
class _Told:
    value: Any


@dataclass
class Asking:
    """A call under way: asks as often as the time allows.

    `sent` are the ids of its requests in the outbox, `heard` what a stream has brought so far,
    `answered_by` the name that the model gave itself; `over` is set when nobody waits for the job any more.
    """

    client: Answering
    until: float
    terms: Terms
    purpose: str
    inbox: "SimpleQueue[Any]" = field(default_factory=SimpleQueue)
    over: threading.Event = field(default_factory=threading.Event)
    sent: list[str] = field(default_factory=list)
    heard: str = ""
    answered_by: str = ""

    @property
    def left_s(self) -> float:
        """How much of the time is left."""
        return self.until - time.monotonic()

    def tell(self, value: Any) -> None:
        """Hand something out before the job is done; only `ModelClient.stream` listens."""
        self.inbox.put(_Told(value))

    def ask(
        self,
        messages: Sequence[PromptMessage],
        schema: Schema,
        *,
        on_text: OnText | None = None,
        only: Rung | None = None,
    ) -> str:
        """Return what the model writes; `on_text`, where given, sees it grow.

        `only` asks with just so much help from the server; without it, with as much as it gives.

        Raises:
            ModelFailure: no answer in time, or none that can be used.
        """
        return self.client.answer(self, messages, schema, on_text, only)


def outcome_of(asking: Asking) -> Generator[Any, None, Any]:
    """Yield what a job tells, and return what it returns.

    Raises:
        ModelFailure: the job failed, its time is up, or nobody waits for it.
    """
    while True:
        if asking.terms.cancelled.is_set():
            raise ModelFailure("cancelled", "nobody waits for the answer")
        left_s = asking.left_s
        if left_s <= 0:
            raise ModelFailure("slow", "no answer in time")
        try:
            item = asking.inbox.get(timeout=min(left_s, _LOOK_S))
        except Empty:
            continue
        if isinstance(item, ModelFailure):
            raise item
        if not isinstance(item, _Told):
            return item
        yield item.value
