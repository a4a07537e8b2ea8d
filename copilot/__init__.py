"""Teplo: from a customer's message to a grounded, calming reply. Import from here only."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copilot.app import Copilot, Perceived, Review
    from copilot.conversation import Conversation, Message, read_conversation
    from copilot.doctor import Health, examine
    from copilot.quiet import quiet_vendors
    from copilot.rules import mask
    from copilot.settings import Settings, read_settings

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

_HOME = {
    "Conversation": "conversation",
    "Copilot": "app",
    "Health": "doctor",
    "Message": "conversation",
    "Perceived": "app",
    "Review": "app",
    "Settings": "settings",
    "examine": "doctor",
    "mask": "rules",
    "quiet_vendors": "quiet",
    "read_conversation": "conversation",
    "read_settings": "settings",
}


def __getattr__(name: str) -> Any:
    """Import a part when it is first asked for: `teplo --help` needs none of them."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'copilot' has no attribute {name!r}")
    return getattr(import_module(f"copilot.{_HOME[name]}"), name)
