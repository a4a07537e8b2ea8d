"""Made-up conversations, so that the panel is never empty and can be tried at once."""

from functools import cache
from importlib.resources import files

import yaml

from copilot.conversation import Conversation, Frozen
from knowledge import Locale


class Demo(Frozen):
    """A conversation with a title for the menu."""

    title: str
    conversation: Conversation


@cache
def demos(language: Locale) -> tuple[Demo, ...]:
    """Return the made-up conversations of one language; their moment is fixed."""
    text = files("ui.demos").joinpath(f"{language}.yaml").read_text("utf-8")
    return tuple(Demo.model_validate(row) for row in yaml.safe_load(text))


def demo_conversation(language: Locale, number: int = 0) -> Conversation:
    """Return one made-up conversation; the first is the one of the first start."""
    return demos(language)[number].conversation


def is_demo(conversation: Conversation) -> bool:
    """Say whether this is one of ours and not a customer's."""
    return conversation.id.startswith("demo-")
