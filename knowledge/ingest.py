"""From files to the catalogue: only what changed is cut, embedded and committed, batch by batch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.chunking import CHUNKER, cut
from knowledge.documents import Document
from knowledge.embedding import Embedder
from knowledge.report import Progress, Report
from knowledge.rows import Entry, Known, content_hash, text_hash
from knowledge.sources import Reading, Refusal, SourceFile, Wishes, read_file
from knowledge.vectors import Role, Texts

OnProgress = Callable[[Progress], None]

_BATCH_CHUNKS = 16  # committed together: what a kill can cost


@dataclass(slots=True)
class Ingest:
    """One run over some files. `spare_own` leaves alone documents that are not samples."""

    catalogue: Catalogue
    embedder: Embedder
    on_progress: OnProgress | None = None
    spare_own: bool = False
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, Known] = field(default_factory=dict)
    _seen: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _refused: list[Refusal] = field(default_factory=list)

    def run(
        self,
        files: Sequence[SourceFile],
        wishes: Wishes,
        *,
        folders: Sequence[Path] = (),
    ) -> Report:
        """Take files in; documents of `folders` whose file is gone are removed.

        A run that was killed is continued by the next: what was committed is known by its hash.

        Raises:
            EmbeddingUnavailable: there are no vectors to be had; what was committed stays.
        """
        started = self.clock()
        self._known = self.catalogue.known()
        self._counts = dict.fromkeys(("added", "updated", "unchanged", "removed", "chunks"), 0)
        for n, file in enumerate(files, start=1):
            self._take_in(file, wishes, n, len(files))
        self._remove(_gone_files(self._known, folders))
        self.embed_missing()
        return Report(
            **self._counts,
            refused=tuple(self._refused),
            documents=len(self._known),
            seconds=round(self.clock() - started, 3),
        )

    def embed_missing(self) -> int:
        """Embed what this model has not embedded yet, as after a change of the model."""
        missing = self.catalogue.missing_vectors(self.embedder.name)
        for start in range(0, len(missing), _BATCH_CHUNKS):
            vectors = self._vectors(missing[start : start + _BATCH_CHUNKS])
            self.catalogue.store_vectors(self.embedder.name, vectors)
        return len(missing)

    def _take_in(self, file: SourceFile, wishes: Wishes, n: int, files: int) -> None:
        reading = read_file(self._renamed(file), wishes)
        self._refused.extend(reading.refused)
        documents = [document for document in reading.documents if self._is_first(document)]
        done = 0
        for batch in self._batches(documents, file):
            self._commit(batch)
            done += len(batch)
            if self.on_progress:
                self.on_progress(
                    Progress(path=file.shown, file=n, files=files, done=done, total=len(documents))
                )
        if reading.documents:
            self._remove(self._gone_rows(file, reading))

    def _renamed(self, file: SourceFile) -> SourceFile:
        ...
