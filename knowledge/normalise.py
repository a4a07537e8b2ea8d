"""The one clean-up of text before it is embedded, searched or matched."""

import unicodedata

_KEPT = "\n\t"
_MARKS_IN_A_ROW = 4  # more combining marks on one letter are noise ("zalgo") and cost tokens


def normalise(text: str, *, max_chars: int = 100_000) -> str:
    """Return `text` in NFKC without control, format, surrogate and unassigned characters.

    NUL, zero-width and bidirectional marks, tag characters and lone surrogates go; line ends become
    `\\n`; runs of combining marks are capped. At most `max_chars` characters are read.
    """
    folded = unicodedata.normalize(
        "NFKC", text[:max_chars].replace("\r\n", "\n").replace("\r", "\n")
    )
    kept: list[str] = []
    marks = 0
    for char in folded:
        category = unicodedata.category(char)
        if category[0] == "C" and char not in _KEPT:
            continue
        marks = marks + 1 if category == "Mn" else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)
