"""Noting what had no good answer, after the answer and beside it: nobody waits for a note."""

import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Literal

from copilot import mask
from copilot.conversation import Conversation
from copilot.errors import TeploError
from copilot.streaming import Progress
from copilot.suggestion import Result
from knowledge import Library
from ui.demo import is_demo

LOG = logging.getLogger("teplo.gaps")

_NOTING = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gap-notes")
_NO_KNOWLEDGE_HELPS = {"injection", "self_harm", "violence"}


def note_gap(copilot: Any, conversation: Conversation, result: Result) -> "Future[None] | None":
    """Put a request into the gap queue if the knowledge had no strong answer to it.

    Returns what is being done, for whoever wants to wait; nothing when there is no gap to note.
    """
    strength = gap_strength(conversation, result)
    library = getattr(copilot, "library", None)
    if strength is None or not isinstance(library, Library):
        return None
    return _NOTING.submit(_note, library, conversation, result, strength)


def noted(
    copilot: Any, conversation: Conversation, steps: Iterator[Progress]
) -> Iterator[Progress]:
    """Pass the steps of a streamed suggestion on, and note a gap with the first of them."""
    waiting = True
    for step in steps:
        yield step
        if waiting and isinstance(step.value, Result):
            waiting = False
            note_gap(copilot, conversation, step.value)


def gap_strength(conversation: Conversation, result: Result) -> Literal["weak", "none"] | None:
    """Return how weak the best answer was; None where there is no gap.

    There is none without an open request, in a demo, or where words of a protocol are said. What
    stands on the customer card is no knowledge: it does not help the next one who asks.
    """
    perception = result.perception
    if not perception.request.strip() or is_demo(conversation) or result.frame.protocol:
        return None
    if perception.risk in _NO_KNOWLEDGE_HELPS:
        return None
    found = {hit.strength for hit in result.hits if hit.kind == "script"}
    if "strong" in found:
        return None
    return "weak" if "weak" in found else "none"


def _note(
    library: Library, conversation: Conversation, result: Result, strength: Literal["weak", "none"]
) -> None:
    said = [message.text for message in conversation.messages if message.role == "customer"]
    try:
        library.gaps.note(
            mask(result.perception.request).text,
            result.perception.language,
            mask(said[-1]).text,
            strength=strength,
            at=conversation.now or datetime.now().astimezone(),
            conversation=f"{conversation.id}\n{said[0]}",
        )
    except TeploError:
        LOG.warning("A gap was not noted.", exc_info=True)
    except Exception:
        LOG.exception("A gap was not noted.")
