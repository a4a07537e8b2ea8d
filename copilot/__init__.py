"""Teplo: from a customer's message to a grounded, calming reply. Import from here only."""

from typing import TYPE_CHECKING, Any

from copilot.conversation import Conversation, Message, read_conversation
from copilot.settings import Settings, quiet_vendors, read_settings

if TYPE_CHECKING:
    from copilot.app import Copilot, Perceived, Review
    from copilot.doctor import Health, examine
    from copilot.rules import mask

__all__ = [
    "Conversation",
    "Copilot",
    "Health",
    "Message",
    "Perceived",
    "Review",
    "Settings",
    "examine",
    "mask",
    "quiet_vendors",
    "read_conversation",
    "read_settings",
]

_LAZY = {
    "Copilot": "copilot.app",
    "Perceived": "copilot.app",
    "Review": "copilot.app",
    "Health": "copilot.doctor",
    "examine": "copilot.doctor",
    "mask": "copilot.rules",
}


def __getattr__(name: str) -> Any:
    """Import what is heavier than values only when somebody asks for it."""
    from importlib import import_module

    if name not in _LAZY:
        raise AttributeError(f"module 'copilot' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
