"""A long message cut into pieces that a sentence encoder can hold."""

from copilot.perception.text import sentences

CHARS = 220  # of a window: some 50 tokens, with room to the encoder's limit
_HEAD, _TAIL = 2_600, 1_000  # characters of an endless message that are cut


def windows(text: str, most: int) -> tuple[str, ...]:
    """Return the text in windows of whole sentences, in order.

    Args:
        text: any.
        most: how many; of a longer text first, last and evenly spread ones between are kept.
    """
    cut: list[str] = []
    for piece in _cut(text):
        if cut and len(cut[-1]) + len(piece) < CHARS:
            cut[-1] = f"{cut[-1]} {piece}"
        else:
            cut.append(piece)
    return _spread(cut, most)


def stretches(text: str, most: int) -> tuple[str, ...]:
    """Return its sentences, each by itself: what one of them says is lost among the others.

    Args:
        text: any; a sentence of one word is left out where there are longer ones.
        most: how many, chosen as for `windows`.
    """
    cut = _cut(text)
    return _spread([piece for piece in cut if " " in piece] or cut, most)


def _cut(text: str) -> list[str]:
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    return [piece for sentence in sentences(text) for piece in _pieces(sentence.text)]


def _spread(cut: list[str], most: int) -> tuple[str, ...]:
    if len(cut) <= most:
        return tuple(cut)
    if most == 1:
        return (cut[0],)
    return tuple(cut[round(n * (len(cut) - 1) / (most - 1))] for n in range(most))


def _pieces(sentence: str) -> list[str]:
    """Cut a sentence that is no window but a page, at blanks where there are any."""
    found: list[str] = []
    while len(sentence) > 3 * CHARS // 2:
        at = sentence.rfind(" ", CHARS // 2, CHARS)
        at = at if at > 0 else CHARS
        found.append(sentence[:at])
        sentence = sentence[at:].lstrip()
    return [*found, sentence] if sentence else found
