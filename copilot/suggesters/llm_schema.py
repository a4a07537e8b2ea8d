"""The answer that a model is asked for, and how it is read out of what it writes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from copilot.llm.reading import items_so_far, last_of
from copilot.llm.vendor import Schema
from knowledge import normalise

SHAPE = '{"sentences": [{"step": "", "text": "", "sources": [""]}]}'
_MAX_CHARS = 20_000  # an answer of twenty sentences with its JSON takes a quarter of it

REPLY = Schema(
    name="reply",
    fields={
        "type": "object",
        "additionalProperties": False,
        "required": ["sentences"],
        "properties": {
            "sentences": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["step", "text", "sources"],
                    "properties": {
                        "step": {"type": "string"},
                        "text": {"type": "string"},
                        "sources": {"type": "array", "items": {"type": "string"}},
                    },
                },
            }
        },
    },
)


class AnswerSentence(BaseModel):
    """A sentence as the model wrote it."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Field(max_length=1200)]
    step: Annotated[str, Field(max_length=40)] = ""
    sources: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class Answer(BaseModel):
    """A reply as the model wrote it."""

    model_config = ConfigDict(frozen=True)

    sentences: Annotated[tuple[AnswerSentence, ...], Field(min_length=1, max_length=20)]


def read_answer(text: str) -> Answer | None:
    """Return the last reply in a text, which may hold thoughts and fences around it, or None."""
    return last_of(normalise(text, max_chars=_MAX_CHARS), Answer)


def read_unfinished(text: str) -> tuple[AnswerSentence, ...]:
    """Return the whole sentences of a reply that is still being written."""
    return items_so_far(normalise(text, max_chars=_MAX_CHARS), "sentences", AnswerSentence)
