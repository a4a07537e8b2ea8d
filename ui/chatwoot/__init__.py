"""Chatwoot: signed calls in, conversations read again by REST, notes and confirmed replies out."""

from ui.chatwoot.client import Chatwoot, open_chatwoot
from ui.chatwoot.errors import ChatwootTrouble
from ui.chatwoot.follower import Follower, Pace
from ui.chatwoot.routes import HOOK, Desk, chatwoot_desk

__all__ = [
    "HOOK",
    "Chatwoot",
    "ChatwootTrouble",
    "Desk",
    "Follower",
    "Pace",
    "chatwoot_desk",
    "open_chatwoot",
]
