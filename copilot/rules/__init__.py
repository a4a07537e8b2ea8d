"""The one rule engine: tone, promises, grounding, re-asking, privacy. Import from here only."""

from copilot.rules.acts import Act, acts_of
from copilot.rules.commitments import commitments
from copilot.rules.engine import review
from copilot.rules.ledger import Pledge, pledges, reminders
from copilot.rules.lexicon import load_lexicon
from copilot.rules.privacy import Masked, mask
from copilot.rules.ruleset import Ruleset

__all__ = [
    "Act",
    "Masked",
    "Pledge",
    "Ruleset",
    "acts_of",
    "commitments",
    "load_lexicon",
    "mask",
    "pledges",
    "reminders",
    "review",
]
