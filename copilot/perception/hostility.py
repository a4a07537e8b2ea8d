"""How hostile and how distressed a turn is; two axes that rise for different reasons."""

from copilot.perception.shape import Shape, shape_of
from copilot.perception.turns import Turn

FAILURES = frozenset({
    "delay", "non_delivery", "defect", "outage", "wrong_item", "missing_item", "quality",
    "rude_staff", "broken_promise", "repeat_contact", "waiting_unanswered", "reask_complaint",
    "bot_loop", "money_loss", "money_dispute", "double_charge", "data_leak",
})  # fmt: skip
_ABUSE = ("insult_operator", "violence_threat")
_GRAVE_THREATS = ("legal_threat", "regulator_threat", "publicity_threat")
_THREATS = (*_GRAVE_THREATS, "churn_threat", "ultimatum")
_ANGER = ("heat3", "profanity", "discrimination_claim")
_IRRITATION = (
    "heat2", "ironic", "rude_staff", "broken_promise", "repeat_contact", "reask_complaint",
    "bot_loop", "argument", "extortion", "compensation_request",
)  # fmt: skip
_DISPLEASURE = (
    "heat1", "waiting_unanswered", "delay", "non_delivery", "wrong_item", "missing_item", "defect",
    "quality", "double_charge", "money_dispute", "money_loss", "data_leak", "outage", "health_risk",
)  # fmt: skip
_PERILS = ("health_risk", "safety_risk", "account_takeover")
_DECEITS = ("fraud_suspected",)
_SUSTAINED = 3  # obscene words in one turn


def hostility(turn: Turn, *, sarcastic: bool = False) -> int:
    """Return the hostility of a turn, 0 (calm) to 4 (rage or abuse of a person)."""
    shape = shape_of(turn.text)
    if turn.has(*_ABUSE) or turn.count("profanity") >= _SUSTAINED:
        return 4
    floor = _floor(turn, shape, sarcastic=sarcastic)
    if floor == 1 and turn.has("customer_error") and not turn.has(*FAILURES):
        return 0
    if _friendly(turn, shape, floor, sarcastic=sarcastic):
        return max(0, floor - 1) if floor == 2 else 0
    return floor


def _floor(turn: Turn, shape: Shape, *, sarcastic: bool) -> int:
    kinds = sum(turn.has(label) for label in _IRRITATION)
    irritation = kinds + int(sarcastic) + min(2, turn.count("heat2") // 2)
    threats = turn.count(*_THREATS)
    if turn.has(*_ANGER):
        return 3
    if threats:
        formal = turn.has("politeness", "b2b") or not turn.has(*_GRAVE_THREATS)
        return 3 if irritation + shape.energy + threats > 1 or not formal else 2
    if irritation:
        return _irritated(turn, shape, irritation)
    if turn.has(*_DISPLEASURE):
        return min(3, 1 + _raise(turn, shape))
    if shape.caps:  # a plain question in capitals is loud, not hostile
        return 1 if turn.has("how_to") and not shape.exclaims else 2
    return int(shape.exclaims >= 2 and turn.has("ask_verb") and not turn.has("praise", "thanks"))


def _irritated(turn: Turn, shape: Shape, irritation: int) -> int:
    if shape.energy >= 2 or (shape.energy and irritation >= 2) or irritation >= 4:
        return 3
    weak = irritation == 1 and turn.has("heat2", "argument", "compensation_request")
    polite = turn.has("politeness") and not shape.energy
    calm = not turn.has("heat1", *FAILURES)
    return 1 if weak and (polite or calm) and shape.exclaims == 0 else 2


def _raise(turn: Turn, shape: Shape) -> int:
    if shape.caps:
        return 2 if shape.exclaims else 1
    several = turn.count(*(_DISPLEASURE)) >= 3 and not turn.has("politeness")
    panic = turn.has("distress2", "distress3", "health_risk", "self_harm")
    return int((shape.energy > 0 and not panic) or several)


def _friendly(turn: Turn, shape: Shape, floor: int, *, sarcastic: bool) -> bool:
    if sarcastic or floor > 2 or shape.caps:
        return False
    warm = turn.has("praise", "thanks", "sorry_word") or shape.laughs
    return warm and not turn.has(*FAILURES) and turn.count("heat2") <= 1


def distress(turn: Turn, heat: int, *, dangers: frozenset[str] = frozenset()) -> int:
    """Return the helplessness and urgency of a turn, 0 (none) to 3 (panic or danger).

    `dangers` are critical signals heard in it beyond its phrases.
    """
    shape = shape_of(turn.text)
    if turn.has("self_harm") or "self_harm" in dangers:
        return 3
    level = _plight(turn)
    if turn.has(*_PERILS, *_DECEITS) or dangers & {*_PERILS, *_DECEITS}:
        level = max(level, _danger(turn, shape, level, dangers))
    if level == 0 and heat >= 3 and shape.energy:
        return 1
    return level


def _plight(turn: Turn) -> int:
    if turn.has("distress3"):
        return 3
    deep = turn.count("distress2", "helpless")
    if deep >= 2 and turn.has("money_loss", "deadline", "vulnerable", "child_involved"):
        return 3
    if deep or turn.has("bereavement"):
        return 2
    return 1 if turn.has("distress1", "deadline", "vulnerable", "money_loss", "data_leak") else 0


def _danger(turn: Turn, shape: Shape, level: int, dangers: frozenset[str]) -> int:
    if not turn.has(*_PERILS) and not dangers & {*_PERILS}:
        lost = turn.has("money_loss", "helpless", "distress2")
        return 3 if lost else 1
    now = (
        (shape.exclaims >= 2 and not turn.has("heat3"))
        or level >= 2
        or turn.has("child_involved", "helpless", "vulnerable")
    )
    return 3 if now else 2
