"""A suggestion as it comes about: the embedded drafts at once, the model's words, the result."""

from collections.abc import Iterator
from typing import Any, Literal

from copilot.brief import Brief
from copilot.conversation import Conversation, Frozen
from copilot.errors import SuggesterError
from copilot.llm.notices import notice_of
from copilot.llm.terms import Terms
from copilot.pipeline import Parts, answered, understand
from copilot.suggesters import EmbeddedComposer, LlmSuggester
from copilot.suggesters.fallback import MAX_DRAFTS
from copilot.suggestion import Draft, Result, Sentence
from knowledge import Framework


class Partial(Frozen):
    """What a model has written so far, whole sentences that passed; it replaces the one before."""

    v: Literal[1] = 1
    conversation: str
    text: str
    sentences: tuple[Sentence, ...]


class Progress(Frozen):
    """One step: `suggestions` are the embedded drafts, `result` is the last and stands."""

    kind: Literal["suggestions", "partial", "result"]
    value: Result | Partial

    def data(self) -> dict[str, Any]:
        """Return the value as the JSON that the other ways of asking give."""
        return self.value.model_dump(mode="json")


def suggest_stream(
    conversation: Conversation,
    parts: Parts,
    *,
    model: LlmSuggester | None,
    terms: Terms,
    framework: Framework | None = None,
) -> Iterator[Progress]:
    """Answer a conversation step by step; without a model the result follows at once.

    Closing the iterator, or setting `terms.cancelled`, ends the call to the model.
    """
    brief = understand(conversation, parts, framework=framework)
    standing = EmbeddedComposer().draft(brief)
    embedded = answered(brief, standing, parts)
    yield Progress(kind="suggestions", value=embedded)
    if model is None:
        yield Progress(kind="result", value=embedded)
        return
    try:
        drafts = yield from _partials(model, brief, terms)
    except SuggesterError as error:
        notice = notice_of(error, brief.perception.language, "draft")
        told = {"notices": (notice,), "usage": terms.meter.usage}
        yield Progress(kind="result", value=embedded.model_copy(update=told))
        return
    result = answered(brief, [*drafts, *standing][:MAX_DRAFTS], parts)
    told = {"usage": terms.meter.usage}
    yield Progress(kind="result", value=result.model_copy(update=told))


def _partials(model: LlmSuggester, brief: Brief, terms: Terms) -> Any:
    """Yield what the model writes as it grows, and return its drafts."""
    stream = model.stream(brief, terms)
    try:
        while True:
            draft: Draft = next(stream)
            partial = Partial(
                conversation=brief.conversation.id, text=draft.text, sentences=draft.sentences
            )
            yield Progress(kind="partial", value=partial)
    except StopIteration as end:
        return end.value
    finally:
        stream.close()
