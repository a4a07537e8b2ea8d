"""Cutting: a phrase out of a sentence, a sentence out of a text, so that what is left reads well."""

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

import regex

from copilot.improve.revision import Edit
from copilot.improve.setting import Setting
from copilot.improve.splitting import sentence_at, sentences
from copilot.improve.words import Swap, pattern
from copilot.rules.lexicon import fold
from knowledge import Locale

_LETTERS = regex.compile(r"\p{L}")
_NEXT = regex.compile(r"[ \t]*+")


def rephrased(text: str, table: Iterable[Swap], why: str, setting: Setting) -> Iterator[Edit]:
    """Yield an edit for every match of the table; an empty replacement cuts the words out."""
    folded = fold(text)
    for swap in table:
        for match in swap.pattern.finditer(folded):
            new = swap.said(match, text)
            if new:
                yield Edit(match.start(), match.end(), like(match.group(), new), why)
            elif (cut := cut_out(text, match.span(), why, setting.language)) is not None:
                yield cut


def cut_out(text: str, place: tuple[int, int], why: str, language: Locale) -> Edit | None:
    """Return the edit that takes a phrase out with its commas, or None if nothing would be left."""
    start, end = place
    sentence = sentence_at(text, start)
    if sentence is None or end > sentence.end:
        return None
    rest = text[sentence.start : start] + text[end : sentence.end]
    if not _LETTERS.search(rest):
        return None
    head = text[sentence.start : start]
    if not _LETTERS.search(head):
        return _beheaded(text, start, end, why)
    left = start - (len(head) - len(head.rstrip()))
    if text[left - 1] != ",":
        return Edit(left, end, "", why)
    return _between_commas(text, (left - 1, start, end), why, language)


def dropped(text: str, gone: Collection[int], why: str) -> Iterator[Edit]:
    """Yield edits that take out the sentences with these numbers, keeping paragraphs apart."""
    parts = sentences(text)
    kept = [n for n in range(len(parts)) if n not in gone]
    if not kept:
        return
    edges = [-1, *kept, len(parts)]
    for before, after in pairwise(edges):
        if after - before < 2:
            continue
        start = parts[before].end if before >= 0 else 0
        end = parts[after].start if after < len(parts) else len(text)
        gaps = [text[start : parts[before + 1].start], text[parts[after - 1].end : end]]
        inner = before >= 0 and after < len(parts)
        gap = max(gaps, key=lambda g: g.count("\n")) if inner else ""
        yield Edit(start, end, gap, why)


def like(old: str, new: str) -> str:
    """Return `new` with a capital where `old` begins with one."""
    if old[:1].isupper() and new[:1].islower():
        return new[:1].upper() + new[1:]
    return new


def _between_commas(text: str, place: tuple[int, int, int], why: str, language: Locale) -> Edit:
    comma, start, end = place
    if text[end : end + 1] == ",":
        kept = "," if _opens_clause(text[end + 1 : end + 20], language) else ""
        return Edit(comma, end + 1, kept, why)
    if text[end : end + 1] in ".!?;":
        return Edit(comma, end, "", why)
    return Edit(start, _skipped(text, end), "", why)


def _beheaded(text: str, start: int, end: int, why: str) -> Edit:
    if text[end : end + 1] in (",", ":"):
        end += 1
    end = _skipped(text, end)
    letter = text[end : end + 1]
    if text[start : start + 1].isupper() and letter.islower():
        return Edit(start, end + 1, letter.upper(), why)
    return Edit(start, end, "", why)


def _skipped(text: str, at: int) -> int:
    match = _NEXT.match(text, at)
    return match.end() if match else at


def _opens_clause(tail: str, language: Locale) -> bool:
    return (
        pattern(language, "shorter", "clause_heads").match(fold(tail.lower().lstrip())) is not None
    )
