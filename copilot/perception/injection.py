"""Orders to a machine that are hidden: encoded, or dressed up as the markup of a chat model."""

import base64
import binascii

import regex

from copilot.perception.lexicon import EXCEPT, phrasebook
from copilot.perception.text import fold

_BLOB = regex.compile(r"(?<![\w+/=])[A-Za-z0-9+/]{24,4000}+={0,2}(?![\w+/=])")
_MARKUP = regex.compile(
    r"<\|[a-z_]{2,20}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|instructions?|prompt|assistant)>"
    r"|###\s?(?:system|instruction|assistant)|(?m:^[ \t]*+(?:system|assistant)[ \t]*+:\s)",
    regex.IGNORECASE,
)
_MOST = 5  # blobs looked into; a message full of them is an attack on our time


def encoded_order(text: str) -> str:
    """Quote the hidden order in a text, or return ''."""
    if found := _MARKUP.search(text):
        return str(found.group().strip())
    for number, blob in enumerate(_BLOB.finditer(text)):
        if number >= _MOST:
            break
        if _orders(_decoded(blob.group())):
            return str(blob.group())
    return ""


def _decoded(blob: str) -> str:
    try:
        raw = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True)
        return raw.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _orders(text: str) -> bool:
    if not text:
        return False
    labels = {match.label for book in ("ru", "en") for match in phrasebook(book).find(fold(text))}
    return "prompt_injection" in labels and EXCEPT + "prompt_injection" not in labels
