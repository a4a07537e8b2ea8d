"""The language model: one client with a deadline, a breaker and a log of what was sent.

Nothing heavy is imported here; the vendors come in with the first call.
"""

from copilot.llm.breaker import Breaker
from copilot.llm.client import OPENAI_URL, Asking, Endpoint, ModelClient, Schema
from copilot.llm.failures import ModelFailure

__all__ = ["OPENAI_URL", "Asking", "Breaker", "Endpoint", "ModelClient", "ModelFailure", "Schema"]
