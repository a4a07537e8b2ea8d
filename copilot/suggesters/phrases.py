"""Phrases: which piece of the bank is said here. Never random: same conversation, same words."""

from collections.abc import Sequence
from hashlib import blake2b

from copilot.suggesters.scene import Scene, opening
from copilot.suggesters.slots import fill
from copilot.suggestion import Sentence
from prompts import Phrase, load_bank


def choose(
    scene: Scene,
    act: str,
    *,
    step: str = "",
    written_for: str = "",
    place: str = "",
    topics: Sequence[str] | None = None,
    without: Sequence[str] = (),
) -> Sentence | None:
    """Return the fitting piece of the bank, or None when none fits.

    Args:
        scene: The conversation.
        act: The reply act wanted.
        step: The framework step that the sentence takes in the reply.
        written_for: The step that the piece must be written for.
        place: The scene of the bank to choose from; empty for the general pieces.
        topics: Signals to choose by, most telling first; those of the scene when None.
        without: Facts not to name again in this reply.
    """
    order = scene.topics if topics is None else topics
    fitting = [
        phrase
        for phrase in load_bank(scene.language)
        if (phrase.act, phrase.step, phrase.scene) == (act, written_for, place)
        and _fits(phrase, scene, order, without)
    ]
    if not fitting:
        return None
    best = min(fitting, key=lambda phrase: _rank(phrase, scene, order))
    text = fill(best.said_to(scene.address), scene.known, scene.labels)
    return Sentence(step=step, text=text, act=_label(act))


def _label(act: str) -> str:
    return "" if act in ("greet", "subject") else act


def _fits(phrase: Phrase, scene: Scene, order: Sequence[str], without: Sequence[str]) -> bool:
    perception = scene.brief.perception
    wording = phrase.said_to(scene.address)
    if not wording or not _known(phrase, scene) or any(slot in without for slot in phrase.slots):
        return False
    if phrase.signals and not any(name in order for name in phrase.signals):
        return False
    if phrase.themes and not any(theme in scene.themes for theme in phrase.themes):
        return False
    if perception.has(*phrase.not_signals):
        return False
    low, high = phrase.hostility
    near, far = phrase.distress
    if not (low <= perception.hostility <= high and near <= perception.distress <= far):
        return False
    text = fill(wording, scene.known, scene.labels)
    return scene.fresh(text) and opening(text) not in scene.openings


def _known(phrase: Phrase, scene: Scene) -> bool:
    said = scene.known if not scene.public else {**scene.known}
    return all(name in said or (name not in phrase.slots and name in scene.spoken) for name in phrase.needs)


def _rank(phrase: Phrase, scene: Scene, order: Sequence[str]) -> tuple[int, int, int, str]:
    """Order pieces: what touches the person's life, then the topic, then most facts, then a hash."""
    theme = 0 if phrase.themes else 1
    topic = min((order.index(name) for name in phrase.signals if name in order), default=len(order))
    conversation = scene.brief.conversation
    key = f"{conversation.id}|{len(conversation.messages)}|{phrase.act}|{phrase.id}"
    return theme, topic, -len(phrase.needs), blake2b(key.encode(), digest_size=8).hexdigest()
