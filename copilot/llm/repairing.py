"""Ask, judge, and ask once more naming the faults: what comes back has passed, or nothing does."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from copilot.llm.asking import Asking, OnText
from copilot.llm.checks import Fault
from copilot.llm.failures import Kind, ModelFailure
from copilot.llm.vendor import Schema
from knowledge import Locale
from prompts import Prompt, PromptMessage, load_prompt

T = TypeVar("T")
Judged = tuple[T | None, tuple[Fault, ...]]

_ATTEMPTS = 2
_MAX_QUOTED_CHARS = 6000


def ask_until_fit(
    asking: Asking,
    messages: Sequence[PromptMessage],
    schema: Schema,
    judge: Callable[[str], Judged[T]],
    *,
    language: Locale,
    shape: str,
    on_text: Callable[[], OnText] | None = None,
) -> T:
    """Return what `judge` makes of the model's first or second answer.

    A hostile fault is not given a second try, nor is one when there is no time for it.

    Args:
        asking: The call.
        messages: The request.
        schema: The schema of the answer.
        judge: Reads an answer, and returns its value or its faults.
        language: The language of the instructions.
        shape: The schema in words.
        on_text: Makes a listener for an attempt.

    Raises:
        ModelFailure: no answer, or none that passes.
    """
    said = list(messages)
    for attempt in range(1, _ATTEMPTS + 1):
        before_s = asking.left_s
        text = asking.ask(said, schema, on_text=on_text() if on_text else None)
        value, faults = judge(text)
        if value is not None:
            return value
        spent_s = before_s - asking.left_s
        if any(f.hostile for f in faults) or attempt == _ATTEMPTS or asking.left_s < spent_s:
            names = ", ".join(fault.name for fault in faults)
            kind: Kind = "broken" if names == "unreadable" else "unfit"
            raise ModelFailure(kind, f"what it wrote was dropped: {names}")
        said += _repair(text, faults, language, shape)
    raise AssertionError("the last attempt returns or raises")


def _repair(
    text: str, faults: Iterable[Fault], language: Locale, shape: str
) -> tuple[PromptMessage, ...]:
    prompt = load_prompt("repair", language)
    named = [
        f"- {prompt.term('faults', fault.name).replace('{detail}', _detail(prompt, fault))}"
        for fault in faults
    ]
    return (
        PromptMessage(role="assistant", text=text[:_MAX_QUOTED_CHARS]),
        *prompt.render(faults="\n".join(named), shape=shape),
    )


def _detail(prompt: Prompt, fault: Fault) -> str:
    """Return what a fault is about; some details are labels that the prompt has words for."""
    return prompt.term("details", fault.detail) or fault.detail
