"""The wording of reports, in the reader's language."""

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from knowledge import Locale


class Words(NamedTuple):
    """Wording in one language."""

    language: Locale

    def say(self, key: str, **params: object) -> str:
        """Return a line of the report with its values filled in."""
        line: str = _all()["text"][key][self.language]
        return line.format(**params)

    def metric(self, name: str) -> str:
        """Return a metric's name in plain words; the name itself when it is not known."""
        known = _all()["metrics"].get(name)
        return known[self.language][0] if known else name

    def meaning(self, name: str) -> str:
        """Return what a metric says, in one line."""
        known = _all()["metrics"].get(name)
        return ", ".join(known[self.language][1:]) if known else ""

    def verdict(self, name: str) -> str:
        """Return a verdict in plain words."""
        return str(_all()["verdicts"][name][self.language])

    def strength(self, name: str) -> str:
        """Return a strength of a search hit as the panel calls it."""
        return str(_all()["strengths"][name][self.language])

    def number(self, value: float, digits: int = 2, *, sign: bool = False) -> str:
        """Return a number as it is written in the language."""
        return self.written(f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}")

    def written(self, number: str) -> str:
        """Return a number, given as Python writes it, with the language's minus and comma."""
        text = number.replace("-", "\u2212") if number.startswith("-") else number
        return text.replace(".", ",") if self.language == "ru" else text


@cache
def _all() -> dict[str, Any]:
    text = files("evals.report").joinpath("words.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
