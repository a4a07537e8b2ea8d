"""Numbers with their units in sentences, as far as two articles have to agree on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex
import yaml

from knowledge.lexical import stems

_SENTENCE = regex.compile(r"[^.!?\u2026\n]+(?:\.(?=\d)[^.!?\u2026\n]+)*")
_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_MAX_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A term or sum: its bounds in a unit, and the stems of the sentence around it."""

    low: float
    high: float
    unit: str
    about: frozenset[str]
    span: str

    def agrees(self, other: "Measure") -> bool:
        """Say whether two measures of one thing can both be true."""
        return self.low <= other.high and other.low <= self.high


def measures(text: str) -> Iterator[Measure]:
    """Yield the numbers with units of a text, sentence by sentence."""
    units, pattern = _units(), _pattern()
    for sentence in _SENTENCE.findall(text[:_MAX_CHARS]):
        found = list(pattern.finditer(sentence))
        if not found:
            continue
        about = subject(pattern.sub(" ", sentence))
        for match in found:
            named = match["unit"] or ""
            unit = _signs().get(match["sign"] or "") or next(
                (name for name, its in units.items() if its.fullmatch(named)), ""
            )
            if not unit:
                continue
            low = _number(match["low"])
            high = _number(match["high"]) if match["high"] else low
            yield Measure(min(low, high), max(low, high), unit, about, match[0].strip())


def subject(text: str) -> frozenset[str]:
    """Return the stems that say what a sentence is about, without numbers and short words."""
    return frozenset(stem for stem in stems(text) if len(stem) > 2 and not stem.isdigit())


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return in 0..1 how much of their words two sentences share."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _number(text: str) -> float:
    return float(regex.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))


@cache
def _words() -> dict[str, Any]:
    text = (files("knowledge.linting") / "measures.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def _signs() -> dict[str, str]:
    signs: dict[str, str] = _words()["signs"]
    return signs


@cache
def _units() -> dict[str, Any]:
    return {name: regex.compile(its, regex.I) for name, its in _words()["units"].items()}


@cache
def _pattern() -> Any:
    words = _words()
    unit = "|".join(words["units"].values())
    signs = "".join(regex.escape(sign) for sign in words["signs"])
    kind = f"{words['business']}|{words['calendar']}"
    gap = r"[ \u00a0\u202f]{0,2}"
    return regex.compile(
        rf"(?P<sign>[{signs}])?(?<![\p{{L}}\d])(?P<low>{_NUMBER})"
        rf"(?:{gap}(?:[-\u2013\u2014]|(?:{words['between']})\b){gap}(?P<high>{_NUMBER}))?"
        rf"(?:{gap}(?P<kind>{kind}))?{gap}(?:(?P<unit>{unit})(?![\p{{L}}]))?",
        regex.I,
    )
