"""What calls to a model took: tokens, and money where the price is known."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from copilot.conversation import Frozen

_MILLION = 1_000_000
_MOST = 500_000  # tokens of one call; a server that tells more is not believed


class Usage(Frozen):
    """The calls behind one answer. `cost` is None where a model has no price.

    `counted` says by whom: the server, our vocabulary, or both in one answer.
    """

    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    seconds: float
    counted: Literal["server", "here", "both"]
    cost: float | None = None
    currency: str = ""

    @property
    def tokens(self) -> int:
        """Both ways together."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class Prices:
    """What a million tokens costs by model, into it and out of it, in one currency."""

    by_model: Mapping[str, tuple[float, float]]
    currency: str = "USD"

    def cost(self, model: str, input_tokens: int, output_tokens: int) -> float | None:
        """Return the price of a call, or None for a model without one."""
        if model not in self.by_model:
            return None
        into, out = self.by_model[model]
        return round((input_tokens * into + output_tokens * out) / _MILLION, 6)


class Meter:
    """Adds up the calls behind one answer; safe to share between threads."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._lock = threading.Lock()
        self._calls: list[Usage] = []

    def add(self, usage: Usage) -> None:
        """Take note of a call."""
        with self._lock:
            self._calls.append(usage)

    @property
    def usage(self) -> Usage | None:
        """All calls together, or None when there was none."""
        with self._lock:
            calls = list(self._calls)
        if not calls:
            return None
        costs = [call.cost for call in calls if call.cost is not None]
        how = {call.counted for call in calls}
        return Usage(
            model=calls[-1].model,
            calls=sum(call.calls for call in calls),
            input_tokens=sum(call.input_tokens for call in calls),
            output_tokens=sum(call.output_tokens for call in calls),
            seconds=round(sum(call.seconds for call in calls), 3),
            counted=how.pop() if len(how) == 1 else "both",
            cost=round(sum(costs), 6) if len(costs) == len(calls) else None,
            currency=calls[-1].currency if len(costs) == len(calls) else "",
        )


def believable(told: int | None) -> bool:
    """Say whether a server's count of tokens can be used."""
    return told is not None and 0 < told <= _MOST
