"""The language model: one client with a deadline, a breaker and a log of what was sent.

Nothing heavy is imported here; the vendors come in with the first call.
"""

from copilot.llm.breaker import Breaker
from copilot.llm.client import Endpoint, ModelClient
from copilot.llm.failures import ModelFailure

__all__ = ["Breaker", "Endpoint", "ModelClient", "ModelFailure"]
