"""Fingerprints of texts and documents: the same words, the same key, on every machine."""

import hashlib

from knowledge.documents import Document

_CHARS = 32  # 128 bits of SHA-256: no two texts of one company meet
_PLACE = {"path", "place"}  # where a document stands is not what it says


def text_hash(text: str) -> str:
    """Return the key under which the vectors of a text are kept."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_CHARS]


def content_hash(document: Document, *, chunker: str) -> str:
    """Return the fingerprint of what a document says; `chunker` names how it is cut."""
    unsaid = _PLACE if document.examples else {*_PLACE, "examples"}
    said = document.model_dump_json(exclude=unsaid)
    return text_hash(f"{chunker}\n{said}")
