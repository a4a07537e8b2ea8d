"""From files to the catalogue: only what changed is cut, embedded and committed, batch by batch."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.chunking import CHUNKER, cut
from knowledge.documents import Document
from knowledge.embedding import Embedder
from knowledge.fingerprint import content_hash, text_hash
from knowledge.report import FileLine, Progress, Refusal, Report
from knowledge.rows import Entry, Known, asked_of
from knowledge.sources import (
    DirectReader,
    Mask,
    Reader,
    Reading,
    SourceFile,
    Wishes,
    folder_name,
    masked_reading,
    open_archives,
    stands,
)
from knowledge.vectors import Role, Texts

OnProgress = Callable[[Progress], None]
Place = tuple[str, str, str]  # source, path, place

BATCH_CHUNKS = 16  # committed together: what a kill can cost
_log = logging.getLogger(__name__)
_TABLES = {".csv", ".tsv", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson"}


class Ingest:
    """One run over some files, into one catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        mask: Mask | None = None,
        on_progress: OnProgress | None = None,
        spare_own: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a run; `spare_own` leaves alone documents that came from another file.

        `reader` reads files, in this process by default; `mask` takes personal data out of past
        conversations, which are refused without it.
        """
        self._catalogue = catalogue
        self._embedder = embedder
        self._reader = reader or DirectReader()
        self._mask = mask
        self._on_progress = on_progress
        self._spare_own = spare_own
        self._clock = clock
        self._known: dict[str, Known] = {}
        self._seen: dict[str, str] = {}
        self._refused: list[Refusal] = []
        self._files: list[FileLine] = []
        self._counts = dict.fromkeys(("added", "updated", "unchanged", "removed", "chunks"), 0)

    def run(
        self, files: Sequence[SourceFile], wishes: Wishes, *, folders: Sequence[Path] = ()
    ) -> Report:
        """Take files in, and remove the documents of `folders` whose file is gone.

        A run that was killed is continued by the next: what was committed is known by its hash.

        Raises:
            EmbeddingUnavailable: there are no vectors to be had; what was committed stays.
        """
        started = self._clock()
        self._known = self._catalogue.known()
        found, refused = open_archives(files, self._reader)
        for refusal in refused:
            self._refuse(refusal)
        for n, file in enumerate(found, start=1):
            self._take_in(self._named(file), wishes, n, len(found))
        self._remove(_of_lost_members(self._known, files, found, refused))
        self._remove(_of_lost_files(self._known, folders))
        embed_missing(self._catalogue, self._embedder)
        return Report(
            **self._counts,
            refused=tuple(self._refused),
            files=tuple(self._files),
            documents=len(self._known),
            seconds=round(self._clock() - started, 3),
        )

    def _refuse(self, refusal: Refusal) -> None:
        """Note a file of which nothing can be read."""
        self._refused.append(refusal)
        self._files.append(FileLine(path=refusal.path, refused=1, why=refusal.reason))

    def _take_in(self, file: SourceFile, wishes: Wishes, n: int, files: int) -> None:
        before, refused = dict(self._counts), len(self._refused)
        reading = self._masked(file, self._reader.read(file, wishes))
        self._refused.extend(reading.refused)
        documents = [document for document in reading.documents if self._is_first(document)]
        taken = 0
        for entries, moved, done in self._batches(documents, file):
            self._commit(entries, moved)
            taken += done
            if self._on_progress:
                self._on_progress(
                    Progress(path=file.shown, file=n, files=files, done=taken, total=len(documents))
                )
        if reading.documents:
            self._remove(self._gone_rows(file, {document.id for document in reading.documents}))
        self._note(file, before, self._refused[refused:], taken_in=bool(reading.documents))

    def _masked(self, file: SourceFile, reading: Reading) -> Reading:
        """Mask what has to be masked; what cannot be is not taken in, and the other files are."""
        try:
            return masked_reading(reading, self._mask)
        except Exception as cause:  # noqa: BLE001 - the mask's faults must not let anything through
            # its kind only: its words may be the very data
            _log.error("masking of %s failed: %s", file.shown, type(cause).__name__)
            refusal = Refusal(path=file.shown, reason="personal data in it could not be masked")
            return Reading((), (*reading.refused, refusal))

    def _note(
        self, file: SourceFile, before: dict[str, int], refused: list[Refusal], *, taken_in: bool
    ) -> None:
        """Note what came of a file, by how the counts grew."""
        names = ("added", "updated", "unchanged", "removed")
        grown = {name: self._counts[name] - before[name] for name in names}
        why = "" if taken_in or not refused else refused[0].reason
        self._files.append(FileLine(path=file.shown, **grown, refused=len(refused), why=why))

    def _named(self, file: SourceFile) -> SourceFile:
        """Return the file under the name that its documents have, or one that no other page has."""
        others = False
        for known in self._known.values():
            if known.path == file.shown:
                return replace(file, name=known.source)
            others = others or (known.source == file.name and stands(known.path))
        if others and file.suffix not in _TABLES:
            return replace(file, name=folder_name(file.place, file.name))
        return file

    def _is_first(self, document: Document) -> bool:
        own = self._known.get(document.id)
        if self._spare_own and own and own.path != document.path:
            self._counts["unchanged"] += 1
            return False
        if document.id not in self._seen:
            self._seen[document.id] = f"{document.path} {document.place}".strip()
            return True
        reason = f"the id {document.id!r} is already used in {self._seen[document.id]}"
        self._refused.append(Refusal(path=document.path, place=document.place, reason=reason))
        return False

    def _batches(
        self, documents: Sequence[Document], file: SourceFile
    ) -> Iterator[tuple[list[Entry], dict[str, Place], int]]:
        """Yield what is to be written, where the rest now stands, and how many documents that is."""
        entries: list[Entry] = []
        moved: dict[str, Place] = {}
        done = chunks = 0
        for document in documents:
            done += 1
            digest = content_hash(document, chunker=CHUNKER)
            known = self._known.get(document.id)
            if known and known.content_hash == digest:
                place = (file.name, document.path, document.place)
                if place != (known.source, known.path, known.place):
                    moved[document.id] = place
                self._counts["unchanged"] += 1
                continue
            pieces = cut(document, self._embedder.count_tokens)
            entries.append(Entry(document, file.name, digest, pieces))
            chunks += len(pieces)
            if chunks >= BATCH_CHUNKS:
                yield entries, moved, done
                entries, moved, done, chunks = [], {}, 0, 0
        yield entries, moved, done

    def _commit(self, entries: list[Entry], moved: dict[str, Place]) -> None:
        texts: dict[tuple[str, Role], None] = {}
        for entry in entries:
            for piece in entry.pieces:
                texts[piece.text, "passage"] = None
                asked = asked_of(entry, piece)
                texts.update(dict.fromkeys((question, "query") for question in asked))
        name = self._embedder.name
        self._catalogue.save(entries, name, embed(tuple(texts), self._catalogue, self._embedder))
        self._catalogue.move(moved)
        for entry in entries:
            document = entry.document
            self._counts["updated" if document.id in self._known else "added"] += 1
            self._counts["chunks"] += len(entry.pieces)
            self._known[document.id] = Known(
                entry.content_hash,
                entry.source,
                document.path,
                document.place,
                bool(document.record and document.record.sample),
            )
        for document_id, (source, path, place) in moved.items():
            known = self._known[document_id]
            self._known[document_id] = Known(known.content_hash, source, path, place, known.sample)

    def _gone_rows(self, file: SourceFile, ids: set[str]) -> list[str]:
        """Return what stood in this file, or in one of its name that was moved away, and is gone."""
        return [
            document_id
            for document_id, known in self._known.items()
            if document_id not in ids
            and (
                known.path == file.shown
                or (known.source == file.name and known.path and not stands(known.path))
            )
        ]

    def _remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        self._counts["removed"] += self._catalogue.forget(ids)
        for document_id in ids:
            del self._known[document_id]


def embed_missing(catalogue: Catalogue, embedder: Embedder) -> int:
    """Embed what this model has not embedded yet, as after a change of the model; return how much.

    Raises:
        EmbeddingUnavailable: there are no vectors to be had.
    """
    missing = catalogue.missing_vectors(embedder.name)
    for start in range(0, len(missing), BATCH_CHUNKS):
        some = missing[start : start + BATCH_CHUNKS]
        catalogue.store_vectors(embedder.name, embed(some, catalogue, embedder))
    return len(missing)


def embed(
    texts: Texts, catalogue: Catalogue, embedder: Embedder
) -> dict[tuple[str, Role], NDArray[np.float32]]:
    """Return the vectors, each (d,) float32, of those texts that have none, by (text hash, role)."""
    vectors: dict[tuple[str, Role], NDArray[np.float32]] = {}
    roles: tuple[Role, ...] = ("passage", "query")
    for role in roles:
        hashes = {text_hash(text): text for text, its_role in texts if its_role == role}
        for known in catalogue.known_hashes(embedder.name, role, hashes):
            del hashes[known]
        if not hashes:
            continue
        words = list(hashes.values())
        run = embedder.embed_passages if role == "passage" else embedder.embed_queries
        for key, vector in zip(hashes, run(words), strict=True):
            vectors[key, role] = vector
    return vectors


def _of_lost_files(known: dict[str, Known], folders: Sequence[Path]) -> list[str]:
    lost = {
        path
        for path in {its.path for its in known.values()}
        if any(Path(path).is_relative_to(folder) for folder in folders) and not stands(path)
    }
    return [document_id for document_id, its in known.items() if its.path in lost]


def _of_lost_members(
    known: dict[str, Known],
    files: Sequence[SourceFile],
    found: Sequence[SourceFile],
    refused: Sequence[Refusal],
) -> list[str]:
    """Return what stood in archives that could be opened, and is in them no more."""
    present = {file.shown for file in found}
    closed = present | {refusal.path for refusal in refused}
    heads = tuple(f"{file.shown}/" for file in files if file.shown not in closed)
    return [
        document_id
        for document_id, its in known.items()
        if heads and its.path.startswith(heads) and its.path not in present
    ]
