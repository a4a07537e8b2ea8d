"""How a call to a model can fail, in words that the breaker and the notices understand."""

from typing import Literal

Kind = Literal["slow", "away", "busy", "refused", "broken", "unfit", "resting", "unsent"]


class ModelFailure(Exception):
    """A call brought no usable answer.

    `kind` picks the notice; `reason` names what happened, never with a word of the request or the
    response in it; `retry_after_s` is how long the server asked to be left alone.
    """

    def __init__(self, kind: Kind, reason: str, *, retry_after_s: float = 0.0) -> None:
        """Say what happened."""
        super().__init__(reason)
        self.kind: Kind = kind
        self.reason = reason
        self.retry_after_s = retry_after_s
