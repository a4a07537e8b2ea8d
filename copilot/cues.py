"""Small signs in what was written: acts of our own messages, and words that change the answer.

The wording lives in `copilot/wording/{ru,en}.yaml`; patterns there are searched in lower case with
\u0451 folded to \u0435. A fuller rule engine judges drafts; this only reads what the thread shows.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import regex
import yaml

from copilot.brief import Perception
from knowledge import Locale

_READ_CHARS = 4_000  # an act shows within the first lines; the rest of a long mail adds none


@cache
def wording(language: Locale) -> dict[str, Any]:
    """Return the wording file of a language as it stands."""
    text = files("copilot").joinpath("wording", f"{language}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def folded(text: str) -> str:
    """Return `text` in lower case with \u0451 as \u0435, cut to what is worth reading."""
    return text[:_READ_CHARS].lower().replace("\u0451", "\u0435").replace("\u2019", "'")


@cache
def _patterns(language: Locale, group: str) -> dict[str, regex.Pattern[str]]:
    table: dict[str, Any] = wording(language)[group]
    return {
        name: regex.compile("|".join(alternatives), regex.MULTILINE)
        for name, alternatives in table.items()
        if isinstance(alternatives, list) and all(isinstance(a, str) for a in alternatives)
    }


def acts_of(text: str, language: Locale) -> frozenset[str]:
    """Return the acts that one of our messages shows, such as apology, paraphrase or options."""
    read = folded(text)
    return frozenset(name for name, p in _patterns(language, "acts").items() if p.search(read))


def hears(text: str, cue: str, language: Locale, *, group: str = "cues") -> bool:
    """Say whether a text holds a cue such as `no_apology` or `bot_question`."""
    return _patterns(language, group)[cue].search(folded(text)) is not None


def themes_of(text: str, language: Locale) -> tuple[str, ...]:
    """Return what the matter touches in the person's life: child, gift, work and so on."""
    read = folded(text)
    return tuple(name for name, p in _patterns(language, "themes").items() if p.search(read))


def contact_number(perception: Perception) -> str:
    """Return which contact this is, as the customer counts ("third"), or an empty string."""
    for signal in perception.signals:
        if signal.name != "repeat_contact":
            continue
        read = folded(signal.span)
        if _patterns(perception.language, "cues")["counts_days"].search(read):
            continue
        for word, pattern in reversed(_patterns(perception.language, "ordinals").items()):
            if pattern.search(read):
                return word
    return ""
