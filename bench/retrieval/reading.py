"""A query made ready as search does it, with another turn than the one that is packaged."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.colloquial import plain
from knowledge.documents import Locale
from knowledge.embedding import Embedder
from knowledge.hits import Query
from knowledge.lexical import stems
from knowledge.ranking import Asked
from knowledge.space import Space, language_of, space_of

Turn = NDArray[np.float32]


def read(text: str, embedder: Embedder, turn: Turn | None, *, locale: Locale | None) -> Asked:
    """Return the query as `knowledge.asking.Reader` would, asked in this language or in any."""
    clear = plain(text)
    told = tuple(stems(clear))
    slang = tuple(stem for stem in stems(text) if stem not in told)
    raw = embedder.embed_queries([clear])
    space = Space(space_of(embedder.name).means, turn)
    turned = space.asked(raw, [language_of(clear)])
    return Asked(Query(text=text, locale=locale), told, turned, raw, slang)


def read_turns(home: Path) -> Mapping[str, Turn]:
    """Return the turns that were trained without one subject each, by subject."""
    with np.load(home / "turns.npz") as saved:
        return {name: saved[name].astype(np.float32) for name in saved.files}
