"""The scripts of the page, in the order in which they are put together."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files

from ui.pwa import LINKS

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
    "embed",
    "wire",
)


def head(embed_origins: Sequence[str] = ()) -> str:
    """Return the page's style and script as elements for the head of the document.

    Pages of `embed_origins` that frame the panel may hand a conversation over to it.
    """
    own = [files(__name__).joinpath(f"{name}.js").read_text("utf-8") for name in _ORDER]
    script = "\n".join((*own, files("ui").joinpath("keys.js").read_text("utf-8")))
    style = files("ui").joinpath("style.css").read_text("utf-8")
    embed = f'<meta name="teplo-embed" content="{escape(" ".join(embed_origins))}">'
    return f'{LINKS}{embed}<style>{style}</style><script>(() => {{ "use strict";\n{script}\n}})();</script>'
