"""Warmer: cold formulas go, orders become requests, and the person is heard first."""

from collections.abc import Iterator

import regex

from copilot.cues import acts_of
from copilot.improve.cutting import dropped, like, rephrased
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.shorter import tells
from copilot.improve.splitting import sentences
from copilot.improve.steps import added, draft_of, first_of_matter, says_already
from copilot.improve.wordforms import word_like
from copilot.improve.words import sentence_pattern, swaps, words
from copilot.rules.lexicon import fold
from copilot.rules.stems import stems
from copilot.suggestion import Sentence

_ACTS = ("ack", "empathy")
_HEARD = 2  # stems of the customer's own words from which a sentence shows that it was read


def cold_sentences(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that drop whole cold formulas."""
    cold = sentence_pattern(setting.language, "warmer", "sentences")
    gone = [
        n
        for n, sentence in enumerate(sentences(text))
        if cold.match(fold(sentence.text.lower())) and not tells(text, sentence, setting)
    ]
    yield from dropped(text, gone, "cold")


def cold_words(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield warmer words for cold ones inside sentences."""
    yield from rephrased(text, swaps(setting.language, "warmer", "phrases"), "cold", setting)


def requests(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield requests for orders: «you must send» becomes «please send»."""
    if setting.language == "en":
        yield from rephrased(text, swaps("en", "warmer", "orders"), "must", setting)
        return
    table: dict[str, list[str]] = words("ru", "warmer")["orders"]
    please = str(words("ru", "warmer")["please"])
    for source, form in table.items():
        pattern = regex.compile(rf"(?<!\p{{L}})(?:{source}) (\p{{L}}+(?:ть|ти|чь)(?:ся|сь)?)(?!\p{{L}})",
                                regex.IGNORECASE)  # fmt: skip
        for match in pattern.finditer(fold(text)):
            verb = word_like(text[slice(*match.span(1))].lower(), "INFN", tuple(form))
            if verb:
                said = f"{like(match.group(), verb)}, {please},"
                yield Edit(match.start(), match.end(), said, "must")
