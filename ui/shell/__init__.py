"""The pages beside the panel: one strip on top for all, each built when it is first asked for.

A page is a function `make_blocks(copilot, language) -> gradio.Blocks`, named in `places.PLACES`,
with its words in `ui/locales/<key>_<language>.yaml`. It is served at `/<key>/<language>`; the bare
`/<key>` goes to the language chosen last.
"""

from ui.shell.places import PLACES, Place
from ui.shell.serving import Pages

__all__ = ["PLACES", "Pages", "Place"]
