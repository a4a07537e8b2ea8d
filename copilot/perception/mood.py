"""The mood of a turn: hostility by its words, corrected by how it sounds as a whole."""

from typing import NamedTuple, get_args

from copilot.perception.hostility import hostility
from copilot.perception.irony import sarcastic_words
from copilot.perception.lexicon import EXCEPT, phrasebook
from copilot.perception.risks import Danger, Dangers
from copilot.perception.text import fold
from copilot.perception.turns import Turn
from copilot.perception.upset import evidence, settle, upset_of
from copilot.perception.vectors import MOST_WINDOWS, VectorHead
from knowledge import Locale

_FELT = 3  # turns, newest last, that are heard by vectors too
_THREATENING = 3  # hostility of who sounds like a threat in words that are none
_EARLIER_WINDOWS = 2  # of a turn before the last one


class Mood(NamedTuple):
    """Hostility 0–4, the chance of upset 0–1, sarcastic words with their message.

    `loudest` are the words that sound most upset and `dangers` what is heard beyond phrases, both
    by vectors only.
    """

    hostility: int
    upset: float
    sarcasm: tuple[int, str] | None
    loudest: str = ""
    dangers: Dangers = Dangers()


def moods_of(turns: tuple[Turn, ...], vectors: VectorHead | None) -> tuple[Mood, ...]:
    """Return the mood of every turn.

    Vectors are slow, so only the newest turns are asked of them; the chance of upset is told of
    those and of the last one, and is 0 for the others.
    """
    last = len(turns) - 1
    moods: list[Mood] = []
    for number, turn in enumerate(turns):
        sarcasm = sarcastic_words(turn)
        words = Mood(hostility(turn, sarcastic=bool(sarcasm)), 0.0, sarcasm)
        felt = vectors if number > last - _FELT else None
        most = MOST_WINDOWS if number == last else _EARLIER_WINDOWS
        moods.append(_whole(turn, words, felt, most) if felt or number == last else words)
    return tuple(moods)


def _whole(turn: Turn, words: Mood, vectors: VectorHead | None, most: int) -> Mood:
    """Add to what the words gave how the turn sounds as a whole."""
    told = evidence(turn, words.hostility, sarcastic=bool(words.sarcasm))
    sound = vectors.listen(turn.text, most=most) if vectors else None
    if vectors is None or sound is None:
        return words._replace(upset=upset_of(told, None))
    chance = upset_of(told, sound.score, vectors.weights)
    heard = tuple(one for one in sound.dangers.heard if not _is_taken_back(one))
    alarmed = {danger.label for danger in heard}
    heat = settle(turn, words.hostility, chance, vectors.weights.steps, alarmed=bool(alarmed))
    return words._replace(
        hostility=max(heat, _THREATENING) if "violence_threat" in alarmed else heat,
        upset=chance,
        loudest=sound.loudest,
        dangers=sound.dangers._replace(heard=heard),
    )


def _is_taken_back(danger: Danger) -> bool:
    """Say whether a phrase that is an exception to this danger stands there («to die of shame»)."""
    said = fold(danger.words)
    excepted = EXCEPT + danger.label
    return any(
        excepted == match.label
        for book in get_args(Locale)
        for match in phrasebook(book).find(said)
    )
