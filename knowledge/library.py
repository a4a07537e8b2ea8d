"""The library: one door to ingest, search and everything else that documents are needed for."""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from knowledge.documents import Document, Kind, Locale, Status, ToneRule
from knowledge.errors import EmbeddingUnavailable, IndexBusy, KnowledgeError
from knowledge.hits import Hit, Query
from knowledge.lint import Problem, lint
from knowledge.lock import write_lock
from knowledge.report import Progress, Report, Stats

if TYPE_CHECKING:  # SQLAlchemy, NumPy and the model take a second: they come with the first use
    import numpy as np
    from numpy.typing import NDArray

    from knowledge.catalogue import Catalogue
    from knowledge.embedding import Embedder
    from knowledge.search import Searcher

_log = logging.getLogger(__name__)


def open_library(
    home: Path,
    *,
    embedder: "Embedder | None" = None,
    open_embedder: "Callable[[], Embedder] | None" = None,
    database_url: str = "",
) -> "Library":
    """Open the library of a data folder, making the folder and its database when they are missing.

    The embedder is opened at the first search or ingest by `open_embedder`; without it that is the
    local model.

    Raises:
        KnowledgeError: the folder or the database cannot be used.
    """
    from knowledge.catalogue import Catalogue

    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as cause:
        raise KnowledgeError(
            f"The data folder {str(home)!r} cannot be made ({cause.strerror}). Check TEPLO_HOME."
        ) from cause
    catalogue = Catalogue.at(home, database_url)
    return Library(home, catalogue, embedder=embedder, open_embedder=open_embedder)


