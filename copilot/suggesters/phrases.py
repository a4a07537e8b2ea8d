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
    best = _best(scene, (act, written_for, place), order, without)
    if best is None:
        return None
    return Sentence(step=step, text=_worded(best, scene), act=_label(act))


def unthemed(scene: Scene, act: str, step: str, topics: Sequence[str]) -> Sentence | None:
    """Return a piece about the matter itself, not about what else it touches, or None."""
    best = _best(scene, (act, "E", ""), topics, (), plain=True)
    return None if best is None else Sentence(step=step, text=_worded(best, scene), act=_label(act))


def themed(
    scene: Scene, act: str, step: str, *, themes: Sequence[str] | None = None
) -> Sentence | None:
    """Return a piece that names what the matter touches in the person's life, or None.

    `themes` are those that may be named; all that were heard when None.
    """
    best = _best(scene, (act, "E", ""), scene.topics, (), themes=themes)
    if best is None or not best.themes:
        return None
    return Sentence(step=step, text=_worded(best, scene), act=_label(act))


def _best(
    scene: Scene,
    kind: tuple[str, str, str],
    order: Sequence[str],
    without: Sequence[str],
    *,
    plain: bool = False,
    themes: Sequence[str] | None = None,
) -> Phrase | None:
    fitting = [
        phrase
        for phrase in load_bank(scene.language)
        if (phrase.act, phrase.step, phrase.scene) == kind
        and not (plain and phrase.themes)
        and (themes is None or not phrase.themes or any(t in themes for t in phrase.themes))
        and _fits(phrase, scene, order, without)
    ]
    return min(fitting, key=lambda phrase: _rank(phrase, scene, order), default=None)


def _worded(phrase: Phrase, scene: Scene) -> str:
    return fill(phrase.said_to(scene.address), scene.known, scene.labels)


def _label(act: str) -> str:
    return "" if act in ("greet", "subject") else act


def _fits(phrase: Phrase, scene: Scene, order: Sequence[str], without: Sequence[str]) -> bool:
    perception = scene.brief.perception
    if not phrase.said_to(scene.address) or not _known(phrase, scene):
        return False
    if any(slot in without for slot in phrase.slots) or perception.has(*phrase.not_signals):
        return False
    if not (_meets(phrase.signals, order) and _meets(phrase.themes, scene.themes)):
        return False
    if not (
        _within(perception.hostility, phrase.hostility)
        and _within(perception.distress, phrase.distress)
    ):
        return False
    text = _worded(phrase, scene)
    return scene.fresh(text) and opening(text) not in scene.openings


def _meets(wanted: Sequence[str], heard: Sequence[str]) -> bool:
    return not wanted or any(name in heard for name in wanted)


def _within(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _known(phrase: Phrase, scene: Scene) -> bool:
    said = scene.known if not scene.public else {**scene.known}
    return all(
        name in said or (name not in phrase.slots and name in scene.spoken) for name in phrase.needs
    )


def _rank(phrase: Phrase, scene: Scene, order: Sequence[str]) -> tuple[int, int, int, str]:
    """Order pieces: what touches the person's life, then the topic, then most facts, then a hash."""
    theme = 0 if phrase.themes else 1
    topic = min((order.index(name) for name in phrase.signals if name in order), default=len(order))
    conversation = scene.brief.conversation
    key = f"{conversation.id}|{len(conversation.messages)}|{phrase.act}|{phrase.id}"
    return theme, topic, -len(phrase.needs), blake2b(key.encode(), digest_size=8).hexdigest()
