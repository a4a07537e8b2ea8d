"""The words of `words.yaml`, by which columns, languages and markers are recognised."""

from functools import cache
from importlib.resources import files
from typing import Any, cast

import regex
import yaml

_MARKS = regex.compile(r"[^\p{L}№]+")


@cache
def words() -> dict[str, Any]:
    """Return the whole file, read once."""
    text = files("knowledge.sources").joinpath("words.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.load(text, Loader=yaml.CSafeLoader))


def plain_name(name: str) -> str:
    """Return a column name in lower case, letters only, words apart by one space."""
    folded = name.casefold().replace("\u0451", "\u0435")
    return _MARKS.sub(" ", folded).strip()
