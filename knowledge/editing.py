"""Editing documents one at a time: read, check, save as a new version, take back."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from knowledge import versions
from knowledge.catalogue import Catalogue
from knowledge.chunking import CHUNKER, cut
from knowledge.documents import Document, Locale, Status
from knowledge.errors import Exists, NotFound
from knowledge.fingerprint import content_hash
from knowledge.forms import Form, check_validity, filled_in, form_of
from knowledge.ingest import embed
from knowledge.rows import Entry, asked_of
from knowledge.sheets import FORM_PATH, Sheet, VersionLine, line_of, sheet_of
from knowledge.sources.files import slug
from knowledge.starter import is_starter
from knowledge.vectors import Role
from knowledge.versions import Action, Change, Version

if TYPE_CHECKING:
    from knowledge.embedding import Embedder


class Editor:
    """Writes documents that people edit. Search follows at once; only the new words are embedded.

    Every change names the version that its author has read; another one in force means `Stale`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        embedder: "Callable[[], Embedder]",
        *,
        writing: Callable[[], AbstractContextManager[None]],
        changed: Callable[[], None],
    ) -> None:
        """Write into a catalogue; `writing` holds the lock and `changed` is told after it."""
        self._catalogue = catalogue
        self._embedder = embedder
        self._writing = writing
        self._changed = changed

    def sheet(self, document_id: str, version: int | None = None) -> Sheet:
        """Return a document, or an old version of it.

        Raises:
            NotFound: there is none.
        """
        found = self._version(document_id, version)
        locale, _, name = document_id.partition(":")
        twin = f"{'en' if locale == 'ru' else 'ru'}:{name}"
        return sheet_of(
            found, twin if self._catalogue.document(twin) else "", self._catalogue.now().date()
        )

    def create(
        self,
        form: Form,
        locale: Locale,
        values: Mapping[str, Any],
        *,
        name: str = "",
        note: str = "",
    ) -> Sheet:
        """Write a new document; without a name it gets one from its title or question.

        Raises:
            InvalidForm: with every fault.
            Exists: the name is taken.
        """
        document = filled_in(form, f"{locale}:{name or self._name(locale, values)}", values)
        if self._catalogue.document(document.id):
            raise Exists(f"There is a document {document.id!r} already; give another name.")
        return self._write(document, Change("create", note, ((document.id, 0),)))

    def save(
        self, document_id: str, version: int, values: Mapping[str, Any], *, note: str = ""
    ) -> Sheet:
        """Write the values of a document's form as its next version.

        Raises:
            NotFound: there is no such document.
            InvalidForm: with every fault.
            Stale: it is at another version.
        """
        was = self._version(document_id)
        document = filled_in(form_of(was.document), document_id, values, was.document)
        return self._write(document, _change("edit", document_id, version, note), was)

    def set_status(self, document_id: str, version: int, status: Status) -> Sheet:
        """Publish a document (active), take it out of use (draft) or retire it.

        Raises:
            NotFound: there is no such document.
            Stale: it is at another version.
        """
        return self._update("status", document_id, version, {"status": status})

    def set_validity(
        self, document_id: str, version: int, valid_from: date | None, valid_to: date | None
    ) -> Sheet:
        """Say from when to when a script or article holds.

        Raises:
            NotFound: there is no such document.
            InvalidForm: it ends before it begins, or has no validity.
            Stale: it is at another version.
        """
        values = {"valid_from": valid_from, "valid_to": valid_to}
        check_validity(self._version(document_id).document, valid_from, valid_to)
        return self._update("validity", document_id, version, values)

    def attach(self, document_id: str, example: str) -> Sheet:
        """Let a document be found by one more wording, whatever version it is at.

        Raises:
            NotFound: there is no such document.
        """
        was = self._version(document_id)
        examples = tuple(dict.fromkeys((*was.document.examples, example)))
        return self._exampled(was, examples)

    def detach(self, document_id: str, example: str) -> Sheet:
        """Take back an attached wording.

        Raises:
            NotFound: there is no such document.
        """
        was = self._version(document_id)
        return self._exampled(was, tuple(one for one in was.document.examples if one != example))

    def delete(self, document_id: str, version: int) -> int:
        """Put a document into the bin; return the version under which it lies there.

        Raises:
            NotFound: there is no such document.
            Stale: it is at another version.
        """
        self._version(document_id)
        with self._writing():
            self._catalogue.discard([document_id], _change("delete", document_id, version))
        self._changed()
        return version + 1

    def restore(self, document_id: str) -> Sheet:
        """Bring a document back out of the bin.

        Raises:
            NotFound: it does not lie there.
        """
        with Session(self._catalogue.engine) as session:
            lying = next(
                (one for one in versions.bin_(session) if one.document.id == document_id), None
            )
        if lying is None:
            raise NotFound(f"{document_id!r} is not in the bin.")
        change = Change("restore", "", ((document_id, 0),))
        return self._write(lying.document, change, lying)

    def revert(self, document_id: str, version: int, to: int) -> Sheet:
        """Write an old version again, as the newest one.

        Raises:
            NotFound: there is no such document or version.
            Stale: it is at another version.
        """
        was = self._version(document_id)
        old = self._version(document_id, to).document
        return self._write(old, _change("revert", document_id, version, str(to)), was)

    def history(self, document_id: str) -> tuple[VersionLine, ...]:
        """Return the versions of a document, newest first.

        Raises:
            NotFound: there never was one, or it was erased.
        """
        with Session(self._catalogue.engine) as session:
            found = versions.history(session, document_id)
        if not found:
            raise NotFound(f"There is no document {document_id!r}.")
        return tuple(line_of(version) for version in found)

    def bin(self) -> tuple[VersionLine, ...]:
        """Return what was deleted and can be brought back, latest first."""
        with Session(self._catalogue.engine) as session:
            return tuple(line_of(version) for version in versions.bin_(session))

    def pieces(self, document: Document) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return how a document would be cut: each text, and the questions that it answers."""
        entry = self._entry(document, "", "")
        return tuple((piece.text, asked_of(entry, piece)) for piece in entry.pieces)

    def _version(self, document_id: str, version: int | None = None) -> Version:
        with Session(self._catalogue.engine) as session:
            if version is None:
                found = versions.current(session, document_id)
            else:
                every = versions.history(session, document_id)
                found = next((one for one in every if one.version == version), None)
        if found is None:
            which = "" if version is None else f" at version {version}"
            raise NotFound(f"There is no document {document_id!r}{which}.")
        return found

    def _update(
        self, action: Action, document_id: str, version: int, values: Mapping[str, Any]
    ) -> Sheet:
        """Set some of what a document and its record both say."""
        was = self._version(document_id)
        record = was.document.record
        update: dict[str, Any] = dict(values)
        if record:
            update["record"] = record.model_copy(update=values)
        document = was.document.model_copy(update=update)
        return self._write(document, _change(action, document_id, version), was)

    def _exampled(self, was: Version, examples: tuple[str, ...]) -> Sheet:
        if examples == was.document.examples:
            return self.sheet(was.document.id)
        document = was.document.model_copy(update={"examples": examples})
        return self._write(document, _change("attach", document.id, was.version), was)

    def _write(self, document: Document, change: Change, was: Version | None = None) -> Sheet:
        """Embed what is new in a document and write it where the one before it stood."""
        path, place, source, digest = _origin(document, change, was)
        document = document.model_copy(update={"path": path, "place": place})
        with self._writing():
            entry = self._entry(document, source, digest)
            model = self._embedder()
            texts: dict[tuple[str, Role], None] = {}
            for piece in entry.pieces:
                texts[piece.text, "passage"] = None
                texts.update(dict.fromkeys((one, "query") for one in asked_of(entry, piece)))
            found = embed(tuple(texts), self._catalogue, model)
            self._catalogue.save([entry], model.name, found, change)
        self._changed()
        return self.sheet(document.id)

    def _entry(self, document: Document, source: str, hash_: str) -> Entry:
        digest = hash_ or content_hash(document, chunker=CHUNKER)
        return Entry(document, source, digest, cut(document, self._embedder().count_tokens))

    def _name(self, locale: Locale, values: Mapping[str, Any]) -> str:
        said = str(values.get("title") or values.get("question") or "")
        name = slug(said) if said.strip() else "untitled"
        taken = (f"{name}{f'-{n}' if n > 1 else ''}" for n in count(1))
        return next(one for one in taken if not self._catalogue.document(f"{locale}:{one}"))


def _change(action: Action, document_id: str, version: int, note: str = "") -> Change:
    return Change(action, note, ((document_id, version),))


def _origin(document: Document, change: Change, was: Version | None) -> tuple[str, str, str, str]:
    """Return path, place, source and file hash that a document keeps; a sample becomes our own."""
    if was and (change.action == "restore" or not is_starter(was.document.path)):
        return was.document.path, was.document.place, was.source, was.content_hash
    path = f"{FORM_PATH}/{document.id.replace(':', '/')}"
    return path, "", slug(path), ""
