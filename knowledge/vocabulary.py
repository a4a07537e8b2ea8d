"""The label vocabulary of `vocabulary.yaml`."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def vocabulary(group: str) -> frozenset[str]:
    """Return the words of one group: `signals`, `tone_violations`, `reply_acts` and so on."""
    text = files("knowledge").joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    groups: dict[str, list[str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return frozenset(groups[group])
