"""Names of things: the noun a customer bought or misses, in the form a sentence can use."""

from functools import cache

from copilot.perception.lexicon import read
from copilot.perception.text import dictionary_forms
from knowledge import Locale


def product_name(span: str, language: Locale) -> str:
    """Return the thing that a stretch of one or two words names, or '' when it names none.

    Russian nouns come in the nominative with their adjective agreeing; English ones as written.
    """
    tokens = span.lower().split()
    if language == "en":
        return "" if any(token in _nothing("en") for token in tokens) else " ".join(tokens)
    return _russian(tokens)


@cache
def _nothing(language: Locale) -> frozenset[str]:
    return frozenset(read(language, "things")["nothing"])


def _russian(tokens: list[str]) -> str:
    adjective = None
    for token in tokens:
        form = dictionary_forms(token)
        if form is None:
            return ""
        if form.part == "NUMR":
            continue
        if form.part == "ADJF" and adjective is None:
            adjective = form
            continue
        if form.part != "NOUN" or form.lemma in _nothing("ru") or token in _nothing("ru"):
            return ""
        if form.proper:
            return ""
        noun = form.nominative
        return f"{adjective.agreeing(form)} {noun}" if adjective else noun
    return ""
