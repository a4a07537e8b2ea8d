"""Keeping search and its index in step with the catalogue."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import EmbeddingUnavailable, IndexBusy, KnowledgeError
from knowledge.lock import write_lock

if TYPE_CHECKING:  # SQLAlchemy, NumPy and the model take a second: they come with the first use
    from knowledge.catalogue import Catalogue
    from knowledge.embedding import Embedder
    from knowledge.search import Searcher

# Quiet time after a change before the index is built anew, by how many chunks it holds: several
# edits in a row are one build, and a long build does not stand in the way of the next edit.
_SOON_S = ((1_000, 3.0), (20_000, 60.0), (10**9, 600.0))
_AT_ONCE = 5_000  # chunks whose index is built anew while somebody waits

_log = logging.getLogger(__name__)


class IndexKeeper:
    """Holds the model and the searcher of a data folder. Safe to use from several threads."""

    def __init__(
        self,
        home: Path,
        catalogue: "Catalogue",
        *,
        embedder: "Embedder | None" = None,
        open_embedder: "Callable[[], Embedder] | None" = None,
    ) -> None:
        """Remember where everything is; the model is opened when it is first needed."""
        self._home = home
        self._catalogue = catalogue
        self._embedder = embedder
        self._open_embedder = open_embedder
        self._searcher: Searcher | None = None
        self._by_words = False  # the searcher was made while there was no model
        self._opening = threading.RLock()
        self._later: threading.Timer | None = None
        self._closed = False

    @property
    def model_name(self) -> str:
        """The model's name; empty as long as nobody needed it."""
        return self._embedder.name if self._embedder else ""

    def model(self) -> "Embedder":
        """Return the model, opening it when it is not open.

        Raises:
            EmbeddingUnavailable: there are no vectors to be had.
        """
        with self._opening:
            if self._embedder is None:
                from knowledge.embedding import open_embedder

                opened = self._open_embedder
                self._embedder = opened() if opened else open_embedder(self._home)
            return self._embedder

    def searcher(self) -> "Searcher":
        """Return the searcher; without a model it searches by words alone."""
        with self._opening:
            if self._searcher is None:
                try:
                    self.model()
                except EmbeddingUnavailable:
                    _log.warning("searching by words alone", exc_info=True)
                self._searcher = self._new_searcher()
            return self._searcher

    def searcher_by(self, embedder: "Embedder") -> "Searcher":
        """Return a searcher of its own that reads questions by another embedder; close it."""
        from knowledge.search import Searcher

        return Searcher(self._catalogue, embedder, self._home)

    def keep_step(self) -> None:
        """Put the index in step unless it is: loading it takes longer than finding nothing new."""
        at = self._catalogue.pointer()
        wanted = (self.model().name, self._catalogue.revision())
        if at is None or (at.model_name, at.revision) != wanted:
            self.refresh()

    def keep_step_soon(self) -> None:
        """Put the index in step when it is quiet; search itself follows the catalogue at once."""
        wait_s = next(wait for most, wait in _SOON_S if self._size() <= most)
        with self._opening:
            if self._later is not None:
                self._later.cancel()
            if self._closed:
                return
            self._later = threading.Timer(wait_s, self._step_quietly)
            self._later.daemon = True
            self._later.start()

    def refresh(self, *, anew: bool = False) -> None:
        """Put the index in step with the catalogue, by the model that has just embedded."""
        with self._opening:
            if self._searcher is None or self._by_words:
                self._searcher = self._new_searcher()
            searcher = self._searcher
        if anew:
            searcher.rebuild()
        else:
            searcher.refresh()

    def heal(self) -> bool:
        """Build the index anew when missing, torn or behind, unless another process is writing."""
        searcher = self.searcher()
        if searcher.is_sound():
            return False
        try:
            with write_lock(self._home):
                searcher.rebuild()
        except IndexBusy:
            return False
        return True

    def forget(self) -> None:
        """Leave no trace of what was erased: every generation goes at once, and a new one is built.

        A large one is built when it is quiet: it serves the next start, and bases in which looking
        at all vectors takes too long; there words answer alone meanwhile. Without a model there is
        none until the next ingest.
        """
        from knowledge.index import discard

        size = self._size()
        discard(self._home)
        try:
            self.model()
        except EmbeddingUnavailable:
            _log.warning("the index is gone until there is a model again", exc_info=True)
            return
        if size <= _AT_ONCE:
            self.refresh()
        else:
            self.keep_step_soon()

    def _size(self) -> int:
        """Return how many chunks the index in force holds."""
        pointer = self._catalogue.pointer()
        return pointer.chunks if pointer else 0

    def close(self) -> None:
        """Give files and connections back; what was to be done soon is left to the next start."""
        with self._opening:
            self._closed = True
            later, self._later = self._later, None
        if later is not None:
            later.cancel()
            if later is not threading.current_thread() and later.is_alive():
                later.join()
        if self._searcher is not None:
            self._searcher.close()

    def _step_quietly(self) -> None:
        try:
            with write_lock(self._home):
                self.keep_step()
        except IndexBusy:
            self.keep_step_soon()
        except (KnowledgeError, OSError):
            _log.warning("the index is behind and stays so for now", exc_info=True)

    def _new_searcher(self) -> "Searcher":
        from knowledge.search import Searcher

        self._by_words = self._embedder is None
        return Searcher(self._catalogue, self._embedder, self._home)
