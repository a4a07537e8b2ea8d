"""Warmer: cold formulas go, orders become requests, and the person is heard first."""

from collections.abc import Iterator
from functools import cache

import regex

from copilot.cues import acts_of
from copilot.improve.cutting import dropped, like, rephrased
from copilot.improve.facts import initial
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.shorter import tells
from copilot.improve.splitting import sentences
from copilot.improve.steps import hears, inserted, says_already
from copilot.improve.wordforms import word_like
from copilot.improve.words import sentence_pattern, swaps, words
from copilot.rules.lexicon import fold
from copilot.rules.tone import address_of
from copilot.suggestion import Sentence

_SHORT_CHANNELS = ("sms", "push")


def acknowledgement(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield what says back what happened to the person, where the text and the thread lack it."""
    if not called_for(setting) or warm(text, setting):
        return
    said = words_for(setting)
    if said is not None:
        yield inserted(text, said.text, "L", setting, "ack")


def called_for(setting: Setting) -> bool:
    """Say whether the person is upset enough to be heard first."""
    perception = setting.brief.perception
    upset = perception.hostility > 0 or perception.distress > 0
    short = setting.brief.conversation.channel in _SHORT_CHANNELS
    return upset and setting.brief.frame.framework != "NONE" and not short


def warm(text: str, setting: Setting) -> bool:
    """Say whether a text already shows that the person was heard."""
    said = words_for(setting)
    if said is not None and says_already(text, said):
        return True
    heard = {"empathy", "apology"} & acts_of(text, setting.language)
    return bool(heard) or hears(text, setting)


def words_for(setting: Setting) -> Sentence | None:
    """Return the acknowledgement that the composer would begin with, or None."""
    for act in ("ack", "empathy"):
        for sentence in setting.composed:
            if sentence.act == act and sentence.step:
                return sentence
    return None


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
    number = "sing" if address_of(setting.brief) == "ty" else "plur"
    please = str(words("ru", "warmer")["please"])
    for match in _orders().finditer(fold(text)):
        if not (initial(text, match.start()) or text[: match.start()].endswith(", ")):
            continue
        verb = word_like(text[slice(*match.span(1))].lower(), "INFN", ("impr", number, "excl"))
        comma = "" if text[match.end() : match.end() + 1] in ("", *".,!?;:)") else ","
        if verb:
            said = f"{like(match.group(), verb)}, {please}{comma}"
            yield Edit(match.start(), match.end(), said, "must")


@cache
def _orders() -> "regex.Pattern[str]":
    """Return the pattern of an order with its verb, in Russian."""
    heads = "|".join(words("ru", "warmer")["orders"])
    infinitive = str(words("ru", "warmer")["infinitive"])
    return regex.compile(rf"(?<!\p{{L}})(?:{heads}) ({infinitive})(?!\p{{L}})", regex.IGNORECASE)
