"""What Teplo keeps of its own: conversations with their drafts, role-plays turn by turn.

SQL is the truth; nothing lives in memory only.
"""

from copilot.records.acceptance import Outcome, Reason, Tally, Worth
from copilot.records.bursts import Bursts, burst_ends
from copilot.records.conversations import Conversations
from copilot.records.deliveries import Deliveries, Delivery, Sending, Sendings
from copilot.records.drafts import Drafts, Told
from copilot.records.incidents import Incidents
from copilot.records.roleplays import RolePlays, Sitting
from copilot.records.store import Records, open_records
from copilot.records.threads import (
    Kept,
    KeptDraft,
    KeptMessage,
    Line,
    Opened,
    Page,
    Source,
    View,
    Whole,
    Written,
)

__all__ = [
    "Bursts",
    "Conversations",
    "Deliveries",
    "Delivery",
    "Drafts",
    "Incidents",
    "Kept",
    "KeptDraft",
    "KeptMessage",
    "Line",
    "Opened",
    "Outcome",
    "Page",
    "Reason",
    "Records",
    "RolePlays",
    "Sending",
    "Sendings",
    "Sitting",
    "Source",
    "Tally",
    "Told",
    "View",
    "Whole",
    "Worth",
    "Written",
    "burst_ends",
    "open_records",
]
