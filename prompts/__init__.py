"""What we say to language models, and the phrase bank of the embedded composer."""

from prompts.library import Language, Prompt, PromptMessage, every_prompt, load_prompt
from prompts.phrase_bank import Phrase, load_bank

__all__ = [
    "Language",
    "Phrase",
    "Prompt",
    "PromptMessage",
    "every_prompt",
    "load_bank",
    "load_prompt",
]
