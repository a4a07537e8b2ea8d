"""The library: one door to ingest, search and everything else that documents are needed for."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from knowledge.documents import Document, Kind, Locale, Status, ToneRule
from knowledge.errors import KnowledgeError
from knowledge.hits import Hit, Query
from knowledge.keeper import IndexKeeper
from knowledge.lock import write_lock
from knowledge.report import Progress, Report, Stats, Upload

if TYPE_CHECKING:  # SQLAlchemy, NumPy and the model take a second: they come with the first use
    import numpy as np
    from numpy.typing import NDArray

    from knowledge.catalogue import Catalogue
    from knowledge.editing import Editor
    from knowledge.embedding import Embedder
    from knowledge.gaps import Gaps
    from knowledge.overview import Overview
    from knowledge.sources import SourceFile, Wishes


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
        self._index = IndexKeeper(home, catalogue, embedder=embedder, open_embedder=open_embedder)

    @cached_property
    def editor(self) -> "Editor":
        """Documents one at a time: forms, versions, the bin."""
        from knowledge.editing import Editor

        return Editor(
            self._catalogue,
            self._index.model,
            writing=lambda: write_lock(self._home),
            changed=self._index.keep_step_soon,
        )

    @cached_property
    def gaps(self) -> "Gaps":
        """What customers asked and there was no good answer to."""
        from knowledge.gaps import Gaps

        engine, index = self._catalogue.engine, self._index
        return Gaps(engine, self.embed, lambda: index.model().name, self.editor)

    @cached_property
    def overview(self) -> "Overview":
        """All documents at once: lists, the calendar, the export, lint."""
        from knowledge.overview import Overview

        return Overview(self._catalogue, self._index)

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
        from knowledge.sources import Wishes, check_columns, find_files

        wishes = Wishes(kind, locale, dict(columns or {}))
        check_columns(wishes.columns)
        named = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - keeps links
        folders = [path for path in named if path.is_dir()]
        return self._take_in(find_files(named), wishes, mask, on_progress, folders=folders)

    def ingest_uploads(
        self,
        uploads: Sequence[Upload],
        *,
        kind: Kind | None = None,
        locale: Locale | None = None,
        columns: Mapping[str, str] | None = None,
        mask: Callable[[str], str] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Take in files that came over the wire under names of their own; see `ingest`.

        A file of the same name replaces what an earlier upload of it brought.

        Raises:
            IndexBusy: another process is writing.
            EmbeddingUnavailable: there are no vectors to be had; what was committed stays.
            KnowledgeError: a role of `columns` is unknown.
        """
        from knowledge.sources import Wishes, check_columns
        from knowledge.uploads import uploaded_files

        wishes = Wishes(kind, locale, dict(columns or {}))
        check_columns(wishes.columns)
        return self._take_in(uploaded_files(uploads), wishes, mask, on_progress)

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
            model = Prepared.over(self._index.model())
            run = Ingest(self._catalogue, model, on_progress=on_progress, spare_own=True)
            report = run.run(starter_files(locale, kind), Wishes())
            paths = {name: known.path for name, known in self._catalogue.known().items()}
            self._catalogue.forget(
                name for name, path in paths.items() if is_starter(path) and path not in present
            )
            self._index.keep_step()
        return report

    def forget(self, ids: Iterable[str] | Literal["sample"]) -> int:
        """Erase documents for good, or all samples; return how many there were.

        Nothing of them stays: no version, no vector, no gap that they answered, no free page of the
        database, no older index generation.

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
                self._leave_no_trace()
        return gone

    def search(self, query: Query) -> tuple[Hit, ...]:
        """Return at most `query.top_k` hits, best first."""
        return self._index.searcher().search(query)

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return texts as questions: (n, d) float32, unit length, by the library's model.

        Raises:
            EmbeddingUnavailable: there are no vectors to be had.
        """
        return self._index.model().embed_queries(texts)

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
        from knowledge.starter import tone_rules

        return tone_rules(self._catalogue.documents("tone"), locale)

    def rebuild(self) -> Stats:
        """Embed what has no vector of this model yet, build the index anew, and tell what there is.

        Raises:
            IndexBusy: another process is writing.
            EmbeddingUnavailable: there are no vectors to be had.
        """
        from knowledge.ingest import embed_missing

        with write_lock(self._home):
            embed_missing(self._catalogue, self._index.model())
            self._index.refresh(anew=True)
        return self.stats()

    def heal(self) -> bool:
        """Build the index anew when missing, torn or behind, unless another process is writing."""
        return self._index.heal()

    def stats(self) -> Stats:
        """Return what the catalogue holds; the model is named once it was needed."""
        return self._catalogue.stats(self._index.model_name)

    def close(self) -> None:
        """Give files and connections back."""
        self._index.close()
        self._catalogue.close()

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _take_in(
        self,
        files: "Sequence[SourceFile]",
        wishes: "Wishes",
        mask: Callable[[str], str] | None,
        on_progress: Callable[[Progress], None] | None,
        *,
        folders: Sequence[Path] = (),
    ) -> Report:
        from knowledge.ingest import Ingest
        from knowledge.sources import Sandbox

        with write_lock(self._home), Sandbox() as reader:
            run = Ingest(
                self._catalogue,
                self._index.model(),
                reader=reader,
                mask=mask,
                on_progress=on_progress,
            )
            report = run.run(files, wishes, folders=folders)
            self._index.keep_step()
            if report.removed:
                self._leave_no_trace()
        return report

    def _leave_no_trace(self) -> None:
        """Take what was deleted out of the index files and the free pages of the database."""
        from knowledge.erasing import scrub

        scrub(self._catalogue.engine)
        self._index.forget()
