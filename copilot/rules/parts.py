"""Texts cut into sentences and clauses, with what each is about."""

from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from copilot.rules.lexicon import compile_any, fold, language_of, load_lexicon
from copilot.rules.stems import stems
from knowledge import Locale

_QUOTED = regex.compile(
    r"\u00ab[^\u00bb]{1,300}\u00bb|\u201c[^\u201d]{1,300}\u201d|\"[^\"\n]{1,300}\""
)
_SHORT_END = regex.compile(
    r"(?:(?<=\b(?!mr|ms|dr|st|vs|jr|sr|co|pl|rd|ul)[a-z]{2})|(?<=\d(?:st|nd|rd|th)))[.!?]\s+"
    r"(?=[A-Z\u00ab\"])|(?<=\b[ap]\.m)\.\s+(?=(?-i:[A-Z]))",
    regex.IGNORECASE,
)


class Part(NamedTuple):
    """A piece of a text: `text[start:end]`."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=512)
def sentences_of(text: str) -> tuple[Part, ...]:
    """Cut a text into sentences, keeping offsets."""
    from copilot.perception.text import sentences

    return tuple(part for span in sentences(text) for part in _cut(span.start, span.text))


def _cut(start: int, text: str) -> list[Part]:
    """Cut also after a short last word («on it. I'll»), which is mostly no abbreviation."""
    cuts = [0, *(match.end() for match in _SHORT_END.finditer(text)), len(text)]
    found: list[Part] = []
    for begin, end in pairwise(cuts):
        body = text[begin:end].rstrip()
        if body:
            found.append(Part(start + begin, start + begin + len(body), body))
    return found


def clauses_of(sentence: Part, language: Locale) -> tuple[Part, ...]:
    """Cut a sentence at semicolons, dashes between clauses, and conjunctions after a comma."""
    cuts = [match.end() for match in _breaks(language).finditer(sentence.text.lower())]
    edges = [0, *cuts, len(sentence.text)]
    found: list[Part] = []
    for start, end in pairwise(edges):
        body = sentence.text[start:end]
        text = body.strip(" ,;\u2014\u2013")
        if text:
            begin = sentence.start + start + body.index(text)
            found.append(Part(begin, begin + len(text), text))
    return tuple(found)


def unquoted(text: str) -> str:
    """Blank out what stands in quotation marks, keeping the length."""
    return _QUOTED.sub(lambda match: " " * len(match.group()), text)


@lru_cache(maxsize=4096)
def topics_of(text: str) -> frozenset[str]:
    """Say what a text is about: classes such as refund, delivery, reply."""
    language = language_of(text)
    found: set[str] = set()
    for match in _topic_pattern(language).finditer(fold(text.lower())):
        found.update(_topic_names(language)[match.lastgroup or ""])
    return frozenset(found)


def related(one: str, other: str) -> int:
    """Count what two texts have in common: stems, and two for each shared topic."""
    shared = len(stems(one) & stems(other))
    return shared + 2 * len(topics_of(one) & topics_of(other))


@cache
def _breaks(language: Locale) -> "regex.Pattern[str]":
    heads = "|".join(load_lexicon(language, "promises")["clause_heads"])
    joint = r"[;\n]|(?<=[\p{L}\d%\u20bd)]) ?[\u2014\u2013] (?=\p{L})|: (?=\p{L})"
    return compile_any([joint, rf", ?(?=(?:{heads})(?!\p{{L}}))", r"(?<=\D), (?=\p{L})"])


@cache
def _topic_names(language: Locale) -> dict[str, tuple[str, ...]]:
    topics: dict[str, list[str]] = load_lexicon(language, "promises")["topics"]
    by_stem: dict[str, list[str]] = {}
    for name, heads in topics.items():
        for head in heads:
            by_stem.setdefault(head, []).append(name)
    heads = sorted(by_stem, key=lambda head: (-len(head), head))
    return {f"t{n}": tuple(by_stem[head]) for n, head in enumerate(heads)}


@cache
def _topic_pattern(language: Locale) -> "regex.Pattern[str]":
    topics: dict[str, list[str]] = load_lexicon(language, "promises")["topics"]
    heads = sorted({h for group in topics.values() for h in group}, key=lambda h: (-len(h), h))
    groups = "|".join(f"(?P<t{n}>{regex.escape(head)})" for n, head in enumerate(heads))
    return regex.compile(rf"(?<!\p{{L}})(?:{groups})")
