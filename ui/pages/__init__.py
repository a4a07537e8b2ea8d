"""The few pages that are shown before or instead of the panel."""

from functools import cache
from importlib.resources import files


@cache
def page(name: str) -> str:
    """Return the HTML of a page by its name."""
    frame = files(__name__).joinpath("frame.html").read_text("utf-8")
    body = files(__name__).joinpath(f"{name}.html").read_text("utf-8")
    return frame.replace("<!--body-->", body)
