"""Files that come with the program, read once."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

# In C where libyaml is there: ten times as fast, and a cold start reads a hundred kilobytes.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def packaged(*path: str) -> Any:
    """Return a YAML file of this package as it stands; `path` is relative to `copilot/`.

    Raises:
        FileNotFoundError: there is no such file.
    """
    text = files("copilot").joinpath(*path).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 – both loaders are the safe one
