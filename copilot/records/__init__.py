"""What Teplo keeps of its own: role-plays turn by turn. SQL is the truth; nothing lives in memory only."""

from copilot.records.roleplays import RolePlays, Sitting
from copilot.records.store import Records, open_records

__all__ = ["Records", "RolePlays", "Sitting", "open_records"]