class Library(AbstractContextManager["Library"]):
    """What the company knows, as the other packages see it. Safe to use from several threads."""

    def __init__(
        self,
        home: Path,
        catalogue: "Catalogue",
        *,
        embedder: "Embedder | None" = None,
        open_embedder: "Callable[[], Embedder] | None" = None,
    ) -> None:
        """Put the parts together; `open_library` does it from a folder."""
        self._home = home
        self._catalogue = catalogue
        self._embedder = embedder
        self._open_embedder = open_embedder
        self._searcher: Searcher | None = None
        self._by_words = False  # the searcher was made while there was no model
        self._opening = threading.RLock()

    def ingest(
        self,
        paths: Iterable[Path | str],
        *,
        kind: Kind | None = None,
        locale: Locale | None = None,
        columns: Mapping[str, str] | None = None,
        mask: Callable[[str], str] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Take in files, archives and folders, and make them searchable.

        `kind` and `locale` hold where a file does not say itself. `columns` maps question, answer
        and other roles to the name, letter or number of a column. `mask` takes personal data out of
        past conversations; without it exported chats are refused.

        Raises:
            IndexBusy: another process is writing.
            EmbeddingUnavailable: there are no vectors to be had; what was committed stays.
            KnowledgeError: a role of `columns` is unknown, or the folders hold too many files.
        """
        from knowledge.ingest import Ingest
        from knowledge.sources import Sandbox, Wishes, check_columns, find_files

        wishes = Wishes(kind, locale, dict(columns or {}))
        check_columns(wishes.columns)
        named = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - keeps links
        files = find_files(named)
        with write_lock(self._home), Sandbox() as reader:
            run = Ingest(
                self._catalogue, self._model(), reader=reader, mask=mask, on_progress=on_progress
            )
            folders = [path for path in named if path.is_dir()]
            report = run.run(files, wishes, folders=folders)
            self._keep_step()
        return report

    def ingest_starter(
        self,
        locale: Locale | None = None,
        kind: Kind | None = None,
        *,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Take in the samples; documents of the same id from other files stay as they are.

        Raises:
            IndexBusy: another process is writing.
            EmbeddingUnavailable: there are no vectors to be had; what was committed stays.
        """
        from knowledge.ingest import Ingest
        from knowledge.prepared import Prepared
        from knowledge.sources import Wishes
        from knowledge.starter import is_starter, starter_files

        present = {file.shown for file in starter_files()}
        with write_lock(self._home):
            model = Prepared.over(self._model())
            run = Ingest(self._catalogue, model, on_progress=on_progress, spare_own=True)
            report = run.run(starter_files(locale, kind), Wishes())
            paths = {name: known.path for name, known in self._catalogue.known().items()}
            self._catalogue.forget(
                name for name, path in paths.items() if is_starter(path) and path not in present
            )
            self._keep_step()
        return report

    def forget(self, ids: Iterable[str] | Literal["sample"]) -> int:
        """Delete documents, or all samples; return how many there were. Search forgets them too.

        Raises:
            IndexBusy: another process is writing.
        """
        from knowledge.starter import is_starter

        with write_lock(self._home):
            if ids == "sample":
                known = self._catalogue.known().items()
                ids = [name for name, its in known if its.sample or is_starter(its.path)]
            gone = self._catalogue.forget(ids)
            if gone:
                self._forget_in_index()
        return gone

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return at most `query.top_k` hits, best first."""
        return self._search().search(query)

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return texts as questions: (n, d) float32, unit length, by the library's model.

        Raises:
            EmbeddingUnavailable: there are no vectors to be had.
        """
        return self._model().embed_queries(texts)

    def document(self, document_id: str) -> Document | None:
        """Return a document by its id, as in `ru:S06`, or None."""
        return self._catalogue.document(document_id)

    def documents(
        self, kind: Kind | None = None, status: Status | None = None
    ) -> tuple[Document, ...]:
        """Return the documents, ordered by id."""
        return self._catalogue.documents(kind, status)

    def tone_rules(self, locale: Locale) -> tuple[ToneRule, ...]:
        """Return the active tone rules of a language, ordered by id.

        They are those that come with the program; a rule of the same id in the catalogue replaces
        its sample, and a retired one takes it away.
        """
        from knowledge.starter import is_starter, load_starter

        rules = {
            record.id: record
            for record in load_starter(locale, "tone")
            if isinstance(record, ToneRule)
        }
        for document in self._catalogue.documents("tone"):
            if is_starter(document.path):  # the program may have newer ones by now
                continue
            if isinstance(document.record, ToneRule) and document.locale == locale:
                rules[document.record.id] = document.record
        return tuple(rules[name] for name in sorted(rules) if rules[name].status == "active")

    def rebuild(self) -> Stats:
        """Embed what has no vector of this model yet, build the index anew, and tell what there is.

        Raises:
            IndexBusy: another process is writing.
            EmbeddingUnavailable: there are no vectors to be had.
        """
        from knowledge.ingest import embed_missing

        with write_lock(self._home):
            embed_missing(self._catalogue, self._model())
            self._refresh(anew=True)
        return self.stats()

    def heal(self) -> bool:
        """Build the index anew when missing, torn or behind, unless another process is writing."""
        searcher = self._search()
        if searcher.is_sound():
            return False
        try:
            with write_lock(self._home):
                searcher.rebuild()
        except IndexBusy:
            return False
        return True

    def stats(self) -> Stats:
        """Return what the catalogue holds; the model is named once it was needed."""
        return self._catalogue.stats(self._embedder.name if self._embedder else "")

    def lint(self, on: date) -> tuple[Problem, ...]:
        """Return what is wrong with the records on a day: twins, slots, words, dates."""
        return lint([each.record for each in self._catalogue.documents() if each.record], on)

    def close(self) -> None:
        """Give files and connections back."""
        if self._searcher is not None:
            self._searcher.close()
        self._catalogue.close()

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _model(self) -> "Embedder":
        with self._opening:
            if self._embedder is None:
                from knowledge.embedding import open_embedder

                opened = self._open_embedder
                self._embedder = opened() if opened else open_embedder(self._home)
            return self._embedder

    def _search(self) -> "Searcher":
        """Return the searcher; without a model it searches by words alone."""
        with self._opening:
            if self._searcher is None:
                try:
                    self._model()
                except EmbeddingUnavailable:
                    _log.warning("searching by words alone", exc_info=True)
                self._searcher = self._new_searcher()
            return self._searcher

    def _keep_step(self) -> None:
        """Put the index in step unless it is: loading it takes longer than finding nothing new."""
        at = self._catalogue.pointer()
        wanted = (self._model().name, self._catalogue.revision())
        if at is None or (at.model_name, at.revision) != wanted:
            self._refresh()

    def _refresh(self, *, anew: bool = False) -> None:
        """Put the index in step with the catalogue, by the model that has just embedded."""
        with self._opening:
            if self._searcher is None or self._by_words:
                self._searcher = self._new_searcher()
            searcher = self._searcher
        if anew:
            searcher.rebuild()
        else:
            searcher.refresh()

    def _forget_in_index(self) -> None:
        """Leave no trace in the index; without a model the next ingest does, and search knows."""
        try:
            self._model()
        except EmbeddingUnavailable:
            _log.warning("the index still holds what was forgotten", exc_info=True)
            return
        self._refresh()

    def _new_searcher(self) -> "Searcher":
        from knowledge.search import Searcher

        self._by_words = self._embedder is None
        return Searcher(self._catalogue, self._embedder, self._home)
