"""What may be written down of what was said, and how a customer's keys are compared."""

from copilot.conversation import Message
from copilot.records.threads import Written

_AT_REST = frozenset({"CARD", "CVV", "PIN", "PASSWORD", "CODE", "EXPIRY"})  # never written down


def customer_key(key: str) -> str:
    """Return a customer's key as it is compared: without case and spaces."""
    return "".join(key.split()).casefold()[:200]


def secret_free(said: str) -> str:
    """Return a text with card numbers, codes and passwords masked; all else stays as it is."""
    from copilot.rules import mask

    for span in sorted(mask(said).spans, key=lambda span: -span.start):
        if span.kind in _AT_REST:
            said = said[: span.start] + span.placeholder + said[span.end :]
    return said


def cleaned(written: Written) -> str:
    """Return the text of a message as it is kept."""
    return secret_free(Message(role=written.role, text=written.text).text.strip())
