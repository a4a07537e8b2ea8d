"""Endings: a reply made to fit its channel: length, mail form, public pages, the spoken word."""

import regex

from copilot.suggesters.material import Quoted
from copilot.suggesters.parts import MUST, Piece
from copilot.suggesters.phrases import choose
from copilot.suggesters.scene import Scene
from copilot.suggesters.units import is_list_item
from copilot.suggestion import Draft, Sentence

_QUOTED_CHARS = 200  # of an article count towards the length of a reply
_LINK = regex.compile(r"\s*\(?\bhttps?://\S+?(?=[).,;]*(?:\s|$))\)?")


def fitted(reply: list[Piece], max_chars: int) -> list[Piece]:
    """Drop the least needed pieces, the last of them first, until the reply fits.

    What must be said stays even where it is longer than the channel likes, and an article that was
    quoted at length crowds nothing out.
    """
    kept = list(reply)
    quoted = sum(len(piece.sentence.text) for piece in reply if isinstance(piece.sentence, Quoted))
    most = max_chars + max(0, quoted - _QUOTED_CHARS)
    while _length(kept) > most:
        spare = [n for n, piece in enumerate(kept) if piece.keep < MUST]
        if not spare:
            break
        weakest = min(spare, key=lambda n: (kept[n].keep, -n))
        del kept[weakest]
    return kept


def unique(reply: list[Piece]) -> list[Piece]:
    """Leave out a sentence that the reply has already said; steps may repeat."""
    seen: set[str] = set()
    kept: list[Piece] = []
    for piece in reply:
        text = piece.sentence.text
        if text not in seen or is_list_item(text):
            kept.append(piece)
        seen.add(text)
    return kept


def laid_out(reply: list[Piece]) -> tuple[Sentence, ...]:
    """Return the sentences; what follows a list starts on a line of its own."""
    sentences = [piece.sentence for piece in reply]
    for n in range(1, len(sentences)):
        if is_list_item(sentences[n - 1].text) and sentences[n].before == " ":
            sentences[n] = sentences[n].model_copy(update={"before": "\n"})
    return tuple(sentences)


def finished(scene: Scene, draft: Draft) -> Draft:
    """Give a draft the form of its channel."""
    channel = scene.brief.conversation.channel
    if channel == "email":
        return _mail(scene, draft)
    if channel == "voice":
        return draft.model_copy(update={"sentences": tuple(map(_spoken, draft.sentences))})
    return draft


def _length(reply: list[Piece]) -> int:
    return sum(len(piece.sentence.text) + 1 for piece in reply) - 1


def _spoken(sentence: Sentence) -> Sentence:
    return sentence.model_copy(update={"text": _LINK.sub("", sentence.text)})


def _mail(scene: Scene, draft: Draft) -> Draft:
    """Add a subject, a greeting and the signature; grief and danger get no subject line of sales."""
    subject = choose(scene, "subject", place="email")
    greeting = choose(scene, "greet", place="email")
    body = list(draft.sentences)
    if greeting is not None and body:
        body[0] = body[0].model_copy(update={"before": "\n\n"})
        body.insert(0, greeting)
    if signature := scene.brief.voice.signature.strip():
        body.append(Sentence(text=signature, before="\n\n"))
    title = subject.text if subject is not None else ""
    return draft.model_copy(update={"sentences": tuple(body), "subject": title})
