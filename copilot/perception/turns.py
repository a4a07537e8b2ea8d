"""The customer's turns: messages written in a burst are heard as one."""

from typing import NamedTuple

from copilot.conversation import Conversation
from copilot.perception.hearing import Cue, Heard, hear

_FULL = 40_000  # characters of the thread heard in full, newest first
_REST = 160  # characters heard of every customer message older than that


class Turn(NamedTuple):
    """Messages of the customer with nobody in between; `messages` are their numbers."""

    messages: tuple[int, ...]
    heard: tuple[Heard, ...]

    @property
    def text(self) -> str:
        """The turn as one text, a line each message."""
        return "\n".join(heard.text for heard in self.heard)

    def has(self, *labels: str) -> bool:
        """Say whether any of these labels was heard in the turn."""
        return any(cue.label in labels for heard in self.heard for cue in heard.cues)

    def count(self, *labels: str) -> int:
        """Count the different words under these labels, overlapping ones once."""
        total = 0
        for heard in self.heard:
            end = -1
            for cue in heard.of(*labels):
                if cue.start >= end:
                    total, end = total + 1, cue.end
        return total

    def cues(self, *labels: str) -> tuple[tuple[int, Heard, Cue], ...]:
        """Return the cues with these labels, each with the number and hearing of its message."""
        pairs = zip(self.messages, self.heard, strict=True)
        return tuple((n, heard, cue) for n, heard in pairs for cue in heard.of(*labels))


def customer_turns(conversation: Conversation) -> tuple[Turn, ...]:
    """Return the customer's turns, oldest first; a turn ends where anybody else writes."""
    budget = _FULL
    heard: dict[int, Heard] = {}
    for number in range(len(conversation.messages) - 1, -1, -1):
        message = conversation.messages[number]
        if message.role == "customer":
            heard[number] = hear(message.text if budget > 0 else message.text[:_REST])
            budget -= len(message.text)
    turns: list[Turn] = []
    burst: list[int] = []
    for number, message in enumerate(conversation.messages):
        if message.role == "customer":
            burst.append(number)
        elif burst:
            turns.append(Turn(tuple(burst), tuple(heard[n] for n in burst)))
            burst = []
    if burst:
        turns.append(Turn(tuple(burst), tuple(heard[n] for n in burst)))
    return tuple(turns)
