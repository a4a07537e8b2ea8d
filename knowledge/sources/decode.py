"""From bytes to text: which encoding a file has, and whether it is text at all."""

import codecs

import regex

from knowledge.errors import Refused
from knowledge.sources.words import words

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 20_000  # bytes or characters that tell an encoding
_CONTROL_SHARE = 0.05  # text has next to no control characters
_GOOD_SCORE = 0.3
_SHOUTING = 0.15  # small letters of one encoding are capitals of another
_UNREADABLE = regex.compile(r"[\p{C}--[\n\t]]", regex.V1)
# A letter of UTF-8 read as cp1251 or Latin-1 is a pair that begins with one of a few letters.
_GARBLED = regex.compile(
    "[\u0420\u0421\u00d0\u00d1]"
    "[\u0080-\u00bf\u0152-\u0192\u0400-\u040f\u0450-\u045f\u0490\u0491\u02c6\u02dc\u2010-\u2122]"
)
_ACCENTED = regex.compile("[\u00a0\u00a3\u00ab\u00bb\u00c0-\u00ff\u2013\u2014\u2018-\u201d\u20ac]")
_ACCENTS_IN_A_ROW = regex.compile("[\u00c0-\u00ff]{3,}")
_BOX = regex.compile(r"[\u2500-\u25ff]")
_MIXED_WORD = regex.compile(r"\p{Latin}\p{Cyrillic}|\p{Cyrillic}\p{Latin}")
_SHOUT_INSIDE = regex.compile(r"\p{Ll}\p{Lu}")


def decode(data: bytes) -> str:
    """Return the text of a file, cleaned of control and direction characters.

    UTF-8 and UTF-16 are told by their marks and shapes, cp1251, koi8-r, cp866 and cp1252 by which
    of them gives likely words.

    Raises:
        Refused: the bytes are no text, or the text was garbled before it came here.
    """
    text = _decoded(data)
    _refuse_garbled(text[:_SAMPLE])
    return clean(text)


def clean(text: str) -> str:
    """Return text as it is shown: no control, format, direction, surrogate or private characters.

    Unlike `normalise` it keeps the letters as they were written: a number sign stays one.
    """
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    sample = data[:_SAMPLE]
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\v" for byte in sample)
    if controls > _CONTROL_SHARE * len(sample):
        return _utf16_without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as cause:
        return _eight_bit(data, cause)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as cause:
        raise Refused(
            f"its first bytes say {encoding}, but byte {cause.start} does not fit; save it as UTF-8"
        ) from cause


def _utf16_without_mark(data: bytes) -> str:
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _likely(text[:_SAMPLE]):
            return text
    raise Refused("the file is binary, not text")


def _likely(text: str) -> bool:
    """Say whether nearly all characters are Latin, Cyrillic, digits, spaces and punctuation."""
    plain = sum(char < "\u0530" or "\u2000" <= char < "\u2200" for char in text)
    printable = sum(char.isprintable() or char in "\r\n\t" for char in text)
    return min(plain, printable) > 0.95 * len(text)


def _eight_bit(data: bytes, cause: UnicodeDecodeError) -> str:
    scored = []
    for encoding in ("cp1251", "koi8-r", "cp866", "cp1252"):
        text = data.decode(encoding, errors="replace")
        scored.append((_score(text[:_SAMPLE]), encoding, text))
    score, _, text = max(scored, key=lambda row: row[0])
    if score < _GOOD_SCORE:
        raise Refused(
            f"neither UTF-8 (byte {cause.start} does not fit) nor a Russian encoding; save it as UTF-8"
        )
    return text


def _score(text: str) -> float:
    """Return how much like words the letters beyond ASCII look, at most 1."""
    strange = [char for char in text if char > "\x7f"]
    if not strange:
        return 0.0
    letters = words()["letters"]
    few = len(strange) < 0.2 * sum(char.isalpha() for char in text)  # accents in Latin text
    likely = len(_ACCENTED.findall(_ACCENTS_IN_A_ROW.sub("", text)))
    latin = likely / len(strange) if few else 0.0
    common = sum(char in letters["common"] for char in text.casefold()) / len(strange)
    faults: float = len(_MIXED_WORD.findall(text)) + len(_SHOUT_INSIDE.findall(text))
    faults += _SHOUTING * sum(char.isupper() for char in strange)
    faults += len(_BOX.findall(text)) + text.count("\ufffd")
    return max(common, 0.9 * latin) - faults / len(strange)


def _refuse_garbled(text: str) -> None:
    letters = sum(char > "\x7f" and char.isalpha() for char in text)
    garbled = len(_GARBLED.findall(text))
    if garbled > 20 and garbled > 0.3 * letters:
        raise Refused(
            "the letters are garbled (UTF-8 that was once opened in another encoding); "
            "export the file again as UTF-8"
        )
    if text.count("\ufffd") > 0.02 * len(text) > 0:
        raise Refused("letters were lost in an earlier conversion; export the file again as UTF-8")
