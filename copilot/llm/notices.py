"""Whether a model may be asked, and what the operator reads when it was not or could not be used."""

from typing import Literal
from urllib.parse import urlsplit

from copilot.brief import Brief
from copilot.errors import LlmUnavailable, SuggesterError, Withheld
from copilot.llm.client import ModelClient
from copilot.llm.failures import ModelFailure
from copilot.llm.ground import model_words
from knowledge import Locale

What = Literal["draft", "text", "translation", "summary"]

# Cases for approved words only; a model's own would be a risk that nobody has to take.
_WITHHELD = ("self_harm", "health", "safety", "fraud", "violence", "leak")


def withhold(brief: Brief) -> None:
    """Stand in the way where a model must not be asked.

    Raises:
        Withheld: approved words stand, or the text gives orders to a machine.
    """
    if brief.frame.protocol in _WITHHELD or brief.perception.risk in _WITHHELD:
        raise Withheld("protocol")
    if brief.perception.risk == "injection" or brief.perception.has("prompt_injection"):
        raise Withheld("injection")


def unavailable(client: ModelClient, failure: ModelFailure) -> LlmUnavailable:
    """Return a failed call as the error that screens know."""
    return LlmUnavailable(client.endpoint.address, failure.reason, kind=failure.kind)


def notice_of(error: SuggesterError, language: Locale, what: What) -> str:
    """Return why `what` was written without the model, in plain words."""
    words = model_words(language)
    notices: dict[str, str] = words["notices"]
    if isinstance(error, LlmUnavailable):
        host = urlsplit(error.base_url).hostname or ""
        notice = notices.get(error.kind, notices["away"]).replace("{host}", host)
        return notice.replace("{without}", words["without"][what])
    return notices[error.kind] if isinstance(error, Withheld) else str(error)
