"""Formal: no contractions, no talk, no smileys, and the polite address in Russian."""

from collections.abc import Iterator

from copilot.improve.cutting import like, rephrased
from copilot.improve.facts import initial
from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.wordforms import noun_like, readings, tokens
from copilot.improve.words import swaps, words
from copilot.rules.lexicon import compile_any


def phrases(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield formal words for colloquial ones."""
    yield from rephrased(text, swaps(setting.language, "formal", "phrases"), "formal", setting)


def smileys(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield edits that take smileys and emoji out, with the space before them."""
    for match in compile_any(words(setting.language, "formal")["marks"]).finditer(text):
        start = match.start()
        while start and text[start - 1] == " ":
            start -= 1
        after = text[match.end() :].lstrip(" ")[:1]
        ends = start > 0 and text[start - 1].isalnum() and (after in ("", "\n") or after.isupper())
        end = "." if ends else ""
        yield Edit(start, match.end(), end, "formal")


def nouns(text: str, setting: Setting) -> Iterator[Edit]:
    """Yield full nouns for diminutives, in the same form."""
    table: dict[str, str] = words(setting.language, "formal")["nouns"]
    if not table:
        return
    for token in tokens(text):
        if token.text != token.low and not initial(text, token.start):
            continue
        for reading in readings(token.low):
            new = table.get(str(reading.normal_form))
            if new is None or str(reading.tag.POS) != "NOUN":
                continue
            if said := noun_like(token.low, str(reading.normal_form), new):
                yield Edit(token.start, token.end, like(token.text, said), "formal")
            break
