"""The one word for how the customer feels, chosen from the label vocabulary."""

from copilot.brief import Emotion
from copilot.perception.hostility import FAILURES
from copilot.perception.turns import Turn


def emotion_of(turn: Turn, *, hostility: int, distress: int, signals: frozenset[str]) -> Emotion:
    """Return the emotion of a turn; the two axes decide first, single words after them."""
    if "bereavement" in signals and hostility < 3:
        return "grieving"
    if hostility == 4:
        return "furious"
    if distress == 3:
        return "desperate" if signals & {"self_harm", "helpless", "money_loss"} else "anxious"
    if "sarcasm" in signals and hostility >= 2:
        return "sarcastic"
    if distress == 2 and hostility < 3:
        return "helpless" if turn.has("helpless", "vulnerable") else "anxious"
    return "angry" if hostility == 3 else _mild(turn, hostility, signals)


def _mild(turn: Turn, hostility: int, signals: frozenset[str]) -> Emotion:
    if hostility == 2:
        return "disappointed" if turn.has("sad_word") and not turn.has("heat3") else "irritated"
    if turn.has("sorry_word", "customer_error") and not signals & FAILURES:
        return "embarrassed"
    if turn.has("anxious_word"):
        return "anxious"
    if hostility == 1:
        return _displeased(turn)
    return _calm(turn, signals)


def _displeased(turn: Turn) -> Emotion:
    if turn.has("confused_word"):
        return "confused"
    return "disappointed" if turn.has("sad_word") else "irritated"


def _calm(turn: Turn, signals: frozenset[str]) -> Emotion:
    if turn.has("joy_word") and "praise" in signals:
        return "joyful"
    if signals & {"thanks", "praise"}:
        return "grateful"
    if turn.has("confused_word"):
        return "confused"
    return "curious" if signals & {"simple_question", "how_to"} else "neutral"
