"""The scripts of the page, in the order in which they are put together."""

from importlib.resources import files

_ORDER = (
    "dom",
    "top",
    "thread",
    "mood",
    "drafts",
    "edits",
    "mytext",
    "model",
    "note",
    "sources",
    "queue",
    "send",
    "wire",
)


def head() -> str:
    """Return the page's style and script as elements for the head of the document."""
    own = [files(__name__).joinpath(f"{name}.js").read_text("utf-8") for name in _ORDER]
    script = "\n".join((*own, files("ui").joinpath("keys.js").read_text("utf-8")))
    style = files("ui").joinpath("style.css").read_text("utf-8")
    return f'<style>{style}</style><script>(() => {{ "use strict";\n{script}\n}})();</script>'
