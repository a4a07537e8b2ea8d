"""The language model: one client with a deadline, a breaker, budgets and a log of what was sent.

Nothing heavy is imported here; the vendors come in with the first call.
"""

from copilot.llm.asking import Asking
from copilot.llm.breaker import Breaker
from copilot.llm.budget import Budget, Limits
from copilot.llm.client import ModelClient
from copilot.llm.endpoint import OPENAI_URL, Endpoint
from copilot.llm.failures import ModelFailure
from copilot.llm.opening import open_client
from copilot.llm.terms import Account, Terms, on_terms, present_terms
from copilot.llm.usage import Prices, Usage
from copilot.llm.vendor import Schema

__all__ = [
    "OPENAI_URL",
    "Account",
    "Asking",
    "Breaker",
    "Budget",
    "Endpoint",
    "Limits",
    "ModelClient",
    "ModelFailure",
    "Prices",
    "Schema",
    "Terms",
    "Usage",
    "on_terms",
    "open_client",
    "present_terms",
]
